import type { StateBackend } from "@flujo/core/protocols";
import { type Account, readAccount } from "./account.ts";
import type { ResolvedCrashTest } from "./crash-options.ts";
import { type Driven, driveToEnd, openRunner, type Way } from "./driver.ts";
import type { Happening } from "./happening.ts";
import { type CrashPoint, Life } from "./life.ts";
import { lostEnding, lostEntries } from "./lost-writes.ts";
import { mortalBackend } from "./mortal-backend.ts";
import type { Problem } from "./problem.ts";

/** Of every run: each has a store of its own. */
const RUN_ID = "crash-test";

/** What came of a run, however often it was killed. */
export interface Lived {
  /** Name of the pipeline. */
  readonly pipeline: string;
  /** Where its drivers died, and how it was gone on with, in words. */
  readonly moments: readonly string[];
  readonly deaths: number;
  /** Of the last driver. */
  readonly writes: number;
  readonly happenings: readonly Happening[];
  /** What was wrong on the way. */
  readonly problems: readonly Problem[];
  /** Or what was thrown, if the run could not be gone on with. */
  readonly account: Account | Error;
}

/** Drives a run to its end, with as many drivers as there are points that one dies at, and one more. */
export async function liveThrough(test: ResolvedCrashTest, points: readonly CrashPoint[], way: Way): Promise<Lived> {
  const stores: StateBackend[] = [await test.open()];
  const timeline: Happening[] = [];
  const moments: string[] = [];
  const problems: Problem[] = [];
  try {
    for (let number = 0; ; number++) {
      test.signal?.throwIfAborted();
      const life = new Life(number, points[number], (happening) => timeline.push(happening));
      const store = stores.at(-1) as StateBackend;
      const { pipeline, driven } = await liveOnce(test, store, life, way);
      moments.push(number === 0 ? life.death : `gone on with by ${way}(), ${life.death}`);
      if (!life.isOver) {
        const account = driven instanceof Error ? driven : await readAccount(store, RUN_ID, timeline, driven);
        if (!(account instanceof Error)) problems.push(...lostEntries(timeline, account.entries));
        return { pipeline, moments, deaths: number, writes: life.writes, happenings: timeline, problems, account };
      }
      const entries = await store.readEntries(RUN_ID);
      problems.push(...lostEntries(timeline, entries), ...lostEnding(timeline, await store.getRun(RUN_ID)));
      timeline.push({ type: "settled", paths: entries.map(({ path }) => path) });
      const reopened = await test.reopen(store);
      if (reopened !== store) stores.push(reopened);
    }
  } finally {
    for (const store of stores) await store[Symbol.asyncDispose]();
  }
}

/** Lets one driver drive until the run ends or the driver dies; then nothing is left of it. Gives what it threw, if it lived. */
async function liveOnce(
  { build, run }: ResolvedCrashTest,
  store: StateBackend,
  life: Life,
  way: Way,
): Promise<{ readonly pipeline: string; readonly driven: Driven }> {
  const { backend, bury } = mortalBackend(store, life);
  const pipeline = build(life.effects);
  const runner = openRunner(pipeline, run, backend, (path) => {
    life.note({ type: "begun", by: life.number, path });
  });
  const died = new Promise<Error>((resolve) => {
    life.onDeath(() => {
      const gone = (): void => {
        resolve(new Error(life.death));
      };
      // Its steps are aborted at once, and nothing new begins. What parts of the user's say to that is of no interest.
      void runner[Symbol.asyncDispose]().then(gone, gone);
    });
  });
  const stopTimer = dieInTime(life);
  const driven = await Promise.race([driveToEnd(runner, RUN_ID, run, way), died]);
  stopTimer();
  if (life.isOver) {
    await died;
    await bury();
  }
  await runner[Symbol.asyncDispose]();
  return { pipeline: pipeline.name, driven };
}

/** Ends a life that has its time, finer than timers can. @returns calls that off */
function dieInTime(life: Life): () => void {
  const { point } = life;
  if (point === undefined || !("afterMs" in point)) return () => undefined;
  const startedAt = performance.now();
  let next: NodeJS.Immediate;
  const look = (): void => {
    if (performance.now() - startedAt >= point.afterMs) life.die();
    else next = setImmediate(look);
  };
  next = setImmediate(look);
  return () => {
    clearImmediate(next);
  };
}
