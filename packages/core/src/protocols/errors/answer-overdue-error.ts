import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** Nobody answered a question before its deadline, and nothing was said to be the answer then. */
export class AnswerOverdueError extends FlujoError {
  override readonly name = "AnswerOverdueError";
  readonly code = "answer_overdue";
  readonly category: ErrorCategory = "timeout";
  /** The question would be asked again, with a deadline that is over. */
  readonly retryable = false;

  constructor(
    readonly deadlineMs: number,
    options?: FlujoErrorOptions,
  ) {
    super(`Nobody answered within ${deadlineMs} ms`, options);
  }
}
