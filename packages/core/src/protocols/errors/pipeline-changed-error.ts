import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** The pipeline is no longer the one that the run began with, so its recorded steps may not fit. */
export class PipelineChangedError extends FlujoError {
  override readonly name = "PipelineChangedError";
  readonly code = "pipeline_changed";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    readonly runId: string,
    /** One line a difference. */
    readonly differences: readonly string[],
    options?: FlujoErrorOptions,
  ) {
    super(`Run "${runId}" began with another pipeline:\n${differences.map((line) => `  ${line}`).join("\n")}`, options);
  }
}
