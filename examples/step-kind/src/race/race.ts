import type { AnyStep, ContextOfAll, InputOfAll, OutputOf, Step } from "@flujo/dsl";
import { RaceStep } from "./race-step.ts";

/**
 * Branches on the same input at the same time; gives what the first of them to complete gives. The others are aborted, and
 * what they changed in the context is dropped. Fails with a {@link QuorumError} once all have failed.
 *
 * It gives a `Step` rather than a `RaceStep`: two `Step`s are compared by their type arguments, which is cheap.
 *
 * @throws {@link InvalidOptionError} naming the first branch that is not a step.
 */
export function race<const Branches extends Readonly<Record<string, AnyStep>>>(
  name: string,
  branches: Branches,
): Step<InputOfAll<Branches>, OutputOf<Branches[keyof Branches]>, ContextOfAll<Branches>> {
  return new RaceStep(name, branches);
}
