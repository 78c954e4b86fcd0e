import type { RunRecord } from "../protocols/run-record.ts";
import type { StateBackend } from "../protocols/state-backend.ts";
import { type Amount, most, NOTHING, plus } from "./budget-account.ts";
import type { TimeSpan } from "./budget-period.ts";
import { recordedUsage } from "./recorded-usage.ts";

/** How late a run may turn up in the store, in milliseconds after the time at which it says it was created. */
const LATEST_MS = 600_000;

const PAGE = 1_000;

/** What was spent by the runs that the store has. */
export interface Spending {
  /** By all runs but those that were left out. */
  readonly others: Amount;
  /** By each of those that were left out and have not ended. */
  readonly leftOut: ReadonlyMap<string, Amount>;
}

/**
 * Reads what the runs of a period that bear certain tags have spent. What ended runs have spent stays as it is: those older than
 * every run that has not ended are read once.
 */
export class StoredSpending {
  readonly #state: StateBackend;
  readonly #tags: Readonly<Record<string, string>>;
  readonly #span: TimeSpan;
  /** Runs created before this have ended, and are in `#settled`. */
  #settledUntil: number;
  #settled: Amount = NOTHING;

  constructor(state: StateBackend, tags: Readonly<Record<string, string>>, span: TimeSpan) {
    this.#state = state;
    this.#tags = tags;
    this.#span = span;
    this.#settledUntil = span.from;
  }

  /**
   * @param now - in milliseconds since the epoch
   * @param leavesOut - whether a run is somebody else's to count; one that has not ended is asked about when all are read
   * @throws what the store throws
   */
  async read(now: number, leavesOut: (runId: string) => boolean): Promise<Spending> {
    // Newest first: of the ended runs, those count as settled that come after the last run that is not.
    let oldestOpen = now - LATEST_MS;
    let ended = NOTHING;
    let settled = NOTHING;
    const open = new Map<string, Amount>();
    for await (const run of this.#runs()) {
      const hasEnded = run.status !== "running" && run.status !== "paused";
      if (!hasEnded) open.set(run.runId, await this.#openAmount(run));
      if (!hasEnded || leavesOut(run.runId)) {
        oldestOpen = Math.min(oldestOpen, run.createdAt);
        settled = NOTHING;
        continue;
      }
      const amount = run.usage?.known ?? NOTHING;
      ended = plus(ended, amount);
      if (run.createdAt < oldestOpen) settled = plus(settled, amount);
    }

    let others = plus(this.#settled, ended);
    const leftOut = new Map<string, Amount>();
    for (const [runId, amount] of open) {
      if (leavesOut(runId)) leftOut.set(runId, amount);
      else others = plus(others, amount);
    }
    if (oldestOpen > this.#settledUntil) {
      this.#settled = plus(this.#settled, settled);
      this.#settledUntil = oldestOpen;
    }
    return { others, leftOut };
  }

  async *#runs(): AsyncGenerator<RunRecord, void, undefined> {
    const since = this.#settledUntil;
    const query = { tags: this.#tags, limit: PAGE, ...(since === -Infinity ? {} : { createdSince: since }) };
    for (let cursor: string | undefined; ; ) {
      const page = await this.#state.listRuns(cursor === undefined ? query : { ...query, cursor });
      for (const run of page.runs) if (run.createdAt < this.#span.to) yield run;
      if (page.next === undefined) return;
      cursor = page.next;
    }
  }

  async #openAmount({ runId, status, usage }: RunRecord): Promise<Amount> {
    const stored = usage?.known ?? NOTHING;
    if (status === "paused") return stored;
    // A run that goes on keeps what its last pause stored: what was recorded since is on top of a part of it.
    return most(stored, recordedUsage(await this.#state.readEntries(runId, { unfolded: true })).known);
  }
}
