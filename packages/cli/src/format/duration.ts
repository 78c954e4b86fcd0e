const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time for people, never longer than seven characters: `12ms`, `1.2s`, `59.9s`, `3m 20s`, `2h 5m`, `3d 4h`. */
export function formatDuration(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole < SECOND) return `${whole}ms`;
  // From 59 950 ms on, one decimal would read 60.0s.
  if (whole < MINUTE - 50) return `${(whole / SECOND).toFixed(1)}s`;
  const seconds = Math.round(whole / SECOND);
  if (seconds < HOUR / SECOND) return pair(seconds, 60, "m", "s");
  const minutes = Math.round(whole / MINUTE);
  if (minutes < DAY / MINUTE) return pair(minutes, 60, "h", "m");
  return pair(Math.round(whole / HOUR), 24, "d", "h");
}

function pair(total: number, base: number, large: string, small: string): string {
  const rest = total % base;
  return rest === 0 ? `${Math.floor(total / base)}${large}` : `${Math.floor(total / base)}${large} ${rest}${small}`;
}

/** A moment for people, in local time: `2026-11-22 09:41:07`. */
export function formatTime(time: number): string {
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
