import { RunCancelledError } from "../protocols/errors/run-cancelled-error.ts";
import { RunPausedError } from "../protocols/errors/run-paused-error.ts";
import type { RunResult } from "../protocols/run-result.ts";

/**
 * The output of a completed run.
 *
 * @throws the run's error if it failed, {@link RunCancelledError} if it was cancelled,
 * {@link RunPausedError} if it waits for an answer.
 */
export function unwrap<Output>(result: RunResult<Output>): Output {
  switch (result.status) {
    case "completed":
      return result.output;
    case "failed":
      throw result.error;
    case "cancelled":
      throw new RunCancelledError(result.runId, result.reason);
    case "paused":
      throw new RunPausedError(result.runId, result.awaiting);
  }
}
