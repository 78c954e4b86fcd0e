import {
  type Clock,
  type ErrorCategory,
  type ErrorClassifier,
  type ErrorRule,
  RunConflictError,
  StepFailedError,
} from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";

/** How the suite gets at the classifier under test. */
export interface ErrorClassifierHarness {
  /** Of the classifier, as the suite's title shows it. */
  readonly name: string;
  /** A classifier that asks `rules` before all else, and tells the date by `clock`. */
  readonly open: (rules: readonly ErrorRule[], clock: Clock) => ErrorClassifier;
}

const NOW = Date.UTC(2026, 10, 22, 12);
/** Named as the DOM and the AI SDK name theirs. */
const named = (name: string, more: object = {}): Error => Object.assign(new Error("no"), { name }, more);
const withCode = (code: string): Error => Object.assign(new Error("no"), { code });

/**
 * The contract of {@link ErrorClassifier} as a suite of tests. Call it at the top of a test file that Vitest runs; every
 * implementation has to pass all of it.
 */
export function describeErrorClassifier(harness: ErrorClassifierHarness): void {
  const open = (...rules: ErrorRule[]): ErrorClassifier => harness.open(rules, new ManualClock(NOW));

  describe(`The ${harness.name} error classifier`, () => {
    describe("told by an HTTP status:", () => {
      const statuses: readonly (readonly [number, ErrorCategory, boolean])[] = [
        [400, "permanent", false],
        [401, "authentication", false],
        [403, "authentication", false],
        [404, "permanent", false],
        [408, "timeout", true],
        [422, "permanent", false],
        [429, "rateLimit", true],
        [500, "transient", true],
        [501, "permanent", false],
        [502, "transient", true],
        [503, "transient", true],
        [504, "timeout", true],
        [529, "transient", true],
      ];

      test.each(statuses)("%i is %s", (status, category, retryable) => {
        for (const error of [{ status }, { statusCode: status }, { response: { status } }]) {
          const thrown = Object.assign(new Error("no"), error);
          expect(open().classify(thrown)).toStrictEqual({ category, retryable, statusCode: status });
        }
      });

      test("the status is found below what wraps it", () => {
        const cause = new Error("inner", { cause: { status: 429 } });
        expect(open().classify(new Error("outer", { cause }))).toMatchObject({
          category: "rateLimit",
          statusCode: 429,
        });
      });

      test("what is no status is taken for none", () => {
        for (const status of ["failed", "429", 0, 99, 600, 429.5, Number.NaN, null]) {
          expect(open().classify({ status })).toStrictEqual({ category: "unknown", retryable: true });
        }
      });

      test("an answer that was no refusal is judged by what else is known", () => {
        const cause = withCode("ECONNRESET");
        expect(open().classify({ status: 200, cause })).toMatchObject({ category: "transient", statusCode: 200 });
      });

      test("it counts more than a name or a message", () => {
        const error = named("TimeoutError", { status: 401, message: "too many requests" });
        expect(open().classify(error)).toMatchObject({ category: "authentication", retryable: false });
      });
    });

    describe("told how long to wait:", () => {
      const wait = (headers: unknown, at: "headers" | "responseHeaders" | "response" = "headers"): number | undefined =>
        open().classify({ status: 503, [at]: at === "response" ? { headers } : headers }).retryAfterMs;

      test("in seconds, wherever the header fields are and whatever they are kept in", () => {
        for (const at of ["headers", "responseHeaders", "response"] as const) {
          expect(wait({ "retry-after": "12" }, at)).toBe(12_000);
          expect(wait({ "Retry-After": 12 }, at)).toBe(12_000);
          expect(wait({ "RETRY-AFTER": ["12"] }, at)).toBe(12_000);
          expect(wait(new Headers({ "Retry-After": "12" }), at)).toBe(12_000);
          expect(wait(new Map([["Retry-After", "12"]]), at)).toBe(12_000);
        }
      });

      test("in milliseconds, which is finer", () => {
        expect(wait({ "retry-after": "2", "retry-after-ms": "1234.5" })).toBe(1_234.5);
      });

      test("as a date, from now on, and not before now", () => {
        expect(wait({ "retry-after": new Date(NOW + 90_000).toUTCString() })).toBe(90_000);
        expect(wait({ "retry-after": new Date(NOW - 90_000).toUTCString() })).toBe(0);
      });

      test("not by what is neither", () => {
        for (const value of [
          "",
          "soon",
          "-1",
          "1e3",
          "0x10",
          "2026-11-23",
          "Nov 23 2026",
          "12 s",
          "9".repeat(400),
          {},
          null,
        ]) {
          expect(wait({ "retry-after": value })).toBeUndefined();
        }
      });

      test("below what wraps it", () => {
        const cause = { status: 429, headers: { "retry-after": "3" } };
        expect(open().classify(new Error("outer", { cause }))).toMatchObject({ retryAfterMs: 3_000 });
      });
    });

    describe("told by a code or a name:", () => {
      const codes: readonly (readonly [string, ErrorCategory])[] = [
        ["ECONNREFUSED", "transient"],
        ["ECONNRESET", "transient"],
        ["ENOTFOUND", "transient"],
        ["EAI_AGAIN", "transient"],
        ["EPIPE", "transient"],
        ["UND_ERR_SOCKET", "transient"],
        ["ETIMEDOUT", "timeout"],
        ["UND_ERR_CONNECT_TIMEOUT", "timeout"],
        ["UND_ERR_HEADERS_TIMEOUT", "timeout"],
        ["UND_ERR_BODY_TIMEOUT", "timeout"],
        ["ENOSPC", "resource"],
        ["EACCES", "authentication"],
        ["ABORT_ERR", "cancelled"],
      ];

      test.each(codes)("%s is %s, also below what wraps it", (code, category) => {
        expect(open().classify(withCode(code))).toMatchObject({ category });
        const wrapped = new TypeError("it did not work", { cause: withCode(code) });
        expect(open().classify(wrapped)).toMatchObject({ category });
      });

      test("an abort is cancelled, and a timeout is a timeout", () => {
        const aborted = { category: "cancelled", retryable: false };
        expect(open().classify(AbortSignal.abort().reason)).toStrictEqual(aborted);
        const late = { category: "timeout", retryable: true };
        expect(open().classify(new DOMException("late", "TimeoutError"))).toStrictEqual(late);
      });

      test("the AI SDK's names are known", () => {
        expect(open().classify(named("AI_LoadAPIKeyError"))).toMatchObject({ category: "authentication" });
        expect(open().classify(named("AI_NoSuchModelError"))).toMatchObject({
          category: "permanent",
          retryable: false,
        });
        expect(open().classify(named("AI_TypeValidationError"))).toMatchObject({ category: "validation" });
        const lastError = named("AI_APICallError", { statusCode: 429, isRetryable: true });
        expect(open().classify(named("AI_RetryError", { lastError }))).toMatchObject({ category: "rateLimit" });
      });

      test("what a provider says of another try counts more than the category", () => {
        const call = (more: object): Error => named("AI_APICallError", more);
        expect(open().classify(call({ statusCode: 429, isRetryable: false }))).toMatchObject({ retryable: false });
        const odd = { category: "transient", retryable: true };
        expect(open().classify(call({ statusCode: 409, isRetryable: true }))).toMatchObject(odd);
        expect(open().classify(call({ isRetryable: true }))).toMatchObject(odd);
      });

      test("names that every object has prove nothing", () => {
        const error = { name: "toString", code: "constructor" };
        expect(open().classify(error)).toStrictEqual({ category: "unknown", retryable: true });
      });
    });

    describe("told by the message:", () => {
      const messages: readonly (readonly [string, ErrorCategory])[] = [
        ["Rate limit reached for gpt", "rateLimit"],
        ["error: rate_limit", "rateLimit"],
        ["429 Too Many Requests", "rateLimit"],
        ["The request timed out.", "timeout"],
        ["401 Unauthorized", "authentication"],
        ["token limit exceeded", "resource"],
        ["JavaScript heap out of memory", "resource"],
        ["socket hang up", "transient"],
        ["the model is overloaded", "transient"],
      ];

      test.each(messages)("%j is %s", (message, category) => {
        expect(open().classify(new Error(message)).category).toBe(category);
        expect(open().classify(message).category).toBe(category);
      });

      test.each([
        "unexpected token < in JSON",
        "the author is missing",
        "format not known",
        "limited offer",
        "the timeouts field is missing",
        "overloadedness",
        "network",
        "it broke",
        "",
      ])("%j proves nothing", (message) => {
        expect(open().classify(new Error(message))).toStrictEqual({ category: "unknown", retryable: true });
      });

      test("a code counts more, also a cause's", () => {
        const error = new Error("rate limit", { cause: withCode("ENOSPC") });
        expect(open().classify(error)).toMatchObject({ category: "resource" });
      });
    });

    describe("an error of Flujo's", () => {
      test("is what it says it is", () => {
        const { category, retryable } = new RunConflictError("run", "taken");
        expect(open().classify(new RunConflictError("run", "timeout"))).toMatchObject({ category, retryable });
        const failed = new StepFailedError("401 unauthorized", { retryAfterMs: 70, cause: { status: 401 } });
        expect(open().classify(failed)).toMatchObject({ category: "unknown", retryable: true, retryAfterMs: 70 });
      });

      test("is found below what wraps it", () => {
        const wrapped = new Error("timeout", { cause: new StepFailedError("no") });
        expect(open().classify(wrapped)).toMatchObject({ category: "unknown", retryable: true });
      });
    });

    describe("rules of users", () => {
      const busy: ErrorRule = {
        classify: (thrown) => ((thrown as { code?: unknown }).code === "BUSY" ? { category: "rateLimit" } : undefined),
      };

      test("count more than anything, errors of Flujo's included", () => {
        const never: ErrorRule = { classify: () => ({ category: "permanent" }) };
        for (const thrown of [new StepFailedError("no"), { status: 429 }, "timeout"]) {
          expect(open(never).classify(thrown)).toMatchObject({ category: "permanent", retryable: false });
        }
      });

      test("are asked in order, until one knows the error", () => {
        const other: ErrorRule = { classify: () => ({ category: "budget" }) };
        expect(open(busy, other).classify({ code: "BUSY" })).toMatchObject({ category: "rateLimit" });
        expect(open(busy, other).classify({ code: "IDLE" })).toMatchObject({ category: "budget" });
        expect(open(busy).classify({ code: "EPIPE" })).toMatchObject({ category: "transient" });
      });

      test("leave the rest to be told as usual", () => {
        const headers = { "retry-after": "2" };
        const told = { category: "rateLimit", retryable: true, retryAfterMs: 2_000, statusCode: 403 };
        expect(open(busy).classify({ code: "BUSY", status: 403, headers })).toStrictEqual(told);
        const patient: ErrorRule = { classify: () => ({ retryAfterMs: 5 }) };
        const denied = { category: "authentication", retryable: false, retryAfterMs: 5, statusCode: 401 };
        expect(open(patient).classify({ status: 401 })).toStrictEqual(denied);
        const hopeless: ErrorRule = { classify: () => ({ retryable: false }) };
        expect(open(hopeless).classify(withCode("EPIPE"))).toStrictEqual({ category: "transient", retryable: false });
      });

      test("that throw, or say what makes no sense, are passed over", () => {
        const broken: ErrorRule = {
          classify: () => {
            throw new Error("broken rule");
          },
        };
        const odd: ErrorRule = { classify: () => ({ category: "odd" as ErrorCategory }) };
        const never: ErrorRule = { classify: () => ({ retryAfterMs: Number.NaN }) };
        expect(open(broken, odd, never, busy).classify({ code: "BUSY" })).toMatchObject({ category: "rateLimit" });
      });
    });

    describe("whatever was thrown", () => {
      test("is told of, however strange", () => {
        const getter = {
          get status(): number {
            throw new Error("don't look");
          },
        };
        const revoked = Proxy.revocable({}, {});
        revoked.revoke();
        for (const thrown of [
          undefined,
          null,
          0,
          "",
          "no",
          Symbol("no"),
          1n,
          () => {},
          [],
          {},
          getter,
          revoked.proxy,
        ]) {
          expect(open().classify(thrown)).toStrictEqual({ category: "unknown", retryable: true });
        }
      });

      test("comes to an end, if its causes lead back to it", () => {
        const error = new Error("round");
        error.cause = new Error("and round", { cause: error });
        expect(open().classify(error).category).toBe("unknown");
      });
    });
  });
}
