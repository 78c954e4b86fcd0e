import { expect, test } from "vitest";
import { toUsageReport } from "../../src/model/usage-report.ts";

const usage = {
  inputTokens: { total: 100, cacheRead: 0 },
  outputTokens: { total: 20, reasoning: undefined },
};

test("0 is known and undefined is not", () => {
  const report = toUsageReport(usage, "acme/nano");
  expect(report).toEqual({ model: "acme/nano", inputTokens: 100, outputTokens: 20, cachedInputTokens: 0 });
  expect(report.reasoningTokens).toBeUndefined();
  expect(report.costUsd).toBeUndefined();
});

test.each([Number.NaN, -1, Infinity, null, "12"])("%j is no amount, so it stays unknown", (value) => {
  const odd = {
    inputTokens: { total: value, cacheRead: value },
    outputTokens: { total: value, reasoning: value },
    raw: { cost: value },
  };
  expect(toUsageReport(odd as never, "acme/nano")).toEqual({ model: "acme/nano" });
});

test("whatever is missing altogether is unknown", () => {
  for (const nothing of [undefined, {}, { inputTokens: undefined, raw: undefined }]) {
    expect(toUsageReport(nothing as never, "acme/nano")).toEqual({ model: "acme/nano" });
  }
});

test("a reported cost is taken, also if the call was free", () => {
  expect(toUsageReport({ ...usage, raw: { cost: 0 } }, "acme/nano").costUsd).toBe(0);
  expect(toUsageReport({ ...usage, raw: { cost: 0.25 } }, "acme/nano").costUsd).toBe(0.25);
});
