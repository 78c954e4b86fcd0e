/** Something that happens in a run, as all who watch it are to see it. */
export type Mark =
  | { readonly at: "start" | "fan-out" | "omitted"; readonly path: string }
  | {
      readonly at: "end";
      readonly path: string;
      readonly status: EndStatus;
      readonly attempts: number;
      readonly replayed: boolean;
    }
  /** `path` is where it is recorded, `node` whose decision it is. */
  | { readonly at: "decision"; readonly path: string; readonly node: string; readonly failed: boolean }
  /** An attempt that failed and is followed by more work: another attempt, which is told, or the fallback. */
  | {
      readonly at: "retry" | "giving-way";
      readonly path: string;
      readonly attempt: number;
      readonly replayed: boolean;
    }
  | { readonly at: "break"; readonly how: Break };

export type EndStatus = "completed" | "failed" | "cancelled" | "paused";

/** How a drive ends before the run does. */
export type Break = "paused" | "interrupted";

export const start = (path: string): Mark => ({ at: "start", path });
export const fanOut = (path: string): Mark => ({ at: "fan-out", path });
export const omitted = (path: string): Mark => ({ at: "omitted", path });
export const end = (path: string, status: EndStatus = "completed", attempts = 1): Mark => ({
  at: "end",
  path,
  status,
  attempts,
  replayed: false,
});
export const decision = (path: string, node: string): Mark => ({ at: "decision", path, node, failed: false });
export const failedDecision = (path: string, node: string): Mark => ({ at: "decision", path, node, failed: true });
export const retry = (path: string, attempt: number): Mark => ({ at: "retry", path, attempt, replayed: false });
export const givingWay = (path: string, attempt: number): Mark => ({
  at: "giving-way",
  path,
  attempt,
  replayed: false,
});
export const pause: Mark = { at: "break", how: "paused" };
export const interruption: Mark = { at: "break", how: "interrupted" };

/** The ends of all that has begun and not ended, from the innermost outwards. */
export function ends(marks: readonly Mark[], status: EndStatus): readonly Mark[] {
  const open: string[] = [];
  for (const mark of marks) {
    if (mark.at === "start") open.push(mark.path);
    // What is replayed has not begun.
    if (mark.at === "end" && !mark.replayed) open.splice(open.lastIndexOf(mark.path), 1);
  }
  const attempts = (path: string): number =>
    marks.filter((mark) => mark.at === "retry" && mark.path === path).length + 1;
  return open.reverse().map((path) => end(path, status, attempts(path)));
}

/** Everything so far, and the end of all that had begun. */
export const ended = (marks: readonly Mark[], status: EndStatus): readonly Mark[] => [...marks, ...ends(marks, status)];

/** What each drive of a run sees of its history: a drive that goes on does nothing again that was settled. */
export function drivesOf(history: readonly Mark[]): readonly (readonly Mark[])[] {
  const drives: (readonly Mark[])[] = [];
  let before: readonly Mark[] = [];
  for (const [index, mark] of history.entries()) {
    if (mark.at !== "break") continue;
    const until = history.slice(0, index).filter(({ at }) => at !== "break");
    const status = mark.how === "paused" ? "paused" : "cancelled";
    drives.push([...ended(again(before, until), status), mark]);
    before = until;
  }
  const whole = history.filter(({ at }) => at !== "break");
  return [...drives, again(before, whole)];
}

/** What a drive does that goes on after `before` and comes as far as `until`. */
function again(before: readonly Mark[], until: readonly Mark[]): readonly Mark[] {
  const settled = before.flatMap((mark) => (mark.at === "end" ? [mark.path] : []));
  return until.flatMap((mark, index): readonly Mark[] => {
    if (index >= before.length) return [mark];
    if (mark.at === "decision" || mark.at === "omitted" || mark.at === "break") return [];
    // What has settled, and an attempt that is over, stand for all that happened in them.
    if (settled.some((outer) => mark.path !== outer && isUnder(mark.path, outer))) return [];
    if (before.slice(index + 1).some((later) => isEndOfAttempt(later) && isPartOf(mark, later.path))) return [];
    if (mark.at === "end" || isEndOfAttempt(mark)) return [{ ...mark, replayed: true }];
    return settled.includes(mark.path) ? [] : [mark];
  });
}

function isEndOfAttempt(mark: Mark): mark is Extract<Mark, { readonly attempt: number }> {
  return mark.at === "retry" || mark.at === "giving-way";
}

/** Whether it happened in an attempt at the step at `path`. */
function isPartOf(mark: Exclude<Mark, { readonly at: "break" }>, path: string): boolean {
  return mark.at === "fan-out" ? isUnder(mark.path, path) : mark.path !== path && isUnder(mark.path, path);
}

/** Whether a path is another's, or below it. */
export function isUnder(path: string, outer: string): boolean {
  return outer === "" || (path.startsWith(outer) && /^(?:$|[/[#@!])/.test(path.slice(outer.length)));
}

/** What telemetry is told of it. */
export function eventsOf(marks: readonly Mark[]): readonly string[] {
  return marks.flatMap((mark): readonly string[] => {
    switch (mark.at) {
      case "start":
      case "fan-out":
        return [`${mark.at} ${mark.path}`];
      case "end":
        return [`end ${mark.path} ${mark.status} ×${mark.attempts}${mark.replayed ? " replayed" : ""}`];
      case "decision":
        return mark.failed ? [] : [`decision ${mark.node}`];
      case "retry":
        return mark.replayed ? [] : [`retry ${mark.path} ${mark.attempt}`];
      default:
        return [];
    }
  });
}

/** What hooks are called for. */
export function hookCallsOf(marks: readonly Mark[]): readonly string[] {
  return marks.flatMap((mark): readonly string[] => {
    if (mark.at === "start") return [`start ${mark.path}`];
    if (mark.at !== "end" || mark.replayed) return [];
    if (mark.status === "completed") return [`end ${mark.path}`];
    return mark.status === "failed" ? [`failure ${mark.path}`] : [];
  });
}

/** What stands in the journal afterwards. The outermost pipeline's outcome is the run's, and has no entry. */
export function entriesOf(history: readonly Mark[]): readonly string[] {
  return history.flatMap((mark): readonly string[] => {
    switch (mark.at) {
      case "end": {
        const settled = mark.status === "completed" || mark.status === "failed";
        return settled && mark.path !== "" ? [`${mark.path} ${mark.status} ×${mark.attempts}`] : [];
      }
      case "decision":
        return [`${mark.path} ${mark.failed ? "failed" : "completed"} ×1`];
      case "retry":
      case "giving-way":
        return [`${mark.path}:attempt#${mark.attempt} failed ×${mark.attempt}`];
      case "omitted":
        return [`${mark.path}:omitted completed ×1`];
      default:
        return [];
    }
  });
}
