import { SystemClock } from "@flujo/core";
import {
  Clock,
  DurableEngine,
  type DurableHost,
  type FlujoModule,
  type HostedRun,
  type JournalEntry,
  type Random,
  StateBackend,
} from "@flujo/core/protocols";
import { seededRandom } from "../random/seeded-random.ts";
import type { OrderedEvent } from "./ordered-event.ts";
import { OrderedHost } from "./ordered-host.ts";

export interface OrderedEngineOptions {
  /** Which of the operations that could settle does so next is drawn by it. Default 1. */
  readonly seed?: number;
  /** Journals of runs, by run id, that are to be gone on with: each whole, or cut off anywhere. */
  readonly journals?: Readonly<Record<string, readonly OrderedEvent[]>>;
}

/** A run, as an ordered engine keeps it. */
export interface OrderedRun {
  readonly events: OrderedEvent[];
  /** What the run began with, such as what a fork shares: to be found by path. */
  readonly history: readonly JournalEntry[];
}

/**
 * An engine in memory that does what distributed ones do: it keeps the operations of a run in the order in which they settled, executes
 * the run from its beginning whenever it goes on, and lets one operation settle at a time. Which one, where several could, is drawn: an
 * executor, a handler or a kind of step that depends on time or on chance does not come through.
 *
 * ```ts
 * const engine = new OrderedEngine({ seed: 7 });
 * await using flujo = new Flujo(pipeline, { modules: [engine.module] });
 * ```
 */
export class OrderedEngine {
  readonly #random: Random;
  readonly #journals: Readonly<Record<string, readonly OrderedEvent[]>>;
  readonly #runs = new Map<string, OrderedRun>();

  constructor({ seed = 1, journals = {} }: OrderedEngineOptions = {}) {
    this.#random = seededRandom(seed);
    this.#journals = journals;
  }

  /** Plugs it into a runner, on the runner's own state backend, which holds a copy of each run's entries for readers. */
  get module(): FlujoModule {
    return (container) => {
      container.register(DurableEngine, {
        useFactory: (parts): DurableEngine => ({
          open: (run) =>
            this.#open(
              run,
              parts.resolve(StateBackend as symbol),
              parts.isRegistered(Clock as symbol, true) ? parts.resolve(Clock as symbol) : new SystemClock(),
            ),
        }),
      });
    };
  }

  /** What has happened in a run so far. */
  journalOf(runId: string): readonly OrderedEvent[] {
    return this.#runs.get(runId)?.events ?? this.#journals[runId] ?? [];
  }

  async #open({ lease }: HostedRun, state: StateBackend, clock: Clock): Promise<DurableHost> {
    const entries = await state.readEntries(lease.runId);
    let run = this.#runs.get(lease.runId);
    if (run === undefined) {
      run = { events: [...(this.#journals[lease.runId] ?? [])], history: entries };
      this.#runs.set(lease.runId, run);
    }
    return new OrderedHost(run, new Set(entries.map(({ path }) => path)), {
      lease,
      state,
      clock,
      random: this.#random,
    });
  }
}
