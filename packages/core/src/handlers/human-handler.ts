import { type HumanStep, toJsonSchema } from "@flujo/dsl";
import { completed, failure } from "../errors/failure.ts";
import { AnswerOverdueError } from "../protocols/errors/answer-overdue-error.ts";
import type { Execution, Outcome, StepHandler } from "../protocols/step-handler.ts";

/** Gives the answer to a question, or pauses the run until there is one. */
export class HumanHandler implements StepHandler<HumanStep<never, unknown, never>> {
  readonly kind = "human";
  readonly interacts = true;

  async handle(execution: Execution<HumanStep<never, unknown, never>>): Promise<Outcome> {
    const { step, input } = execution;
    const asked = await execution.decide("prompt", () =>
      typeof step.prompt === "string" ? step.prompt : step.prompt(input as never, execution.decisionScope),
    );
    if (asked.status !== "completed") return asked;
    const schema = toJsonSchema(step.schema, "input");
    const { deadlineMs, onDeadline } = step;
    const overdue = (): Outcome =>
      onDeadline === undefined
        ? failure(new AnswerOverdueError(deadlineMs as number), execution.path)
        : completed(onDeadline.value);
    return execution.ask({
      ...(deadlineMs === undefined ? {} : { deadline: { ms: deadlineMs, overdue } }),
      prompt: String(asked.output),
      ...(schema === undefined ? {} : { schema }),
      accept: (answer) => execution.check(step.schema, answer, "answer"),
    });
  }
}
