import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";
import type { Awaiting } from "../run-record.ts";

/** A run has no output yet: it waits for answers. */
export class RunPausedError extends FlujoError {
  override readonly name = "RunPausedError";
  readonly code = "run_paused";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    readonly runId: string,
    readonly awaiting: readonly Awaiting[],
    options?: FlujoErrorOptions,
  ) {
    super(`Run "${runId}" waits for ${awaiting.map(({ path }) => path).join(", ")}`, options);
  }
}
