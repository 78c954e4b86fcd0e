import type { BudgetPeriod } from "../protocols/shared-budget.ts";

/** A stretch of time, in milliseconds since the epoch: `from` is in it, `to` is not. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

const HOUR_MS = 3_600_000;

/** The period, in UTC, that a moment lies in. */
export function periodAround(period: BudgetPeriod, at: number): TimeSpan {
  switch (period) {
    case "hour":
      return spanOf(HOUR_MS, at);
    case "day":
      return spanOf(24 * HOUR_MS, at);
    case "month": {
      const date = new Date(at);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      return { from: Date.UTC(year, month), to: Date.UTC(year, month + 1) };
    }
    case "always":
      return { from: -Infinity, to: Infinity };
  }
}

/** Days since the epoch have one length in UTC as computers count it. */
function spanOf(lengthMs: number, at: number): TimeSpan {
  const from = Math.floor(at / lengthMs) * lengthMs;
  return { from, to: from + lengthMs };
}
