import type { Execution, Lane, Outcome, StepHandler } from "@flujo/core/protocols";
import { firstToComplete } from "../quorum/first-to-complete.ts";
import type { RaceStep } from "./race-step.ts";

/** Carries a race out: a quorum of one. */
export class RaceHandler implements StepHandler<RaceStep<never, unknown, never>> {
  readonly kind = "example.race";

  async handle(execution: Execution<RaceStep<never, unknown, never>>): Promise<Outcome> {
    const { step, children, input } = execution;
    const names = Object.keys(step.branches);
    const nameOf = (index: number): string => names[index] as string;
    const lanes = children.map((child, index): Lane => ({ child, input, place: { branch: nameOf(index) } }));
    const won = await firstToComplete(execution, lanes, {
      needed: 1,
      decision: "winner",
      // Where there is too much to do as it is, a branch begins once the one before it has failed.
      concurrency: execution.isEnabled("speculation") ? Infinity : 1,
      // One lane at most completes in time, so there is nothing to merge with what the winner changed.
      merge: "errorOnConflict",
      laneName: nameOf,
    });
    return Array.isArray(won) ? { status: "completed", output: won[0] } : won;
  }
}
