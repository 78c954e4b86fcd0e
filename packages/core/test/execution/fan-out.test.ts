import { getEventListeners } from "node:events";
import { Flujo, unwrap } from "@flujo/core";
import { type Execution, type FanOutOptions, type Outcome, StateBackend, StepHandler } from "@flujo/core/protocols";
import { human, map, parallel, Step, type StepChild, step, steps } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { CrashingBackend } from "./crashing-backend.ts";

interface Context {
  readonly log: string[];
}

/** Runs branches until `count` of them have settled; gives each one's outcome. */
class FirstFew extends Step<number, readonly string[], Context> {
  readonly kind = "test.first-few";
  readonly branches: Readonly<Record<string, Step<number, unknown, never>>>;
  readonly count: number;
  readonly failFast: boolean;

  constructor(branches: FirstFew["branches"], count: number, failFast = false) {
    super("few");
    this.branches = branches;
    this.count = count;
    this.failFast = failFast;
  }

  override children(): readonly StepChild[] {
    return Object.entries(this.branches).map(([label, step]) => ({ role: "branch", label, step }));
  }
}

class FirstFewHandler implements StepHandler<FirstFew> {
  readonly kind = "test.first-few";
  readonly asked: (readonly (Outcome | undefined)[])[] = [];

  async handle(execution: Execution<FirstFew>): Promise<Outcome> {
    const { step, children, input } = execution;
    const names = Object.keys(step.branches);
    const options: FanOutOptions = {
      concurrency: Infinity,
      failFast: step.failFast,
      merge: "lastBranchWins",
      laneName: (index) => names[index] as string,
      enough: {
        decision: "few",
        reached: (outcomes) => {
          this.asked.push([...outcomes]);
          return outcomes.filter((outcome) => outcome !== undefined).length >= step.count;
        },
      },
    };
    const outcomes = await execution.fanOut(
      children.map((child, index) => ({ child, input, place: { branch: names[index] as string } })),
      options,
    );
    const failed = outcomes.find(({ status }) => status === "failed");
    const paused = outcomes.find(({ status }) => status === "paused");
    if (step.failFast && failed !== undefined) return failed;
    if (paused !== undefined) return paused;
    return { status: "completed", output: outcomes.map(({ status }) => status) };
  }
}

const s = steps<Context>();
const log: string[] = [];

/** A step that takes a while, notes its name in the context, and its fate in `log`. */
function takes(name: string, ms: number): Step<number, number, Context> {
  return s.step(name, async (n: number, { signal, update }) => {
    update((draft) => draft.log.push(name));
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, ms);
        signal.addEventListener("abort", () => {
          clearTimeout(timer);
          reject(signal.reason as Error);
        });
      });
      log.push(`${name} completed`);
    } catch (reason) {
      log.push(`${name} aborted`);
      throw reason;
    }
    return n;
  });
}

const bad = step("bad", (_: number): number => {
  throw new Error("bad");
});
const ask = human("ask", { prompt: "?", schema: z.number() });

async function run(few: FirstFew, options: { handler?: FirstFewHandler } = {}) {
  log.length = 0;
  await using flujo = new Flujo(few, {
    context: { log: [] },
    modules: [
      (container) =>
        container.register(StepHandler, { useValue: (options.handler ?? new FirstFewHandler()) as StepHandler }),
    ],
  });
  return await flujo.run(1, { runId: "r" });
}

describe("lanes side by side", () => {
  test("are one listener to the signal that they wait on, however many they are", async () => {
    let most = 0;
    const wait = step("wait", async (n: number, { signal }) => {
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, getEventListeners(signal, "abort").length);
      return n;
    });
    const items = Array.from({ length: 500 }, (_, index) => index);
    await using flujo = new Flujo(map("each", wait, { concurrency: Infinity }));
    expect(await flujo.run(items)).toMatchObject({ status: "completed" });
    expect(most).toBe(1);
  });
});

