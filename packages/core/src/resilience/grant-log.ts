/** The window that limits a minute are counted in. */
export const MINUTE_MS = 60_000;

/**
 * Grants that begin this close together are kept as one, which leaves the window with the last of them: a
 * limit is kept exactly, a call waits at most this long too long, and the log stays below 602 entries.
 */
const SLICE_MS = 100;

/** Some grants, and the tokens that they took. */
export interface GrantSlice {
  readonly firstAt: number;
  lastAt: number;
  requests: number;
  tokens: number;
}

/** What was granted within the last minute: a sliding window, so no minute has more than its limit, wherever it begins. */
export class GrantLog {
  /** The oldest first. */
  readonly #slices: GrantSlice[] = [];
  #lastAt = -Infinity;

  /** When the last grant was, however long ago. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** @returns where its tokens are counted, to correct them later */
  record(tokens: number, now: number): GrantSlice {
    this.#lastAt = now;
    let slice = this.#slices.at(-1);
    if (slice === undefined || now - slice.firstAt >= SLICE_MS) {
      this.#forget(now);
      slice = { firstAt: now, lastAt: now, requests: 0, tokens: 0 };
      this.#slices.push(slice);
    }
    slice.lastAt = now;
    slice.requests++;
    slice.tokens += tokens;
    return slice;
  }

  /**
   * The first moment from `now` on at which what is left in the window is little enough for `fits`, if nothing is
   * added. An empty window is little enough, whatever `fits` says.
   */
  firstFit(fits: (requests: number, tokens: number) => boolean, now: number): number {
    this.#forget(now);
    let requests = 0;
    let tokens = 0;
    for (const slice of this.#slices) {
      requests += slice.requests;
      tokens += slice.tokens;
    }
    let at = now;
    for (const slice of this.#slices) {
      if (fits(requests, tokens)) break;
      at = slice.lastAt + MINUTE_MS;
      requests -= slice.requests;
      tokens -= slice.tokens;
    }
    return at;
  }

  #forget(now: number): void {
    const kept = this.#slices.findIndex(({ lastAt }) => lastAt + MINUTE_MS > now);
    this.#slices.splice(0, kept === -1 ? this.#slices.length : kept);
  }
}
