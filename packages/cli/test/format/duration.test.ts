import { describe, expect, it } from "vitest";
import { formatDuration } from "../../src/format/duration.ts";

describe("formatDuration", () => {
  it.each([
    [0, "0ms"],
    [12.4, "12ms"],
    [999.4, "999ms"],
    [999.6, "1.0s"],
    [1_234, "1.2s"],
    [59_949, "59.9s"],
    [59_950, "1m"],
    [61_000, "1m 1s"],
    [200_000, "3m 20s"],
    [3_599_400, "59m 59s"],
    [3_599_600, "1h"],
    [7_500_000, "2h 5m"],
    [86_399_999, "1d"],
    [90_000_000, "1d 1h"],
    [-5, "0ms"],
  ])("says %d ms as %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it("never takes more than seven characters within a hundred days", () => {
    for (let ms = 1; ms < 99 * 86_400_000; ms = Math.ceil(ms * 1.01))
      expect(formatDuration(ms).length).toBeLessThanOrEqual(7);
  });
});
