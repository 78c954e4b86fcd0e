import { InvalidArgumentError } from "commander";

const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds since the epoch from `24h` (that long before `now`) or an ISO date such as `2026-11-22`. */
export function pointInTime(text: string, now: number = Date.now()): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) return now - Number(amount) * (UNITS[unit] as number);
  // Date.parse takes much that is no date ("run 3"), so the shape is asked for first.
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new InvalidArgumentError(
      "It must be a length of time such as 90s, 30m, 24h, 7d, or a date such as 2026-11-22T09:00.",
    );
  }
  return time;
}
