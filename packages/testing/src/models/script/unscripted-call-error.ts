import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/core/protocols";
import type { ModelRequest } from "./model-request.ts";

/** A scripted model was asked what its script has no reply for. The test or what it tests is wrong; trying again won't help. */
export class UnscriptedCallError extends FlujoError {
  override readonly name = "UnscriptedCallError";
  readonly code = "unscripted_call";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    /** The how-manieth call of the model it is, from 1. */
    readonly call: number,
    readonly request: ModelRequest,
    /** How many replies the script has, if it is a list. */
    scripted: number | undefined,
    options?: FlujoErrorOptions,
  ) {
    const why =
      scripted === undefined
        ? "the script has no reply to it"
        : `the script has ${scripted} replies, and they are used up`;
    super(
      `Call ${call} of ${request.model} was not expected: ${why}. The user says: ${excerpt(request.prompt)}`,
      options,
    );
  }
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
