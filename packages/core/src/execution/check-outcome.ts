import { failure } from "../errors/failure.ts";
import { InvalidOutcomeError } from "../protocols/errors/invalid-outcome-error.ts";
import type { Outcome } from "../protocols/step-handler.ts";

const STATUSES: readonly unknown[] = ["completed", "failed", "paused", "cancelled"];

/** What a handler gave, or a failure that says what is wrong with it: handlers come from any package. */
export function checkOutcome(outcome: Outcome, kind: string, path: string, signal: AbortSignal): Outcome {
  if (!STATUSES.includes((outcome as Outcome | undefined)?.status)) {
    return failure(new InvalidOutcomeError(kind, JSON.stringify(outcome) ?? String(outcome)), path);
  }
  if (outcome.status === "cancelled" && !signal.aborted) {
    return failure(new InvalidOutcomeError(kind, "a cancellation, although nothing was stopped"), path);
  }
  return outcome;
}
