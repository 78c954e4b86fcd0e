import { randomUUID } from "node:crypto";
import { KeyedEngine, MemoryStateBackend } from "@flujo/core";
import {
  Clock,
  DurableEngine,
  type DurableHost,
  type Execution,
  type FlujoModule,
  type JournalEntry,
  type Lease,
  type Outcome,
  type RunRecord,
  type Signal,
  StateBackend,
  StepHandler,
} from "@flujo/core/protocols";
import { type AnyStep, type FunctionStep, human, pipeline, Step, type StepChild, step } from "@flujo/dsl";
import {
  type CrashReport,
  CrashTestError,
  type CrashTestOptions,
  crashTest,
  type Effects,
  type PipelineUnderTest,
} from "@flujo/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";

/** The report of a test that must not pass. */
async function failing<Input, Output, Context>(
  built: PipelineUnderTest<Input, Output, Context>,
  options: CrashTestOptions<Input, Context>,
): Promise<CrashReport & { readonly message: string }> {
  const error = await crashTest(built, { seed: 1, randomRuns: 5, ...options }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CrashTestError)) throw new Error("The crash test passed, or broke", { cause: error });
  return { ...error.report, message: error.message };
}

const kindsOf = ({ findings }: CrashReport): readonly string[] => [
  ...new Set(findings.flatMap(({ problems }) => problems.map(({ kind }) => kind))),
];

const approve = human("approve", { prompt: "Right?", schema: z.object({ right: z.boolean() }) });

/** Three steps with an effect each, and a question. */
const three = (effects: Effects): Step<number, string> => {
  const one = (name: string): Step<number, number> =>
    step(name, (value: number, scope) => {
      effects.record(scope, "once");
      return value + 1;
    });
  return pipeline(
    "three",
    one("a"),
    one("b"),
    one("c"),
    approve,
    step("say", ({ right }: { right: boolean }) => `${right}`),
  );
};

const answers = { approve: { right: true } };

describe("A backend that", () => {
  test("loses an entry that it acknowledged is found", async () => {
    class Forgetful extends MemoryStateBackend {
      override async appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
        await super.appendEntries(
          lease,
          entries.filter(({ path }) => path !== "b"),
        );
      }
    }
    const report = await failing(three, { input: 1, answers, open: () => new Forgetful() });
    expect(kindsOf(report)).toContain("lost-entry");
    expect(report.message).toContain('the entry at "b" was acknowledged, and is not in the store');
  });

  test("loses an entry only where its driver dies is found", async () => {
    let losing = false;
    class Buffering extends MemoryStateBackend {
      override async readEntries(runId: string): Promise<readonly JournalEntry[]> {
        return (await super.readEntries(runId)).filter(({ path }) => !losing || path !== "b");
      }
    }
    const report = await failing(three, {
      input: 1,
      answers,
      open: () => {
        losing = false;
        return new Buffering();
      },
      reopen: (store) => {
        losing = true;
        return store;
      },
    });
    expect(kindsOf(report)).toEqual(expect.arrayContaining(["ran-again"]));
    expect(report.message).toContain('"b" began again after it had settled');
    expect(report.message).toContain('the effect "once" of "b" (attempt 1) came after that attempt had settled');
  });

  test("acknowledges before it has written is found", async () => {
    class Hasty extends MemoryStateBackend {
      override async appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
        setImmediate(() => void super.appendEntries(lease, entries).catch(() => undefined));
      }
      override async endRun(...ending: Parameters<MemoryStateBackend["endRun"]>): Promise<boolean> {
        await new Promise((resolve) => setImmediate(resolve));
        return super.endRun(...ending);
      }
    }
    const report = await failing(three, { input: 1, answers, open: () => new Hasty() });
    expect(kindsOf(report)).toContain("lost-entry");
  });

  test("loses an answer that it acknowledged is found", async () => {
    class Deaf extends MemoryStateBackend {
      #tries = 0;
      override async putSignal(runId: string, signal: Signal): Promise<boolean> {
        return this.#tries++ === 0 ? true : super.putSignal(runId, signal);
      }
    }
    const report = await failing(three, { input: 1, answers: () => ({ right: true }), open: () => new Deaf() });
    expect(kindsOf(report)).toStrictEqual(["lost-answer"]);
    expect(report.message).toContain('an answer to "approve" was acknowledged and then lost');
  });

  test("says that a run is paused before it has written that is found", async () => {
    class Forward extends MemoryStateBackend {
      override async endRun(...[lease, ending]: Parameters<MemoryStateBackend["endRun"]>): Promise<boolean> {
        if (ending.status !== "paused") return super.endRun(lease, ending);
        setTimeout(() => void super.endRun(lease, ending).catch(() => undefined), 1);
        return true;
      }
      override async readSignals(runId: string): Promise<readonly Signal[]> {
        // A driver that lives looks for answers now, and by then has nothing to complain of.
        await new Promise((resolve) => setTimeout(resolve, 5));
        return super.readSignals(runId);
      }
    }
    const report = await failing(three, { input: 1, answers, open: () => new Forward() });
    const told = report.findings.flatMap(({ problems }) => problems).find(({ kind }) => kind === "lost-ending");
    expect(told?.message).toMatch(
      /^it was acknowledged that the run is paused, with 1 questions; in the store it is running/,
    );
  });

  test("gives another value for an answer after a crash is found", async () => {
    let reopened = false;
    class Liar extends MemoryStateBackend {
      override async readSignals(runId: string): Promise<readonly Signal[]> {
        const signals = await super.readSignals(runId);
        return reopened
          ? signals.map((signal) => ({ ...signal, value: signal.value.replace("true", "false") }))
          : signals;
      }
    }
    const report = await failing(three, {
      input: 1,
      answers,
      open: () => {
        reopened = false;
        return new Liar();
      },
      reopen: (store) => {
        reopened = true;
        return store;
      },
    });
    expect(kindsOf(report)).toEqual(expect.arrayContaining(["output", "lost-answer"]));
    expect(report.message).toMatch(/output: "true" undisturbed, now "false"/);
  });

  test("forgets runs is found, for they cannot be gone on with", async () => {
    const report = await failing(three, {
      input: 1,
      answers,
      reopen: () =>
        new (class extends MemoryStateBackend {
          override async getRun(): Promise<RunRecord | undefined> {
            return undefined;
          }
        })(),
    });
    expect(kindsOf(report)).toContain("stuck");
  });
});

