/** From when to when something lasted, in milliseconds since the epoch. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A pause takes at most this much of the line, as a part of the time in which something was done. */
const MAX_GAP = 0.08;

/**
 * Lays a run's time on a line from 0 to 1. Times in which nothing was done, such as a night that it
 * took to answer, are drawn short, so that the work can be seen.
 */
export class Timeline {
  /** Where on the line each stretch of work lies. */
  readonly #stretches: readonly { readonly span: Span; readonly from: number }[];
  readonly #length: number;

  /** @param work - when something was done; the spans may overlap and come in any order */
  constructor(work: readonly Span[]) {
    const busy = union(work);
    const total = busy.reduce((sum, { start, end }) => sum + end - start, 0);
    let at = 0;
    this.#stretches = busy.map((span, index) => {
      const before = busy[index - 1];
      if (before !== undefined) at += before.end - before.start + Math.min(span.start - before.end, total * MAX_GAP);
      return { span, from: at };
    });
    const last = this.#stretches.at(-1);
    this.#length = last === undefined ? 0 : last.from + last.span.end - last.span.start;
  }

  /** Where a time lies, from 0 to 1. */
  position(time: number): number {
    if (this.#length === 0) return 0;
    const index = this.#stretches.findIndex(({ span }) => time <= span.end);
    const stretch = this.#stretches[index];
    if (stretch === undefined) return 1;
    if (time >= stretch.span.start) return (stretch.from + time - stretch.span.start) / this.#length;
    const before = this.#stretches[index - 1];
    if (before === undefined) return 0;
    const paused = (time - before.span.end) / (stretch.span.start - before.span.end);
    const pauseFrom = before.from + before.span.end - before.span.start;
    return (pauseFrom + paused * (stretch.from - pauseFrom)) / this.#length;
  }
}

function union(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last !== undefined && span.start <= last.end)
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else joined.push(span);
  }
  return joined;
}
