import type { ErrorCategory } from "@flujo/dsl";

/** What can be told of a failed call to a model from what the provider threw. */
export interface CallFailure {
  readonly statusCode: number | undefined;
  readonly category: ErrorCategory;
  readonly retryable: boolean;
}

/** Fields that errors of the AI SDK and of Node's network code have. Nothing is told from a message. */
interface ErrorFields {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  /** `APICallError`: the status of the provider's HTTP answer. */
  readonly statusCode?: unknown;
  /** `APICallError`: whether the provider's package thinks that trying again may help. */
  readonly isRetryable?: unknown;
}

/** Names of errors for which an AI SDK provider needs no answer from its service. */
const BY_NAME: Readonly<Record<string, ErrorCategory>> = {
  TimeoutError: "timeout",
  AI_LoadAPIKeyError: "authentication",
  AI_LoadSettingError: "permanent",
  AI_InvalidArgumentError: "permanent",
  AI_InvalidPromptError: "permanent",
  AI_NoSuchModelError: "permanent",
  AI_UnsupportedFunctionalityError: "permanent",
};

/** Codes of system calls, and of the HTTP client in Node. */
const BY_CODE: Readonly<Record<string, ErrorCategory>> = {
  ETIMEDOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  UND_ERR_HEADERS_TIMEOUT: "timeout",
  UND_ERR_BODY_TIMEOUT: "timeout",
  EAI_AGAIN: "transient",
  ECONNABORTED: "transient",
  ECONNREFUSED: "transient",
  ECONNRESET: "transient",
  EHOSTUNREACH: "transient",
  ENETUNREACH: "transient",
  ENOTFOUND: "transient",
  EPIPE: "transient",
  UND_ERR_SOCKET: "transient",
};

const WORTH_ANOTHER_TRY: ReadonlySet<ErrorCategory> = new Set(["transient", "rateLimit", "timeout", "unknown"]);

/** Longest chain of causes that is followed: a chain may lead back to itself. */
const MAX_CAUSES = 8;

/** Tells a failed call's status, category and chances from the fields of what was thrown, and of its causes. */
export function classifyCallFailure(thrown: unknown): CallFailure {
  const chain = causesOf(thrown);
  const answered = chain.find(({ statusCode }) => typeof statusCode === "number");
  const statusCode = answered?.statusCode as number | undefined;
  const isRetryable = chain.map((error) => error.isRetryable).find((value) => typeof value === "boolean");
  const category =
    (statusCode === undefined ? undefined : categoryOfStatus(statusCode, isRetryable === true)) ??
    chain.map(categoryOfKind).find((found) => found !== undefined) ??
    (isRetryable === true ? "transient" : "unknown");
  return { statusCode, category, retryable: isRetryable ?? WORTH_ANOTHER_TRY.has(category) };
}

/** `undefined` for a status that is no refusal: then the answer itself was broken. */
function categoryOfStatus(status: number, retryable: boolean): ErrorCategory | undefined {
  if (status === 401 || status === 403) return "authentication";
  if (status === 408) return "timeout";
  if (status === 429) return "rateLimit";
  if (status >= 500) return "transient";
  if (status < 400) return undefined;
  return retryable ? "transient" : "permanent";
}

function categoryOfKind({ name, code }: ErrorFields): ErrorCategory | undefined {
  return own(BY_CODE, code) ?? own(BY_NAME, name);
}

function own<Value>(table: Readonly<Record<string, Value>>, key: unknown): Value | undefined {
  return typeof key === "string" && Object.hasOwn(table, key) ? table[key] : undefined;
}

function causesOf(thrown: unknown): readonly ErrorFields[] {
  const chain: ErrorFields[] = [];
  for (let error = thrown; typeof error === "object" && error !== null && chain.length < MAX_CAUSES; ) {
    chain.push(error);
    error = (error as ErrorFields).cause;
  }
  return chain;
}
