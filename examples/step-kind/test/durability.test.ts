import { Flujo, unwrap } from "@flujo/core";
import { type FlujoModule, StateBackend } from "@flujo/core/protocols";
import { parallel, pipeline, type Step, step } from "@flujo/dsl";
import { ensemble, race, stepKinds } from "@flujo/example-step-kind";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CrashingBackend } from "./crashing-backend.ts";
import { Fates, type Notes, s } from "./waiting.ts";

/** Makes the same graph for each process; `swift` names the branch that is the fastest in this one. */
type Make = (swift: string, onWork: (path: string) => void) => Step<number, unknown, Notes>;

/** Gives its input and its name, at once or after a while, if it has not been aborted. */
function waits(name: string, swift: string, onWork: (path: string) => void): Step<number, string, Notes> {
  return s.step(name, async (n: number, { path, signal, update }) => {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, name === swift ? 0 : 40);
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
    });
    update((draft) => draft.notes.push(name));
    onWork(path);
    return `${name} ${n}`;
  });
}

const length = (name: string) => step(name, (text: string) => text.length);

const GRAPHS: Record<string, Make> = {
  race: (swift, onWork) => race("first", { a: waits("a", swift, onWork), b: waits("b", swift, onWork) }),
  "race of chains": (swift, onWork) =>
    race("first", {
      a: waits("a", swift, onWork)
        .pipe(length("count"))
        .pipe(waits("c", swift, onWork)),
      b: waits("b", swift, onWork).pipe(length("count")),
    }),
  ensemble: (swift, onWork) =>
    ensemble("jury", { body: waits("a", swift, onWork), times: 3, vote: (ballots) => ballots.join() }),
  "ensemble of races, in a map in a branch in a loop": (swift, onWork) =>
    s.loop("again", {
      body: s.branch("chosen", {
        on: () => "x" as const,
        cases: {
          x: pipeline(
            "part",
            step("list", (n: number) => [n, n + 1]),
            s.map(
              "each",
              ensemble("jury", {
                body: race("first", { a: waits("a", swift, onWork), b: waits("b", swift, onWork) }),
                times: 2,
                quorum: 1,
                concurrency: 1,
                vote: (ballots) => ballots.join(),
              }),
              { merge: "lastBranchWins" },
            ),
          ),
        },
      }),
      until: (_output, { iteration }) => iteration === 2,
      next: (output) => output.length,
      maxIterations: 2,
    }),
  "race beside other work": (swift, onWork) =>
    parallel("sides", {
      race: race("first", { a: waits("a", swift, onWork), b: waits("b", swift, onWork) }),
      other: step("other", (n: number) => n),
    }),
};

/** One process: drives the run until it ends, or dies with the disk. */
async function drive(disk: CrashingBackend, graph: Step<number, unknown, Notes>) {
  const flujo = new Flujo(graph, {
    context: { notes: [] },
    modules: [stepKinds(), register(disk)],
  });
  try {
    return await flujo.run(1, { runId: "r" });
  } catch (error) {
    if ((error as { code?: string }).code !== "state") throw error;
    return undefined;
  }
}

const silent = (): void => undefined;

describe.each(Object.entries(GRAPHS))("%s", (_name, make) => {
  test("cut after every write and resumed gives the same, and does nothing again that was settled", async () => {
    const whole = new CrashingBackend();
    const undisturbed = await drive(whole, make("a", silent));
    if (undisturbed === undefined) throw new Error("nothing disturbed it");
    const expected = { output: unwrap(undisturbed), context: undisturbed.context };

    for (const writes of [1, 2, 3, 5]) {
      const disk = new CrashingBackend();
      const again: string[] = [];
      let result: Awaited<ReturnType<typeof drive>>;
      while (result === undefined) {
        const recorded = new Set((await disk.readEntries("r")).map(({ path }) => path));
        disk.crashAfter(writes);
        result = await drive(
          disk,
          make("a", (path) => {
            if (recorded.has(path)) again.push(path);
          }),
        );
      }
      expect({ output: unwrap(result), context: result.context }).toEqual(expected);
      expect(again).toEqual([]);
    }
  });
});

test("what has won has won, also if the branches would come in another order in the process that goes on", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 5 }), async (writes) => {
      const disk = new CrashingBackend();
      const graph = GRAPHS["race of chains"] as Make;
      disk.crashAfter(writes);
      const first = await drive(disk, graph("b", silent));
      const decided = (await disk.readEntries("r")).find(({ path }) => path === "first:winner");
      disk.crashAfter(Infinity);
      const result = await drive(disk, graph("a", silent));
      if (result === undefined) throw new Error("the disk is whole");
      // Before that was recorded nobody had seen a winner, and either may win.
      if (first !== undefined || decided !== undefined) {
        expect(unwrap(result)).toBe(3);
        expect(result.context).toEqual({ notes: ["b"] });
      } else expect([3, "c 3"]).toContain(unwrap(result));
    }),
    { numRuns: 20 },
  );
});

test("an interrupted race goes on in the next process, with nothing of the first left running", async () => {
  const disk = new CrashingBackend();
  const fates = new Fates();
  const options = { context: { notes: [] }, modules: [stepKinds(), register(disk)] };
  const flujo = new Flujo(race("first", { a: fates.waits("a", 60_000), b: fates.waits("b", 60_000) }), options);
  const handle = flujo.start(1, { runId: "r" });
  for await (const event of handle) if (event.type === "step-start" && event.name === "b") handle.interrupt();
  await expect(handle.result).rejects.toMatchObject({ code: "run_interrupted" });
  expect(fates.running).toBe(0);
  const next = new Flujo(race("first", { a: fates.waits("a", 60_000), b: fates.waits("b", 1) }), options);
  expect(unwrap(await next.resume("r"))).toBe("b");
});

function register(disk: CrashingBackend): FlujoModule {
  return (container) => {
    container.register(StateBackend, { useValue: disk });
  };
}
