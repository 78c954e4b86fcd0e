import type { Execution, Lane, Outcome, PlannedStep, StepHandler } from "@flujo/core/protocols";
import { firstToComplete } from "../quorum/first-to-complete.ts";
import type { EnsembleStep } from "./ensemble-step.ts";

/** Carries an ensemble out: members side by side, then the vote. */
export class EnsembleHandler implements StepHandler<EnsembleStep<never, unknown, never>> {
  readonly kind = "example.ensemble";

  async handle(execution: Execution<EnsembleStep<never, unknown, never>>): Promise<Outcome> {
    const { step, children, input } = execution;
    const child = children[0] as PlannedStep;
    const lanes = Array.from({ length: step.times }, (_, item): Lane => ({ child, input, place: { item } }));
    const ballots = await firstToComplete(execution, lanes, {
      needed: step.quorum,
      decision: "quorum",
      concurrency: step.concurrency,
      merge: "discard",
      laneName: String,
    });
    if (!Array.isArray(ballots)) return ballots;
    return execution.decide("vote", () => step.vote(ballots as never, execution.decisionScope));
  }
}