describe("a fan-out that makes do with some of its lanes", () => {
  test("aborts the others, waits for them, and keeps none of their context changes", async () => {
    const result = await run(new FirstFew({ slow: takes("slow", 5_000), fast: takes("fast", 5) }, 1));
    expect(unwrap(result)).toEqual(["cancelled", "completed"]);
    expect(result.context).toEqual({ log: ["fast"] });
    expect(log).toEqual(["fast completed", "slow aborted"]);
  });

  test("does not count what completes after there was enough", async () => {
    const stubborn = step("stubborn", async (n: number) => {
      await new Promise((resolve) => setTimeout(resolve, 15));
      return n;
    });
    const result = await run(new FirstFew({ stubborn, fast: takes("fast", 2) }, 1));
    expect(unwrap(result)).toEqual(["cancelled", "completed"]);
    expect(result.steps.map(({ path }) => path)).toContain("few[stubborn]/stubborn");
  });

  test("is asked about completed and failed lanes only, each at its place", async () => {
    const handler = new FirstFewHandler();
    const result = await run(new FirstFew({ ask, bad, fast: takes("fast", 5) }, 2), { handler });
    expect(unwrap(result)).toEqual(["cancelled", "failed", "completed"]);
    expect(handler.asked.map((outcomes) => outcomes.map((outcome) => outcome?.status))).toEqual([
      [undefined, "failed", undefined],
      [undefined, "failed", "completed"],
    ]);
  });

  test("pauses if there is not enough without the lanes that wait", async () => {
    const result = await run(new FirstFew({ ask, bad }, 2));
    expect(result).toMatchObject({ status: "paused", awaiting: [{ path: "few[ask]/ask" }] });
  });

  test("takes back the questions of lanes that it makes do without", async () => {
    const asks = parallel("asks", { other: ask, few: new FirstFew({ ask, fast: takes("fast", 1) }, 1) });
    await using flujo = new Flujo(asks, {
      context: { log: [] },
      modules: [(container) => container.register(StepHandler, { useValue: new FirstFewHandler() as StepHandler })],
    });
    expect(await flujo.run(1)).toMatchObject({ status: "paused", awaiting: [{ path: "asks[other]/ask" }] });
  });

  test("under failFast a failure goes before what would be enough", async () => {
    const result = await run(new FirstFew({ bad, slow: takes("slow", 5_000) }, 2, true));
    expect(result).toMatchObject({ status: "failed", error: { message: "bad" } });
  });

  test("fails if the question whether there is enough throws", async () => {
    const handler = new FirstFewHandler();
    handler.asked.push = () => {
      throw new Error("can't count");
    };
    const result = await run(new FirstFew({ slow: takes("slow", 5_000), fast: takes("fast", 1) }, 1), { handler });
    expect(result).toMatchObject({ status: "failed", error: { message: "can't count", path: "few" } });
    expect(log).toEqual(["fast completed", "slow aborted"]);
  });

  test("counts the same lanes after a crash, and starts no other", async () => {
    const disk = new CrashingBackend();
    const delays = { a: 5_000, b: 2 };
    const drive = async () => {
      log.length = 0;
      const flujo = new Flujo(new FirstFew({ a: takes("a", delays.a), b: takes("b", delays.b) }, 1), {
        context: { log: [] },
        modules: [
          (container) => container.register(StateBackend, { useValue: disk }),
          (container) => container.register(StepHandler, { useValue: new FirstFewHandler() as StepHandler }),
        ],
      });
      return await flujo.run(1, { runId: "r" });
    };
    disk.crashAfter(2); // b's outcome, and that it counts
    await expect(drive()).rejects.toMatchObject({ code: "state" });
    expect((await disk.readEntries("r")).map(({ path }) => path)).toEqual(["few[b]/b", "few:few"]);
    disk.crashAfter(Infinity);
    delays.a = 0;
    const result = await drive();
    expect(unwrap(result)).toEqual(["cancelled", "completed"]);
    expect(result.context).toEqual({ log: ["b"] });
    expect(log).toEqual([]);
  });
});
