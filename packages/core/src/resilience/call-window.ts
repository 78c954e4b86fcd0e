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
  #calls = 0;
  #failed = 0;

  constructor(windowMs: number) {
    this.#sliceMs = windowMs / SLICES;
  }

  /** How many are in the window, as of the last that was counted. */
  get calls(): number {
    return this.#calls;
  }

  /** How many of them failed. */
  get failed(): number {
    return this.#failed;
  }

  /** Counts a call that ended at `now`. */
  count(failed: boolean, now: number): void {
    const slice = this.#sliceAt(Math.floor(now / this.#sliceMs));
    slice.calls++;
    this.#calls++;
    if (!failed) return;
    slice.failed++;
    this.#failed++;
  }

  clear(): void {
    this.#slices = [];
    this.#calls = 0;
    this.#failed = 0;
  }

  #sliceAt(index: number): Slice {
    const last = this.#slices.at(-1);
    if (last?.index === index) return last;
    for (let [oldest] = this.#slices; oldest !== undefined && oldest.index <= index - SLICES; [oldest] = this.#slices) {
      this.#slices.shift();
      this.#calls -= oldest.calls;
      this.#failed -= oldest.failed;
    }
    const slice = { index, calls: 0, failed: 0 };
    this.#slices.push(slice);
    return slice;
  }
}
