import type { DecisionScope, MaybePromise, Step } from "@flujo/dsl";
import { EnsembleStep } from "./ensemble-step.ts";

export interface EnsembleOptions<Input, Ballot, Result, Context> {
  readonly body: Step<Input, Ballot, Context>;
  /** Members: how often the body runs, on the same input. Whole, at least 1. */
  readonly times: number;
  /** How many members must complete; once they have, the others are aborted. From 1 to `times`. Default `times`. */
  readonly quorum?: number;
  /** Most members at a time. Whole, at least 1. Default `times`. */
  readonly concurrency?: number;
  /** Makes one result of what the members gave, in the order of the members. Its result is recorded. */
  readonly vote: (ballots: readonly Ballot[], scope: DecisionScope<Context>) => MaybePromise<Result>;
}

/**
 * A body several times on the same input, and a vote on what it gave. Members' changes to the context are dropped: only
 * the vote counts. Fails with a {@link QuorumError} once too many members have failed.
 *
 * @throws {@link InvalidOptionError} naming the first option that can't be used.
 */
export function ensemble<Input, Ballot, Result, Context>(
  name: string,
  options: EnsembleOptions<Input, Ballot, Result, Context>,
): Step<Input, Result, Context> {
  return new EnsembleStep(name, options);
}
