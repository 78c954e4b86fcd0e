import type { StepScope } from "@flujo/dsl";

/** Who has an effect: the scope that a step's function is given. */
export type EffectSource = Pick<StepScope<never>, "path" | "attempt" | "idempotencyKey">;

/**
 * Where the steps of a pipeline under test write down what they do to the world: outside of the store, so that a crash
 * does not undo it.
 */
export interface Effects {
  /**
   * Says that a step has an effect now.
   *
   * @param what - tells it from the step's other effects. Default: nothing
   */
  record(source: EffectSource, what?: string): void;
}
