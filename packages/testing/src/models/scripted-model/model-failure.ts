import type { ResolvedBody, ResolvedFailure } from "../script/resolved-reply.ts";

/** What a caller of the AI SDK is thrown where the service refuses, or its answer can't be read. `APICallError.isInstance` knows it. */
export class ModelFailure extends Error {
  override readonly name = "AI_APICallError";
  readonly url: string;
  readonly requestBodyValues: unknown;
  readonly statusCode: number | undefined;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string | undefined;
  readonly isRetryable: boolean;
  readonly data: unknown;

  constructor(message: string, url: string, request: unknown, answer: Answered = {}, options?: ErrorOptions) {
    super(message, options);
    this.url = url;
    this.requestBodyValues = request;
    this.statusCode = answer.status;
    this.responseHeaders = answer.headers ?? {};
    this.responseBody = answer.body;
    this.isRetryable = isRetryable(answer.status);
    this.data = answer.data;
    for (const mark of MARKS) Object.defineProperty(this, mark, { value: true });
  }
}

/** What came of HTTP before it failed. */
interface Answered {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly data?: unknown;
}

/** By these the AI SDK knows its errors, whichever copy of it made them. */
const MARKS = [Symbol.for("vercel.ai.error"), Symbol.for("vercel.ai.error.AI_APICallError")];

/** As the AI SDK has it; a connection that is lost can be tried again too. */
function isRetryable(status: number | undefined): boolean {
  return status === undefined || status === 408 || status === 409 || status === 429 || status >= 500;
}

export function refused(failure: ResolvedFailure, url: string, request: unknown): ModelFailure {
  const { status, headers, message, code } = failure;
  const data = { error: { message, ...(code === undefined ? {} : { code }) } };
  return new ModelFailure(message, url, request, { status, headers, body: JSON.stringify(data), data });
}

export function connectionLost(url: string, request: unknown): ModelFailure {
  const cause = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
  return new ModelFailure("Cannot connect to API: the connection was lost", url, request, {}, { cause });
}

export function unreadable(
  { status, headers, body }: Omit<ResolvedBody, "type" | "usage" | "when" | "delayMs">,
  url: string,
  request: unknown,
): ModelFailure {
  return new ModelFailure("Invalid JSON response", url, request, { status, headers, body });
}
