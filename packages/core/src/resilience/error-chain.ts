/** Longest chain of causes that is followed: a chain may lead back to itself. */
const MAX_CAUSES = 8;

/** What errors of all sorts tell of themselves. Nothing is certain of what was thrown. */
export interface ErrorFields {
  readonly name?: unknown;
  readonly message?: unknown;
  /** Node and undici: what went wrong, as a word. */
  readonly code?: unknown;
  readonly cause?: unknown;
  /** AI SDK, `AI_RetryError`: what the last try failed with. */
  readonly lastError?: unknown;
  /** AI SDK, `AI_APICallError`: whether the provider's package thinks that trying again may help. */
  readonly isRetryable?: unknown;
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly headers?: unknown;
  readonly responseHeaders?: unknown;
  /** A `Response`, or what an HTTP client has for one. */
  readonly response?: unknown;
}

/** What was thrown and what caused it, the outermost first. */
export function errorChain(thrown: unknown): readonly ErrorFields[] {
  const chain: ErrorFields[] = [];
  for (let error = thrown; isObject(error) && chain.length < MAX_CAUSES; ) {
    chain.push(error);
    error = error.cause ?? error.lastError;
  }
  return chain;
}

/** Status of the HTTP answer that the error tells of. */
export function statusOf({ status, statusCode, response }: ErrorFields): number | undefined {
  const statuses = [status, statusCode, ...(isObject(response) ? [response.status, response.statusCode] : [])];
  return statuses.find(isStatus);
}

/** Header fields of the HTTP answer that the error tells of, wherever it keeps them. */
export function headersOf({ headers, responseHeaders, response }: ErrorFields): readonly unknown[] {
  return [headers, responseHeaders, ...(isObject(response) ? [response.headers] : [])].filter(isObject);
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 100 && (value as number) < 600;
}

function isObject(value: unknown): value is ErrorFields {
  return typeof value === "object" && value !== null;
}
