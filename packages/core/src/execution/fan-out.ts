import type { MergeStrategy } from "@flujo/dsl";
import { mergeBranches } from "../context/merge.ts";
import { CANCELLED } from "../errors/failure.ts";
import type { FanOutOptions, Lane, Outcome } from "../protocols/step-handler.ts";
import type { Frame } from "./frame.ts";

/**
 * Runs lanes side by side, started in order, and waits for every one that was started: after it, nothing of
 * theirs is left running. Each works on a fork of the context; what the completed ones changed is merged
 * in the order of the lanes, whatever order they finished in, once all have completed or, if not
 * `failFast`, failed.
 */
export async function fanOut(
  lanes: readonly Lane[],
  run: (lane: Lane, frame: Frame) => Promise<Outcome>,
  frame: Frame,
  options: FanOutOptions & { readonly merge: MergeStrategy<never> },
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = new Array<Outcome>(lanes.length).fill(CANCELLED);
  const lines = lanes.map(() => frame.line.fork());
  const siblings = new AbortController();
  const follow = (): void => {
    siblings.abort(frame.signal.reason);
  };
  if (frame.signal.aborted) follow();
  else frame.signal.addEventListener("abort", follow, { once: true });
  const broken: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < lanes.length && !siblings.signal.aborted) {
      const index = next++;
      try {
        const line = lines[index] as Frame["line"];
        const outcome = await run(lanes[index] as Lane, { ...frame, line, signal: siblings.signal });
        outcomes[index] = outcome;
        if (outcome.status === "failed" && options.failFast) siblings.abort(outcome.error);
      } catch (error) {
        broken.push(error);
        siblings.abort(error);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(options.concurrency, lanes.length) }, worker));
  } finally {
    frame.signal.removeEventListener("abort", follow);
  }
  if (broken.length > 0) throw broken[0];
  const failed = outcomes.some(({ status }) => status === "failed");
  const unsettled = outcomes.some(({ status }) => status === "paused" || status === "cancelled");
  if (!unsettled && !(failed && options.failFast)) {
    const done = lines.flatMap((line, index) =>
      outcomes[index]?.status === "completed" ? [{ name: options.laneName(index), line }] : [],
    );
    mergeBranches(frame.line, done, options.merge);
  }
  return outcomes;
}

/** What becomes of a composite whose parts did not all complete: a failure goes before a pause. */
export function unhappy(outcomes: readonly Outcome[]): Outcome | undefined {
  return (
    outcomes.find(({ status }) => status === "failed") ??
    outcomes.find(({ status }) => status === "paused") ??
    outcomes.find(({ status }) => status === "cancelled")
  );
}
