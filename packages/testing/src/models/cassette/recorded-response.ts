import { textOf } from "./recorded-request.ts";
import { stripSecrets } from "./strip-secrets.ts";

/** A response as the file has it. What it is played back as is the same, byte for byte, but for secrets. */
export interface RecordedResponse {
  readonly status: number;
  /** Those that a client goes by. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RecordedBody;
}

/** In the form that is best to read: JSON as a value, a stream as its events, text, or bytes as base64. */
export type RecordedBody =
  | { readonly json: unknown }
  | { readonly events: readonly string[] }
  | { readonly text: string }
  | { readonly base64: string };

/** All others are left out: they bear cookies, dates, and numbers that nobody goes by. */
const KEPT = ["content-type", "retry-after", "retry-after-ms", "x-should-retry", "location"];

const EVENT_END = "\n\n";

/** Reads the response to its end. */
export async function recordedResponse(
  response: Response,
  secrets: readonly (string | RegExp)[],
): Promise<RecordedResponse> {
  const kept = [...response.headers].filter(([name]) => KEPT.includes(name)).toSorted();
  const headers = Object.fromEntries(kept.map(([name, value]) => [name, stripSecrets(value, secrets)]));
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = textOf(bytes);
  const body = text === undefined ? base64(bytes) : bodyOf(stripSecrets(text, secrets), headers["content-type"] ?? "");
  return { status: response.status, headers, body };
}

/** @param signal - ends the body where it aborts */
export function replayed({ status, headers, body }: RecordedResponse, signal: AbortSignal): Response {
  // With these there is no body, not even an empty one.
  const isBare = [204, 205, 304].includes(status);
  return new Response(isBare ? null : streamOf(chunksOf(body), signal), { status, headers });
}

function base64(bytes: Uint8Array): RecordedBody {
  return { base64: Buffer.from(bytes).toString("base64") };
}

function bodyOf(text: string, type: string): RecordedBody {
  if (/^text\/event-stream/i.test(type)) return { events: text.split(EVENT_END) };
  try {
    const json: unknown = JSON.parse(text);
    // Blanks, large numbers and repeated keys would be lost on the way.
    if (JSON.stringify(json) === text) return { json };
  } catch {
    // Not JSON, whatever its type says.
  }
  return { text };
}

function chunksOf(body: RecordedBody): readonly Uint8Array[] {
  if ("base64" in body) return [Buffer.from(body.base64, "base64")];
  if ("json" in body) return [Buffer.from(JSON.stringify(body.json))];
  if ("text" in body) return [Buffer.from(body.text)];
  const last = body.events.length - 1;
  return body.events.map((event, index) => Buffer.from(index < last ? event + EVENT_END : event));
}

/** Chunk by chunk, as a stream comes. */
function streamOf(chunks: readonly Uint8Array[], signal: AbortSignal): ReadableStream<Uint8Array> {
  const left = chunks.filter(({ length }) => length > 0).values();
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (signal.aborted) {
        controller.error(signal.reason);
        return;
      }
      const { done, value } = left.next();
      if (done === true) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
  });
}
