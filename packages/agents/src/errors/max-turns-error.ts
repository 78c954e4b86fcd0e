import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** A model wanted to call tools in the last turn that it had: what it called there was not run. Raise `maxTurns`, or ask for less. */
export class MaxTurnsError extends FlujoError {
  override readonly name = "MaxTurnsError";
  readonly code = "max_turns";
  readonly category: ErrorCategory = "resource";
  readonly retryable = false;

  constructor(
    /** `openai/gpt-5-mini` */
    readonly model: string,
    readonly maxTurns: number,
    /** What it would have called next. */
    readonly toolNames: readonly string[],
    options?: FlujoErrorOptions,
  ) {
    super(`${model} was not done after ${maxTurns} turns: it went on to call ${toolNames.join(", ")}`, options);
  }
}
