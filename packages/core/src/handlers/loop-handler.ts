import type { IterationScope, LoopStep } from "@flujo/dsl";
import { completed, failure } from "../errors/failure.ts";
import { LoopExhaustedError } from "../protocols/errors/loop-exhausted-error.ts";
import type { Execution, Outcome, PlannedStep, StepHandler } from "../protocols/step-handler.ts";
import { isThenable } from "../resilience/is-thenable.ts";
import { iterationScope } from "./iteration-scope.ts";

/** What is decided after an iteration. */
type Verdict = { readonly done: true } | { readonly done: false; readonly next: unknown };

/** Where a loop can go on. */
interface Position {
  readonly iteration: number;
  /** Of that iteration. */
  readonly input: unknown;
}

/** Runs the body again and again. */
export class LoopHandler implements StepHandler<LoopStep<never, unknown, never>> {
  readonly kind = "loop";

  async handle(execution: Execution<LoopStep<never, unknown, never>>): Promise<Outcome> {
    const { step, children, path } = execution;
    const limit = step.maxIterations ?? Infinity;
    const begin = (execution.resumeAt()?.state ?? { iteration: 1, input: execution.input }) as Position;
    let { input } = begin;
    for (let { iteration } = begin; ; iteration++) {
      const outcome = await execution.run(children[0] as PlannedStep, input, { iteration });
      if (outcome.status !== "completed") return outcome;
      const previous = input;
      const verdict = await execution.decide(
        "until",
        () => judge(step, outcome.output, previous, iterationScope(execution, iteration), iteration < limit),
        { iteration },
      );
      if (verdict.status !== "completed") return verdict;
      const judged = verdict.output as Verdict;
      if (judged.done) return outcome;
      if (iteration >= limit) {
        return step.onExhausted === "returnLast"
          ? completed(outcome.output)
          : failure(new LoopExhaustedError(limit), path);
      }
      const next = judged.next;
      input = next;
      await execution.checkpoint(iteration + 1, (): Position => ({ iteration: iteration + 1, input: next }));
    }
  }
}

/**
 * Whether the loop is done and, if it goes on, with what: asked together, so that they are recorded together. Most loops
 * can say at once, and are not made to wait.
 */
function judge(
  step: LoopStep<never, unknown, never>,
  output: unknown,
  input: unknown,
  scope: IterationScope<never>,
  mayGoOn: boolean,
): Verdict | PromiseLike<Verdict> {
  const goOn = (done: boolean): Verdict | PromiseLike<Verdict> => {
    if (done) return { done };
    if (!mayGoOn || step.next === undefined) return { done: false, next: output };
    const next = step.next(output as never, input as never, scope);
    return isThenable(next) ? next.then((value) => ({ done: false, next: value })) : { done: false, next };
  };
  const done = step.until(output as never, scope);
  return isThenable(done) ? done.then(goOn) : goOn(done);
}
