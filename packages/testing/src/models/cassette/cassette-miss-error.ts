import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/core/protocols";
import { differenceOf } from "./difference.ts";
import type { RecordedRequest } from "./recorded-request.ts";

/** A request came of which a cassette has no recording: the prompt, its settings or its tools are no longer what they were. */
export class CassetteMissError extends FlujoError {
  override readonly name = "CassetteMissError";
  readonly code = "cassette_miss";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    readonly file: string,
    readonly request: RecordedRequest,
    /** How often this request was recorded; it came once more. */
    readonly recorded: number,
    /** The recorded request that is most like it, if there is one. */
    readonly nearest: RecordedRequest | undefined,
    options?: FlujoErrorOptions,
  ) {
    super(`${file} has ${explain(request, recorded, nearest)}\n${HOW}`, options);
  }
}

const HOW = "If that is meant, record it again: FLUJO_CASSETTE=record";

function explain(request: RecordedRequest, recorded: number, nearest: RecordedRequest | undefined): string {
  const name = `${request.method} ${request.url}`;
  if (recorded > 0)
    return `this ${name} recorded ${recorded === 1 ? "once" : `${recorded} times`}, and it came once more`;
  if (nearest === undefined) return `no recording of ${name}, nor of anything like it`;
  return `no recording of this ${name}. Most like it (- recorded, + came):\n${differenceOf(nearest, request)}`;
}
