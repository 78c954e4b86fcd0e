import { APICallError, LoadAPIKeyError, UnsupportedFunctionalityError } from "@ai-sdk/provider";
import { DefaultErrorClassifier } from "@flujo/core";
import { describe, expect, test } from "vitest";

const classifier = new DefaultErrorClassifier();

function apiError(
  statusCode?: number,
  more: { isRetryable?: boolean; cause?: unknown; responseHeaders?: Record<string, string> } = {},
): APICallError {
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
    expect(classifier.classify(apiError(statusCode))).toEqual({ statusCode, category, retryable });
  });

  test("is retryable as its provider says, who knows its errors better", () => {
    expect(classifier.classify(apiError(429, { isRetryable: false }))).toMatchObject({
      category: "rateLimit",
      retryable: false,
    });
    expect(classifier.classify(apiError(400, { isRetryable: true }))).toMatchObject({
      category: "transient",
      retryable: true,
    });
  });

  test("that was cut off is judged by what cut it off", () => {
    const reset = Object.assign(new Error("reset"), { code: "ECONNRESET" });
    const facts = classifier.classify(apiError(200, { cause: reset, isRetryable: true }));
    expect(facts).toEqual({ statusCode: 200, category: "transient", retryable: true });
    expect(classifier.classify(apiError(200))).toEqual({ statusCode: 200, category: "unknown", retryable: false });
  });

  test("says how long it asks to be left alone", () => {
    const busy = apiError(429, { responseHeaders: { "retry-after": "7", "retry-after-ms": "6500" } });
    expect(classifier.classify(busy)).toMatchObject({ retryAfterMs: 6_500 });
    expect(classifier.classify(apiError(503, { responseHeaders: { "retry-after": "7" } }))).toMatchObject({
      retryAfterMs: 7_000,
    });
  });

  test("is found below what wraps it", () => {
    const facts = classifier.classify(new Error("the gateway failed", { cause: apiError(429) }));
    expect(facts).toEqual({ statusCode: 429, category: "rateLimit", retryable: true });
  });
});

describe("no HTTP answer", () => {
  test("for want of a connection is transient", () => {
    for (const code of ["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_SOCKET"]) {
      const cause = Object.assign(new Error("no"), { code });
      expect(classifier.classify(new TypeError("fetch failed", { cause }))).toMatchObject({
        category: "transient",
        retryable: true,
      });
    }
    expect(classifier.classify(apiError(undefined, { isRetryable: true }))).toMatchObject({ category: "transient" });
  });

  test("in time is a timeout", () => {
    const cause = Object.assign(new Error("no"), { code: "UND_ERR_HEADERS_TIMEOUT" });
    expect(classifier.classify(new TypeError("fetch failed", { cause }))).toMatchObject({
      category: "timeout",
      retryable: true,
    });
    const timeout = new DOMException("too late", "TimeoutError");
    expect(classifier.classify(timeout)).toEqual({ category: "timeout", retryable: true });
  });

  test("because the call could not be made is not retryable", () => {
    expect(classifier.classify(new LoadAPIKeyError({ message: "no key" }))).toMatchObject({
      category: "authentication",
      retryable: false,
    });
    expect(classifier.classify(new UnsupportedFunctionalityError({ functionality: "files" }))).toMatchObject({
      category: "permanent",
      retryable: false,
    });
  });

  test("for reasons that nobody knows is worth another try", () => {
    const unknown = { category: "unknown", retryable: true };
    for (const thrown of [new Error("it broke"), "down", undefined, null, { name: "toString", code: "constructor" }]) {
      expect(classifier.classify(thrown)).toEqual(unknown);
    }
  });

  test("and a cause that leads back to itself comes to an end", () => {
    const error = new Error("round");
    error.cause = error;
    expect(classifier.classify(error).category).toBe("unknown");
  });
});
