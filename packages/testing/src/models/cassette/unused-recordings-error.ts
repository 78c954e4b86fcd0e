import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/core/protocols";
import type { RecordedRequest } from "./recorded-request.ts";
import { linesOf } from "./value-lines.ts";

/** A cassette has recordings that a test no longer asks for. */
export class UnusedRecordingsError extends FlujoError {
  override readonly name = "UnusedRecordingsError";
  readonly code = "unused_recordings";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    readonly file: string,
    readonly unused: readonly RecordedRequest[],
    options?: FlujoErrorOptions,
  ) {
    const shown = unused.slice(0, MOST_SHOWN).map(summary);
    const more = unused.length > MOST_SHOWN ? [`  and ${unused.length - MOST_SHOWN} more`] : [];
    const list = [...shown, ...more].join("\n");
    super(`${file} has recordings that nobody asked for; record it again without them:\n${list}`, options);
  }
}

const MOST_SHOWN = 5;

/** The request, and the last lines of what it says, which tell it from others best. */
function summary({ method, url, body }: RecordedRequest): string {
  const lines = linesOf(body).slice(-3);
  return [`  ${method} ${url}`, ...lines.map((line) => `    ${line}`)].join("\n");
}
