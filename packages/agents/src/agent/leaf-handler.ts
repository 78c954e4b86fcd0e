import type { Execution, Outcome, StepHandler } from "@flujo/core/protocols";
import type { AnyStep, StepScope } from "@flujo/dsl";

/** A step that does its own work, and has no other steps in it. */
export interface Leaf extends AnyStep {
  work(input: never, scope: StepScope): unknown;
}

/** Runs the leaves that an agent is made of. */
export class LeafHandler implements StepHandler<Leaf> {
  readonly kind: string;

  constructor(kind: string) {
    this.kind = kind;
  }

  handle(execution: Execution<Leaf>): Promise<Outcome> {
    const { step, input, scope } = execution;
    return execution.call(() => step.work(input as never, scope as unknown as StepScope));
  }
}
