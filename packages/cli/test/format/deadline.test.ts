import { expect, it } from "vitest";
import { formatDeadline } from "../../src/format/deadline.ts";

const NOW = new Date(2026, 10, 22, 10, 2, 40).getTime();

it("says until when an answer is taken, and how long that is", () => {
  expect(formatDeadline(NOW + 7_200_000, NOW)).toBe("answer by 2026-11-22 12:02:40, in 2h");
});

it("says since when it is too late", () => {
  expect(formatDeadline(NOW, NOW)).toBe("its deadline was 2026-11-22 10:02:40");
});
