import type { Execution, FanOutOptions, Lane, Outcome } from "@flujo/core/protocols";
import { QuorumError } from "./quorum-error.ts";

/** How many lanes must complete, and how that is recorded. */
interface Quorum extends Pick<FanOutOptions, "concurrency" | "laneName" | "merge"> {
  readonly needed: number;
  /** The name under which the journal has the lanes that counted. */
  readonly decision: string;
}

/**
 * Runs lanes until as many as needed have completed, or so many have failed that this can't be any more; the others are
 * aborted. Gives the outputs in the order of the lanes, or the outcome that stands for them all.
 *
 * @throws {@link QuorumError} if too many failed.
 */
export async function firstToComplete(
  execution: Execution,
  lanes: readonly Lane[],
  { needed, decision, ...options }: Quorum,
): Promise<unknown[] | Outcome> {
  const spare = lanes.length - needed;
  const outcomes = await execution.fanOut(lanes, {
    ...options,
    failFast: false,
    enough: {
      decision,
      reached: (settled) => count(settled, "completed") >= needed || count(settled, "failed") > spare,
    },
  });
  if (count(outcomes, "completed") >= needed) {
    return outcomes.flatMap((outcome) => (outcome.status === "completed" ? [outcome.output] : []));
  }
  const errors = outcomes.flatMap((outcome) => (outcome.status === "failed" ? [outcome.error] : []));
  if (errors.length > spare) throw new QuorumError(needed, lanes.length, errors);
  // Neither came about: some wait for a person, unless the run itself was stopped.
  return { status: outcomes.some(({ status }) => status === "cancelled") ? "cancelled" : "paused" };
}

function count(outcomes: readonly (Outcome | undefined)[], status: Outcome["status"]): number {
  return outcomes.filter((outcome) => outcome?.status === status).length;
}
