import type { ErrorCategory } from "@flujo/dsl";

/** Names of error classes: of the DOM, of the AI SDK, of libraries that check data. */
const BY_NAME: Readonly<Record<string, ErrorCategory>> = {
  TimeoutError: "timeout",
  AbortError: "cancelled",
  NetworkError: "transient",
  QuotaExceededError: "resource",
  AI_EmptyResponseBodyError: "transient",
  AI_LoadAPIKeyError: "authentication",
  AI_LoadSettingError: "permanent",
  AI_InvalidArgumentError: "permanent",
  AI_InvalidPromptError: "permanent",
  AI_NoSuchModelError: "permanent",
  AI_UnsupportedFunctionalityError: "permanent",
  AI_JSONParseError: "validation",
  AI_TypeValidationError: "validation",
  ZodError: "validation",
  ValiError: "validation",
  ValidationError: "validation",
};

/** Codes of system calls (errno), of Node, and of undici, Node's HTTP client. */
const BY_CODE: Readonly<Record<string, ErrorCategory>> = {
  ETIMEDOUT: "timeout",
  ESOCKETTIMEDOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  UND_ERR_HEADERS_TIMEOUT: "timeout",
  UND_ERR_BODY_TIMEOUT: "timeout",
  EAI_AGAIN: "transient",
  EBUSY: "transient",
  ECONNABORTED: "transient",
  ECONNREFUSED: "transient",
  ECONNRESET: "transient",
  EHOSTDOWN: "transient",
  EHOSTUNREACH: "transient",
  ENETDOWN: "transient",
  ENETUNREACH: "transient",
  ENOTFOUND: "transient",
  EPIPE: "transient",
  UND_ERR_SOCKET: "transient",
  EACCES: "authentication",
  EPERM: "authentication",
  EDQUOT: "resource",
  EMFILE: "resource",
  ENFILE: "resource",
  ENOMEM: "resource",
  ENOSPC: "resource",
  ERR_WORKER_OUT_OF_MEMORY: "resource",
  ABORT_ERR: "cancelled",
  UND_ERR_ABORTED: "cancelled",
  EISDIR: "permanent",
  ENOENT: "permanent",
  ENOTDIR: "permanent",
  ERR_INVALID_URL: "permanent",
  ERR_MODULE_NOT_FOUND: "permanent",
  CERT_HAS_EXPIRED: "permanent",
  DEPTH_ZERO_SELF_SIGNED_CERT: "permanent",
  ERR_TLS_CERT_ALTNAME_INVALID: "permanent",
  SELF_SIGNED_CERT_IN_CHAIN: "permanent",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "permanent",
};

/** What messages say in so many words. Words that also stand in other messages ("token", "limit", "auth") prove nothing. */
const BY_WORDS: readonly (readonly [words: string, category: ErrorCategory])[] = [
  ["rate limit", "rateLimit"],
  ["rate limits", "rateLimit"],
  ["rate limited", "rateLimit"],
  ["ratelimit", "rateLimit"],
  ["too many requests", "rateLimit"],
  ["timeout", "timeout"],
  ["timed out", "timeout"],
  ["deadline exceeded", "timeout"],
  ["unauthorized", "authentication"],
  ["unauthenticated", "authentication"],
  ["authentication failed", "authentication"],
  ["authentication required", "authentication"],
  ["invalid api key", "authentication"],
  ["incorrect api key", "authentication"],
  ["permission denied", "authentication"],
  ["access denied", "authentication"],
  ["out of memory", "resource"],
  ["no space left", "resource"],
  ["token limit", "resource"],
  ["maximum context length", "resource"],
  ["context length exceeded", "resource"],
  ["connection refused", "transient"],
  ["connection reset", "transient"],
  ["connection closed", "transient"],
  ["socket hang up", "transient"],
  ["network error", "transient"],
  ["fetch failed", "transient"],
  ["bad gateway", "transient"],
  ["service unavailable", "transient"],
  ["temporarily unavailable", "transient"],
  ["overloaded", "transient"],
];

/** How much of a message is looked at: what matters stands at its beginning, and some carry a whole page. */
const MAX_MESSAGE_LENGTH = 1_000;

/** Refusals by HTTP that are not simply the client's mistake (4xx) or the server's trouble (5xx). RFC 9110, 6585, 8470. */
const BY_STATUS: Readonly<Record<number, ErrorCategory>> = {
  401: "authentication",
  403: "authentication",
  407: "authentication",
  408: "timeout",
  425: "transient",
  429: "rateLimit",
  501: "permanent",
  504: "timeout",
  505: "permanent",
};

/** `undefined` for a status that is no refusal: then the answer itself was broken. */
export function categoryOfStatus(status: number): ErrorCategory | undefined {
  return BY_STATUS[status] ?? (status >= 500 ? "transient" : status >= 400 ? "permanent" : undefined);
}

export function categoryOfCode(code: unknown): ErrorCategory | undefined {
  return own(BY_CODE, code);
}

export function categoryOfName(name: unknown): ErrorCategory | undefined {
  return own(BY_NAME, name);
}

/** Told from whole words; of several that stand there the first of our list counts. */
export function categoryOfMessage(message: string): ErrorCategory | undefined {
  const text = message.slice(0, MAX_MESSAGE_LENGTH).toLowerCase();
  const words = ` ${text.replaceAll(/[^\p{L}\p{N}]+/gu, " ")} `;
  return BY_WORDS.find(([wanted]) => words.includes(` ${wanted} `))?.[1];
}

function own<Value>(table: Readonly<Record<string, Value>>, key: unknown): Value | undefined {
  return typeof key === "string" && Object.hasOwn(table, key) ? table[key] : undefined;
}
