import type { MergeStrategy } from "@flujo/dsl";
import { forgetAbort, listenForAbort } from "../platform/abort-listeners.ts";
import type { ContextLine } from "../protocols/context-manager.ts";
import type { Enough, FanOutOptions, Lane, Outcome } from "../protocols/step-handler.ts";
import { type Frame, within } from "./frame.ts";
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
 */
export async function fanOut(
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
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < running.length && !siblings.signal.aborted) {
      const index = running[next++] as number;
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
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(options.concurrency, running.length) }, worker));
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
    frame.run.contexts.merge(frame.line, branches, options.merge);
  }
  return tally.outcomes;
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
