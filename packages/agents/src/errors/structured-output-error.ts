import { type ErrorCategory, FlujoError, type FlujoErrorOptions, type UsageReport } from "@flujo/dsl";

/** A model's answer is not JSON, or not what the agent's `output` schema says. */
export class StructuredOutputError extends FlujoError {
  override readonly name = "StructuredOutputError";
  readonly code = "structured_output";
  readonly category: ErrorCategory = "validation";
  readonly retryable = true;

  constructor(
    /** `openai/gpt-5-mini` */
    readonly model: string,
    /** The answer as it came. */
    readonly text: string,
    /** What is wrong with it, each with its place as a JSON pointer: `/tags/0: expected a string`. */
    readonly issues: readonly string[],
    /** What each call used that it took to come to this, repairs included. They are booked. */
    readonly usage: readonly UsageReport[],
    options?: FlujoErrorOptions,
  ) {
    super(`The answer of ${model} does not fit the output schema: ${issues.join("; ")}`, options);
  }
}
