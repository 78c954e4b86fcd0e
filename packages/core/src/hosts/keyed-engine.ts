import type { Clock } from "../protocols/clock.ts";
import type { DurableEngine, DurableHost, HostDrive, HostedRun, Waited } from "../protocols/durable-engine.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { Lease, Signal, StateBackend } from "../protocols/state-backend.ts";
import type { Outcome } from "../protocols/step-handler.ts";
import { inLanes } from "./in-lanes.ts";

interface Parts {
  readonly state: StateBackend;
  readonly clock: Clock;
}

/** Runs whose entries are found by path, in any state backend. */
export class KeyedEngine implements DurableEngine {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async open({ lease, fresh }: HostedRun): Promise<DurableHost> {
    const recorded = fresh ? [] : await this.#parts.state.readEntries(lease.runId, { unfolded: true });
    return new KeyedHost(this.#parts, lease, recorded, fresh);
  }
}

/**
 * Operations settle as soon as they can: entries are found by path, whatever the order in which they were recorded.
 *
 * @param recorded - what is to be found
 */
export class KeyedHost implements DurableHost {
  readonly ordered = false;
  readonly replaying = false;
  readonly recorded: readonly JournalEntry[];
  readonly #state: StateBackend;
  readonly #clock: Clock;
  readonly #lease: Lease;
  /** By path; undefined while there can be none. */
  #answers: ReadonlyMap<string, Signal> | undefined;
  #unanswered: boolean;

  constructor({ state, clock }: Parts, lease: Lease, recorded: readonly JournalEntry[], fresh: boolean) {
    this.#state = state;
    this.#clock = clock;
    this.#lease = lease;
    this.recorded = recorded;
    this.#unanswered = fresh;
  }

  append(entry: JournalEntry): Promise<void> {
    return this.#state.appendEntries(this.#lease, [entry]);
  }

  once<Result>(_path: string, work: () => Promise<Result>): Promise<Result> {
    return work();
  }

  timer(_path: string, dueAt: number, onDue: () => void): () => void {
    return this.#clock.schedule(onDue, Math.max(0, dueAt - this.#clock.now()));
  }

  async wait(path: string, deadline: number | undefined): Promise<Waited> {
    const answer = this.#answers?.get(path);
    if (answer !== undefined) return { status: "answered", answer };
    return { status: deadline !== undefined && this.#clock.now() >= deadline ? "overdue" : "open" };
  }

  async local(work: () => void | PromiseLike<void>): Promise<void> {
    await work();
  }

  fork(paths: readonly string[], concurrency: number, run: (lane: number) => Promise<void>): Promise<void> {
    return inLanes(paths.length, concurrency, run);
  }

  async drive(execute: () => Promise<Outcome>, _drive: HostDrive): Promise<Outcome> {
    // Nobody can have answered what has not been asked yet.
    if (!this.#unanswered) {
      const answers = await this.#state.readSignals(this.#lease.runId);
      this.#answers = new Map(answers.map((answer) => [answer.path, answer]));
    }
    this.#unanswered = false;
    return execute();
  }
}
