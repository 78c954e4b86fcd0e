import { FlujoError } from "@flujo/dsl";
import type { ErrorClassifier } from "../protocols/error-classifier.ts";
import { StepFailedError } from "../protocols/errors/step-failed-error.ts";
import type { Outcome } from "../protocols/step-handler.ts";

export const CANCELLED: Outcome = Object.freeze({ status: "cancelled" });
export const PAUSED: Outcome = Object.freeze({ status: "paused" });

export function completed(output: unknown): Outcome {
  return { status: "completed", output };
}

/** The failed outcome for whatever was thrown at `path`. @param classifier - needed for what may be no error of Flujo's */
export function failure(thrown: unknown, path: string, classifier?: ErrorClassifier): Outcome {
  if (FlujoError.is(thrown)) {
    // An error of a plugin's or user's doesn't know where it was thrown.
    if (thrown.path === undefined) Object.defineProperty(thrown, "path", { value: path, enumerable: true });
    return { status: "failed", error: thrown };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    status: "failed",
    error: new StepFailedError(message, { ...classifier?.classify(thrown), cause: thrown, path }),
  };
}
