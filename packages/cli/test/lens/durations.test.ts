import { describe, expect, it } from "vitest";
import { durationsOf } from "../../src/lens/durations.ts";

describe("durationsOf", () => {
  it("has nothing to say of none", () => {
    expect(durationsOf([])).toBeUndefined();
  });

  it("gives one duration for all that is asked", () => {
    expect(durationsOf([7])).toEqual({ count: 1, medianMs: 7, p95Ms: 7, longestMs: 7, totalMs: 7 });
  });

  it("sorts by size, and gives values that occurred", () => {
    expect(durationsOf([100, 9, 20, 1])).toEqual({ count: 4, medianMs: 9, p95Ms: 100, longestMs: 100, totalMs: 130 });
    const to100 = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(durationsOf(to100)).toMatchObject({ medianMs: 50, p95Ms: 95, longestMs: 100 });
  });
});