describe("An executor that", () => {
  /** Does its child's work by itself once the child is not new any more: past the journal, which has it. */
  class Again extends Step<number, number> {
    readonly kind = "acme.again";
    readonly #child: FunctionStep<number, number>;
    constructor(name: string, child: Step<number, number>) {
      super(name);
      this.#child = child as FunctionStep<number, number>;
    }
    override children(): readonly StepChild[] {
      return [{ step: this.#child as AnyStep, role: "next", takes: "input" } as StepChild];
    }
  }

  const bypassing =
    (began: Set<string>): FlujoModule =>
    (container) => {
      container.register(StepHandler, {
        useValue: {
          kind: "acme.again",
          handle: async (execution: Execution): Promise<Outcome> => {
            const [child] = execution.children;
            if (child === undefined) throw new Error("It has no child");
            const { runId, input } = execution;
            const work = child.step as unknown as FunctionStep<number, number>;
            const first = !began.has(runId);
            began.add(runId);
            if (first) return execution.run(child, input, "next");
            return execution.call(() => work.run(input as never, execution.scope));
          },
        },
      });
    };

  test("runs a step past the journal is found", async () => {
    const began = new Set<string>();
    const report = await failing(
      (effects) =>
        pipeline(
          "bypassed",
          new Again(
            "again",
            step("pay", (value: number, scope) => {
              effects.record(scope, "pay");
              return value;
            }),
          ),
        ),
      {
        input: 1,
        modules: [bypassing(began)],
        open: () => {
          began.clear();
          return new MemoryStateBackend();
        },
      },
    );
    expect(kindsOf(report)).toContain("effects");
    expect(report.message).toContain('"pay"');
  });

  test("does not look into the journal is found, also where steps write down no effects", async () => {
    const blind: FlujoModule = (container) => {
      container.register(DurableEngine, {
        useFactory: (parts) => {
          const state = parts.resolve<StateBackend>(StateBackend);
          const keyed = new KeyedEngine({ state, clock: parts.resolve<Clock>(Clock) });
          return { open: async (run) => blinded(await keyed.open(run)) } satisfies DurableEngine;
        },
      });
    };
    const blinded = (host: DurableHost): DurableHost => {
      const earlier = new Set(host.recorded.map(({ path }) => path));
      return new Proxy(host, {
        get: (_, name) => {
          if (name === "recorded") return host.recorded.filter(({ path }) => path !== "b");
          if (name === "append") {
            return (entry: JournalEntry) => (earlier.has(entry.path) ? Promise.resolve() : host.append(entry));
          }
          const member: unknown = Reflect.get(host, name);
          return typeof member === "function" ? (member.bind(host) as unknown) : member;
        },
      });
    };
    const silent = pipeline(
      "silent",
      step("a", (value: number) => value + 1),
      step("b", (value: number) => value + 1),
      step("c", (value: number) => value + 1),
    );
    const report = await failing(silent, { input: 1, modules: [blind] });
    expect(kindsOf(report)).toEqual(["ran-again"]);
    expect(report.message).toContain('"b" began again after it had settled');
  });
});

describe("A step that", () => {
  test("keeps what it needs outside of the context is found", async () => {
    const report = await failing(
      () => {
        let seen = 0;
        const count = (name: string): Step<number, number> => step(name, (value: number) => value + ++seen);
        return pipeline("counting", count("a"), count("b"), count("c"));
      },
      { input: 1 },
    );
    expect(kindsOf(report)).toEqual(expect.arrayContaining(["output", "steps"]));
    expect(report.message).toMatch(/killed after write \d+: appendEntries of "a"/);
    expect(report.message).toMatch(/output: 7 undisturbed, now \d/);
  });

  test("makes a new idempotency key each time is found", async () => {
    const keyed = (effects: Effects): Step<number, number> =>
      step("pay", (value: number, { path, attempt }) => {
        effects.record({ path, attempt, idempotencyKey: randomUUID() });
        return value;
      });
    const report = await failing(keyed, { input: 1 });
    expect(report.message).toContain("idempotency key");
  });

  test("gives something else each time is refused, before anything is killed", async () => {
    const random = step("random", () => randomUUID());
    const report = await failing(random, { input: 1 });
    expect(report).toMatchObject({
      runs: 0,
      kills: 0,
      findings: [{ problems: [{ kind: "unsteady" }, { kind: "unsteady" }] }],
    });
    expect(report.message).toContain("two runs that nobody killed differ");
  });
});
