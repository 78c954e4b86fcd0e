import { APICallError, LoadAPIKeyError, UnsupportedFunctionalityError } from "@ai-sdk/provider";
import { describe, expect, test } from "vitest";
import { classifyCallFailure } from "../../src/model/call-failure.ts";

function apiError(statusCode?: number, more: { isRetryable?: boolean; cause?: unknown } = {}): APICallError {
  const status = statusCode === undefined ? {} : { statusCode };
  return new APICallError({ message: "no", url: "http://127.0.0.1", requestBodyValues: {}, ...status, ...more });
}

describe("an HTTP answer", () => {
  test.each([
    [400, "permanent", false],
    [401, "authentication", false],
    [402, "permanent", false],
    [403, "authentication", false],
    [404, "permanent", false],
    [408, "timeout", true],
    [409, "transient", true],
    [422, "permanent", false],
    [429, "rateLimit", true],
    [500, "transient", true],
    [503, "transient", true],
    [529, "transient", true],
  ] as const)("of status %i is %s", (statusCode, category, retryable) => {
    expect(classifyCallFailure(apiError(statusCode))).toEqual({ statusCode, category, retryable });
  });

  test("is retryable as its provider says, who knows its errors better", () => {
    expect(classifyCallFailure(apiError(429, { isRetryable: false }))).toMatchObject({
      category: "rateLimit",
      retryable: false,
    });
    expect(classifyCallFailure(apiError(400, { isRetryable: true }))).toMatchObject({
      category: "transient",
      retryable: true,
    });
  });

  test("that was cut off is judged by what cut it off", () => {
    const reset = Object.assign(new Error("reset"), { code: "ECONNRESET" });
    const facts = classifyCallFailure(apiError(200, { cause: reset, isRetryable: true }));
    expect(facts).toEqual({ statusCode: 200, category: "transient", retryable: true });
    expect(classifyCallFailure(apiError(200))).toEqual({ statusCode: 200, category: "unknown", retryable: false });
  });

  test("is found below what wraps it", () => {
    const facts = classifyCallFailure(new Error("the gateway failed", { cause: apiError(429) }));
    expect(facts).toEqual({ statusCode: 429, category: "rateLimit", retryable: true });
  });
});

describe("no HTTP answer", () => {
  test("for want of a connection is transient", () => {
    for (const code of ["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_SOCKET"]) {
      const cause = Object.assign(new Error("no"), { code });
      expect(classifyCallFailure(new TypeError("fetch failed", { cause }))).toMatchObject({
        category: "transient",
        retryable: true,
      });
    }
    expect(classifyCallFailure(apiError(undefined, { isRetryable: true }))).toMatchObject({ category: "transient" });
  });

  test("in time is a timeout", () => {
    const cause = Object.assign(new Error("no"), { code: "UND_ERR_HEADERS_TIMEOUT" });
    expect(classifyCallFailure(new TypeError("fetch failed", { cause }))).toMatchObject({
      category: "timeout",
      retryable: true,
    });
    const timeout = new DOMException("too late", "TimeoutError");
    expect(classifyCallFailure(timeout)).toEqual({ statusCode: undefined, category: "timeout", retryable: true });
  });

  test("because the call could not be made is not retryable", () => {
    expect(classifyCallFailure(new LoadAPIKeyError({ message: "no key" }))).toMatchObject({
      category: "authentication",
      retryable: false,
    });
    expect(classifyCallFailure(new UnsupportedFunctionalityError({ functionality: "files" }))).toMatchObject({
      category: "permanent",
      retryable: false,
    });
  });

  test("for reasons that nobody knows is worth another try, whatever the message says", () => {
    const unknown = { statusCode: undefined, category: "unknown", retryable: true };
    for (const thrown of [
      new Error("429 rate limit timeout"),
      "down",
      undefined,
      null,
      { name: "toString", code: "constructor" },
    ]) {
      expect(classifyCallFailure(thrown)).toEqual(unknown);
    }
  });

  test("and a cause that leads back to itself comes to an end", () => {
    const error = new Error("round");
    error.cause = error;
    expect(classifyCallFailure(error).category).toBe("unknown");
  });
});
