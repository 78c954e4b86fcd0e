/** Into how many parts a window is divided: what a call counts for ends at most a tenth of the window early. */
const SLICES = 10;

interface Slice {
  /** Which stretch of time this is, counted from the clock's fixed point. */
  readonly index: number;
  calls: number;
  failed: number;
}

/** What became of the calls of the last so many milliseconds, in memory that does not grow with their number. */
export class CallWindow {
  readonly #sliceMs: number;
  /** The oldest first; never more than {@link SLICES}. */
  #slices: Slice[] = [];

  constructor(windowMs: number) {
    this.#sliceMs = windowMs / SLICES;
  }

  /** Counts a call that ended at `now`, and gives the sums of all that are in the window then. */
  count(failed: boolean, now: number): { readonly calls: number; readonly failed: number } {
    const index = Math.floor(now / this.#sliceMs);
    this.#slices = this.#slices.filter((slice) => slice.index > index - SLICES);
    let current = this.#slices.at(-1);
    if (current?.index !== index) {
      current = { index, calls: 0, failed: 0 };
      this.#slices.push(current);
    }
    current.calls++;
    if (failed) current.failed++;
    const sums = { calls: 0, failed: 0 };
    for (const slice of this.#slices) {
      sums.calls += slice.calls;
      sums.failed += slice.failed;
    }
    return sums;
  }

  clear(): void {
    this.#slices = [];
  }
}
