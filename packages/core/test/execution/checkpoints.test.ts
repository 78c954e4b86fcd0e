import { Flujo, MemoryStateBackend } from "@flujo/core";
import { type FlujoModule, type JournalEntry, type ReadEntriesOptions, StateBackend } from "@flujo/core/protocols";
import { loop, parallel, type Step, stateMachine, steps } from "@flujo/dsl";
import { describe, expect, test } from "vitest";

interface Count {
  total: number;
  seen: number[];
}

const { step } = steps<Count>();

/** Tells how much a drive that goes on has to read. */
class CountingBackend extends MemoryStateBackend {
  readonly read: number[] = [];

  override async readEntries(runId: string, options?: ReadEntriesOptions): Promise<readonly JournalEntry[]> {
    const entries = await super.readEntries(runId, options);
    if (options?.unfolded) this.read.push(entries.length);
    return entries;
  }
}

/** Adds one, pays a cent, and lets somebody stop the run. */
function counts(name: string, onCount: (n: number) => void): Step<number, number, Count> {
  return step(name, (n: number, { update, reportUsage }) => {
    onCount(n);
    reportUsage({ costUsd: 0.01, inputTokens: 2, outputTokens: 1 });
    update((draft) => {
      draft.total += 1;
      if (n % 100 === 0) draft.seen.push(n);
    });
    return n + 1;
  });
}

const LENGTH = 2_300;

const KINDS: Readonly<Record<string, (onCount: (n: number) => void) => Step<number, unknown, Count>>> = {
  loop: (onCount) =>
    loop("again", { body: counts("body", onCount), until: (n) => n >= LENGTH, maxIterations: LENGTH + 1 }),
  "loop in a branch": (onCount) =>
    parallel("all", {
      long: loop("again", { body: counts("body", onCount), until: (n) => n >= LENGTH, maxIterations: LENGTH + 1 }),
    }),
  "loop of pipelines": (onCount) =>
    loop("again", {
      body: counts("one", onCount).pipe(step("two", (n: number) => n)),
      until: (n) => n >= LENGTH / 2,
      maxIterations: LENGTH,
    }),
  "state machine": (onCount) =>
    stateMachine("desk", {
      start: "a",
      states: { a: counts("a", onCount), b: step("b", (n: number) => n), done: step("end", (n: number) => n) },
      next: { a: "b", b: (n: number) => (n >= LENGTH / 2 ? ("done" as const) : ("a" as const)) },
      final: ["done"],
      maxHops: 2 * LENGTH,
    }),
  pipeline: (onCount) =>
    Array.from({ length: LENGTH }, (_, index) => counts(`s${index}`, onCount)).reduce<Step<number, number, Count>>(
      (whole, next) => whole.pipe(next),
      counts("first", onCount),
    ),
};

describe.each(Object.entries(KINDS))("a %s of thousands of steps", (_name, build) => {
  test("is gone on with from where it was, as if it had never stopped, and without reading all that it did", async () => {
    const undisturbed = new Flujo(
      build(() => undefined),
      { context: { total: 0, seen: [] } },
    );
    const expected = await undisturbed.run(0);
    expect(expected.status).toBe("completed");

    const state = new CountingBackend();
    const keep: FlujoModule = (container) => container.register(StateBackend, { useValue: state });
    const done: number[] = [];
    let stop = (): void => undefined;
    const stops = new Set([700, 1_020, 1_025]);
    const onCount = (n: number): void => {
      done.push(n);
      if (stops.delete(n)) stop();
    };
    const flujo = new Flujo(build(onCount), { modules: [keep], context: { total: 0, seen: [] } });
    const begun = flujo.start(0, { runId: "long" });
    stop = () => begun.interrupt();
    await expect(begun.result).rejects.toMatchObject({ code: "run_interrupted" });
    while (stops.size > 0) {
      const again = flujo.startResume("long");
      stop = () => again.interrupt();
      await expect(again.result).rejects.toMatchObject({ code: "run_interrupted" });
    }
    const result = await flujo.resume("long");
    expect(result).toMatchObject({ status: "completed", context: expected.context, usage: expected.usage });
    expect(result.status === "completed" && result.output).toStrictEqual(
      expected.status === "completed" && expected.output,
    );
    // Those that were at work when the run was stopped, and no others, ran twice.
    expect(done.length - new Set(done).size).toBeLessThanOrEqual(3);
    expect(Math.max(...state.read)).toBeLessThan(1_100);
    const all = await state.readEntries("long");
    expect(all.length).toBeGreaterThan(LENGTH / 2);
  });
});
