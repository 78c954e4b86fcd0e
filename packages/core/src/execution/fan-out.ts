import type { MergeStrategy } from "@flujo/dsl";
import { completed } from "../errors/failure.ts";
import { enter } from "../journal/path.ts";
import { forgetAbort, listenForAbort } from "../platform/abort-listeners.ts";
import type { BranchLine, ContextLine } from "../protocols/context-manager.ts";
import type { Enough, FanOutOptions, Lane, Outcome } from "../protocols/step-handler.ts";
import { caught } from "./caught.ts";
import { type Frame, within } from "./frame.ts";
import { operateOn } from "./operation.ts";
import { Tally } from "./tally.ts";

/** An `enough` together with what the journal knows of it. */
export interface RecordedEnough {
  /** Names of the lanes that counted, if that has been decided. */
  readonly counted: readonly string[] | undefined;
  readonly reached: Enough["reached"];
  readonly record: (counted: readonly string[]) => Promise<Outcome>;
}

type Options = Omit<FanOutOptions, "enough" | "merge"> & {
  readonly merge: MergeStrategy<never>;
  readonly enough: RecordedEnough | undefined;
};

/**
 * Runs lanes side by side, started in order, and waits for every one that was started: after it, nothing of
 * theirs is left running. Each works on a fork of the context; what the completed ones changed is merged
 * in the order of the lanes, whatever order they finished in, once all that count have completed or, if not
 * `failFast`, failed.
 *
 * @param path - at which the lanes are entered
 */
export async function fanOut(
  path: string,
  lanes: readonly Lane[],
  run: (lane: Lane, frame: Frame) => Promise<Outcome>,
  frame: Frame,
  options: Options,
): Promise<readonly Outcome[]> {
  const { enough, failFast, laneName } = options;
  const lines = lanes.map(() => frame.line.fork());
  const siblings = new AbortController();
  const follow = (): void => {
    siblings.abort(frame.signal.reason);
  };
  if (frame.signal.aborted) follow();
  else listenForAbort(frame.signal, follow);

  const decided = enough?.counted === undefined ? undefined : new Set(enough.counted);
  const running = [...lanes.keys()].filter((index) => decided?.has(laneName(index)) ?? true);
  const tally = new Tally(lanes.length, decided === undefined ? enough?.reached : undefined);
  const broken: unknown[] = [];
  const work = async (lane: number): Promise<void> => {
    if (siblings.signal.aborted) return;
    const index = running[lane] as number;
    try {
      const line = lines[index] as ContextLine;
      const outcome = await run(lanes[index] as Lane, within(frame, { line, signal: siblings.signal }));
      tally.add(index, outcome);
      if (outcome.status === "failed" && failFast) siblings.abort(outcome.error);
      else if (tally.reached) siblings.abort(new DOMException("Enough lanes have settled", "AbortError"));
    } catch (error) {
      broken.push(error);
      siblings.abort(error);
    }
  };
  try {
    const paths = running.map((index) => enter(path, (lanes[index] as Lane).place));
    await frame.run.host.fork(paths, options.concurrency, work);
  } finally {
    forgetAbort(frame.signal, follow);
  }
  if (broken.length > 0) throw broken[0];

  const counting = tally.reached ? running.filter((index) => tally.isSettled(index)) : running;
  if (tally.reached) await enough?.record(counting.map(laneName));
  const failed = counting.some((index) => tally.has(index, "failed"));
  if (counting.every((index) => tally.isSettled(index)) && !(failed && failFast)) {
    const completed = counting.filter((index) => tally.has(index, "completed"));
    const branches = completed.map((index) => ({ name: laneName(index), line: lines[index] as ContextLine }));
    await merge(`${path}:merge`, branches, frame, options.merge);
  }
  return tally.outcomes;
}

/** A function of the user's merges in an operation of its own. @throws what that throws, or a `ContextConflictError` */
async function merge(
  path: string,
  branches: readonly BranchLine[],
  frame: Frame,
  strategy: MergeStrategy<never>,
): Promise<void> {
  const { contexts } = frame.run;
  if (typeof strategy !== "function") {
    contexts.merge(frame.line, branches, strategy);
    return;
  }
  const merged = await operateOn(path, frame, async () => {
    try {
      contexts.merge(frame.line, branches, strategy);
      return completed(undefined);
    } catch (thrown) {
      return caught(thrown, path, frame);
    }
  });
  if (merged.status === "failed") throw merged.error;
  if (merged.status === "cancelled") throw frame.signal.reason;
}

/**
 * What becomes of a composite whose parts did not all complete: a failure goes before all, and a cancellation, which
 * without a failure comes from outside, before a pause.
 */
export function unhappy(outcomes: readonly Outcome[]): Outcome | undefined {
  return (
    outcomes.find(({ status }) => status === "failed") ??
    outcomes.find(({ status }) => status === "cancelled") ??
    outcomes.find(({ status }) => status === "paused")
  );
}
