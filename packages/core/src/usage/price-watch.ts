import type { EventSink } from "../protocols/step-coordinator.ts";
import { NO_USAGE, type Usage } from "../protocols/usage.ts";
import type { Ledger } from "../protocols/usage-governor.ts";
import { type CallUsage, sumOf } from "./usage-of.ts";

/** Tells of each call that is booked; and, once a run, that a budget in dollars can't see what a call cost. */
export class PriceWatch {
  readonly #events: Pick<EventSink, "emit">;
  #told = false;
  #replayed: Usage = NO_USAGE;

  constructor(events: Pick<EventSink, "emit">) {
    this.#events = events;
  }

  /** Books what a call at `path` used. */
  book({ report, ...usage }: CallUsage, ledger: Ledger, path: string): void {
    this.#events.emit({ type: "step-usage", path, report });
    ledger.add(usage);
    if (this.#told || !isUnseen(usage, ledger)) return;
    this.#told = true;
    const message = "A call did not say what it cost: the run has a budget in dollars, which can't see it";
    this.#events.emit({ type: "step-log", path, level: "warn", message });
  }

  /** What was booked of earlier drives of the run. */
  get replayed(): Usage {
    return this.#replayed;
  }

  /** Books what was used in an earlier drive of the run, whose watchers were told. */
  replay(usage: Usage, ledger: Ledger): void {
    ledger.add(usage);
    this.#replayed = sumOf(this.#replayed, usage);
    if (isUnseen(usage, ledger)) this.#told = true;
  }
}

function isUnseen({ requests, costPico }: Usage, { limitsCost }: Ledger): boolean {
  return limitsCost && requests > 0 && costPico === undefined;
}
