import { RecordedError } from "@flujo/core";
import { StepFailedError } from "@flujo/core/protocols";
import { describe, expect, it } from "vitest";
import { errorFacts, formatError, storedErrorFacts } from "../../src/format/error.ts";
import { plainPaint } from "../../src/format/paint.ts";

describe("formatError", () => {
  it("says what, where and why, then the causes", () => {
    const cause = new TypeError("fetch failed", { cause: new Error("connection refused") });
    const error = new StepFailedError("fetch failed", { path: "pages@3/fetch", cause });
    expect(formatError(errorFacts(error), plainPaint)).toEqual([
      "✗ step_failed at pages@3/fetch: fetch failed",
      "  caused by TypeError: fetch failed",
      "  caused by Error: connection refused",
    ]);
  });

  it("does not repeat a plain error that a step threw", () => {
    const error = new StepFailedError("boom", { cause: new Error("boom") });
    expect(formatError(errorFacts(error), plainPaint)).toEqual(["✗ step_failed: boom"]);
  });

  it("ends with an error that is its own cause", () => {
    const error = new Error("round");
    error.cause = error;
    expect(formatError(errorFacts(error), plainPaint).length).toBeLessThan(12);
  });

  it("shows what is thrown that is no error", () => {
    expect(formatError(errorFacts("just text"), plainPaint)).toEqual(["✗ Error: just text"]);
  });
});

it("gives an error that was read back, and was not Flujo's, without a code", () => {
  const stored = { name: "TypeError", code: "error", category: "unknown", retryable: false, message: "x" };
  expect(errorFacts(new RecordedError(stored))).toEqual({ name: "TypeError", message: "x" });
});

it("gives a stored error that was not Flujo's without a code", () => {
  const stored = { name: "TypeError", code: "error", category: "unknown", retryable: false, message: "x" };
  expect(storedErrorFacts(stored)).toEqual({ name: "TypeError", message: "x" });
});
