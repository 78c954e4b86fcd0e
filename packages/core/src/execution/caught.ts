import { FlujoError } from "@flujo/dsl";
import { CANCELLED, failure } from "../errors/failure.ts";
import type { Outcome } from "../protocols/step-handler.ts";
import type { Frame } from "./frame.ts";

/** The outcome of work that threw. @throws what ends the drive and not the run: that is not for a step to decide */
export function caught(thrown: unknown, path: string, { run, signal }: Pick<Frame, "run" | "signal">): Outcome {
  if (thrown === run.journal.brokenBy && thrown !== undefined) throw thrown;
  if (isAbort(thrown)) run.stop(thrown);
  // What stopped work throws is how it ended, not that it failed.
  return signal.aborted ? CANCELLED : failure(thrown, path, run.classifier);
}

/** Whether it is an `AbortRunError`: told by its code, so that another copy's counts too. */
function isAbort(thrown: unknown): boolean {
  return FlujoError.is(thrown) && thrown.code === "run_aborted";
}
