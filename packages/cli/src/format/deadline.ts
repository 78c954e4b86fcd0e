import { formatDuration, formatTime } from "./duration.ts";

/** Until when an answer is taken, for people: `answer by 2026-11-22 10:02:40, in 2h`; once it is too late, since when. */
export function formatDeadline(deadline: number, now: number): string {
  if (deadline <= now) return `its deadline was ${formatTime(deadline)}`;
  return `answer by ${formatTime(deadline)}, in ${formatDuration(deadline - now)}`;
}
