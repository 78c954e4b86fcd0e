import { setImmediate as macrotask } from "node:timers/promises";
import { inLanes } from "@flujo/core";
import type {
  Clock,
  Codec,
  DurableHost,
  HostDrive,
  JournalEntry,
  Lease,
  Outcome,
  Random,
  StateBackend,
  Waited,
} from "@flujo/core/protocols";
import { JournalMismatchError } from "./journal-mismatch-error.ts";
import type { OrderedRun } from "./ordered-engine.ts";
import type { IssuedEvent, SettledEvent } from "./ordered-event.ts";

/** What an operation came to in this drive: how that is written, and how whoever waits is told. */
interface Result {
  /** Absent for what need not be written, once the drive is stopped. */
  readonly cancelled?: boolean;
  readonly text: string;
  readonly deliver: () => void;
}

/** An operation that has been issued and has not settled yet. */
interface Pending {
  readonly path: string;
  /** Begins what it takes, once nothing that is recorded is left: called once at most. */
  readonly start: () => void;
  /** Gives whoever waits what is recorded of it. */
  readonly replay: (text: string) => void;
  isStarted: boolean;
  result: Result | undefined;
}

interface Local {
  readonly done: Promise<unknown>;
  readonly release: () => void;
}

interface Question {
  readonly path: string;
  readonly deadline: number | undefined;
  readonly resolve: (waited: Waited) => void;
}

/** How many turns of the event loop operations are given to become able to settle beside the first one. */
const MAX_DELAY_TURNS = 4;

/** One drive after another of one run. */
export class OrderedHost implements DurableHost {
  readonly ordered = true;
  readonly recorded: readonly JournalEntry[];
  readonly #run: OrderedRun;
  /** The paths of entries that readers of the run have. */
  readonly #copied: Set<string>;
  readonly #lease: Lease;
  readonly #state: StateBackend;
  readonly #clock: Clock;
  readonly #random: Random;
  /** In the order in which they were issued. */
  readonly #pending = new Map<string, Pending>();
  readonly #questions = new Map<string, Question>();
  #locals: Local[] = [];
  /** What is recorded and has still to happen again. */
  #issuesAhead: IssuedEvent[] = [];
  #settledAhead: SettledEvent[] = [];
  #broken: JournalMismatchError | undefined;
  #wake: () => void = () => undefined;

  constructor(
    run: OrderedRun,
    copied: Set<string>,
    parts: { readonly lease: Lease; readonly state: StateBackend; readonly clock: Clock; readonly random: Random },
  ) {
    this.#run = run;
    this.#copied = copied;
    this.recorded = run.history;
    this.#lease = parts.lease;
    this.#state = parts.state;
    this.#clock = parts.clock;
    this.#random = parts.random;
  }

  get replaying(): boolean {
    return this.#settledAhead.length > 0;
  }

  append(entry: JournalEntry): Promise<void> {
    return this.local(async () => {
      if (this.#copied.has(entry.path)) return;
      await this.#state.appendEntries(this.#lease, [entry]);
      this.#copied.add(entry.path);
    });
  }

  once<Value>(path: string, work: () => Promise<Value>, codec: Codec<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const pending = this.#issue({
        path,
        start: () => {
          void work().then(
            (value) => {
              const { stands, ...encoded } = codec.encode(value);
              this.#ready(pending, { ...encoded, deliver: () => resolve(stands) });
            },
            // What ends a drive, and is no outcome of the work.
            (error: unknown) =>
              this.#ready(pending, { text: "", cancelled: true, deliver: () => reject(error as Error) }),
          );
        },
        replay: (text) => resolve(codec.decode(text)),
      });
      this.#note({ type: "issued", operation: "once", path }, pending);
    });
  }

  timer(path: string, dueAt: number, onDue: () => void): () => void {
    let cancel = (): void => undefined;
    const pending = this.#issue({
      path,
      start: () => {
        const waitMs = Math.max(0, (issued.dueAt ?? dueAt) - this.#clock.now());
        cancel = this.#clock.schedule(() => this.#ready(pending, { text: "", deliver: onDue }), waitMs);
      },
      replay: onDue,
    });
    const issued = this.#note({ type: "issued", operation: "timer", path, dueAt }, pending);
    return () => {
      cancel();
      this.#pending.delete(path);
      this.#wake();
    };
  }

  wait(path: string, deadline: number | undefined, signal: AbortSignal): Promise<Waited> {
    return new Promise((resolve) => {
      const settle = (waited: Waited): void => {
        signal.removeEventListener("abort", cancel);
        this.#questions.delete(path);
        resolve(waited);
      };
      const cancel = (): void => {
        this.#pending.delete(path);
        settle({ status: "cancelled" });
        this.#wake();
      };
      const pending = this.#issue({
        path,
        start: () => this.#questions.set(path, { path, deadline, resolve: settle }),
        replay: (text) => settle(JSON.parse(text) as Waited),
      });
      this.#note({ type: "issued", operation: "wait", path }, pending);
      if (signal.aborted) cancel();
      else signal.addEventListener("abort", cancel, { once: true });
    });
  }

  local(work: () => void | PromiseLike<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const begun = (async () => work())();
      const done = begun.then(
        () => resolve,
        (error: unknown) => () => reject(error as Error),
      );
      let release = (): void => undefined;
      this.#locals.push({
        done: done.then((settle) => {
          release = settle;
        }),
        release: () => release(),
      });
      this.#wake();
    });
  }

  fork(paths: readonly string[], concurrency: number, run: (lane: number) => Promise<void>): Promise<void> {
    return inLanes(paths.length, concurrency, run);
  }

  /**
   * One thing at a time: whatever follows from an operation that settles happens before the next one does. A turn of the event loop
   * is enough for it, since it waits for nothing but other operations.
   */
  async drive(execute: () => Promise<Outcome>, { signal, suspend }: HostDrive): Promise<Outcome> {
    const { events } = this.#run;
    this.#pending.clear();
    this.#questions.clear();
    this.#issuesAhead = events.filter((event) => event.type === "issued");
    this.#settledAhead = events.filter((event) => event.type === "settled");
    let isOver = false;
    const outcome = execute();
    const over = (): void => {
      isOver = true;
      this.#wake();
    };
    outcome.then(over, over);
    const onAbort = (): void => this.#wake();
    signal.addEventListener("abort", onAbort);
    try {
      for (;;) {
        await macrotask();
        if (this.#broken !== undefined) throw this.#broken;
        if (await this.#releaseLocals()) continue;
        if (isOver) return await outcome;
        // What is stopped is not gone on with: nothing that follows is recorded.
        if (signal.aborted) this.#settledAhead = [];
        if (this.#replayOne()) continue;
        this.#startAll();
        if (!signal.aborted) await this.#lookForAnswers();
        if (this.#able().length > 0) {
          await this.#settleOne(signal);
          continue;
        }
        if (this.#locals.length > 0 || isOver) continue;
        if ([...this.#pending.values()].some(({ path }) => !this.#questions.has(path))) await this.#change();
        else if (this.#pending.size > 0) suspend();
        else
          throw new JournalMismatchError("Something between the steps of the run is waited for that is no operation");
      }
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Whether there were any. They go on in the order in which they came, whichever was done first. */
  async #releaseLocals(): Promise<boolean> {
    const locals = this.#locals;
    this.#locals = [];
    for (const { done } of locals) await done;
    for (const { release } of locals) {
      release();
      await macrotask();
    }
    return locals.length > 0;
  }

  /** Lets settle what is recorded to have settled next. */
  #replayOne(): boolean {
    const settled = this.#settledAhead.shift();
    if (settled === undefined) return false;
    const pending = this.#pending.get(settled.path);
    if (pending === undefined) {
      throw new JournalMismatchError(`"${settled.path}" settled next, and has not been issued`);
    }
    this.#pending.delete(settled.path);
    pending.replay(settled.text);
    return true;
  }

  #startAll(): void {
    for (const pending of this.#pending.values()) {
      if (pending.isStarted) continue;
      pending.isStarted = true;
      pending.start();
    }
  }

  async #lookForAnswers(): Promise<void> {
    if (this.#questions.size === 0) return;
    const answers = new Map((await this.#state.readSignals(this.#lease.runId)).map((answer) => [answer.path, answer]));
    for (const { path, deadline, resolve } of [...this.#questions.values()]) {
      const answer = answers.get(path);
      const isOverdue = deadline !== undefined && this.#clock.now() >= deadline;
      if (answer === undefined && !isOverdue) continue;
      const waited: Waited =
        answer === undefined ? { status: "overdue" } : { status: "answered", answer: { value: answer.value } };
      const pending = this.#pending.get(path) as Pending;
      this.#questions.delete(path);
      this.#ready(pending, { text: JSON.stringify(waited), deliver: () => resolve(waited) });
    }
  }

  #able(): readonly Pending[] {
    return [...this.#pending.values()].filter(({ result }) => result !== undefined);
  }

  /** Lets one of the operations that can settle do so. */
  async #settleOne(signal: AbortSignal): Promise<void> {
    for (let turns = Math.floor(this.#random.next() * MAX_DELAY_TURNS); turns > 0; turns--) await macrotask();
    const able = this.#able();
    const chosen = able[Math.floor(this.#random.next() * able.length)];
    // It may have been called off meanwhile.
    if (chosen?.result === undefined) return;
    const { text, cancelled = false, deliver } = chosen.result;
    this.#pending.delete(chosen.path);
    if (!cancelled || !signal.aborted) this.#run.events.push({ type: "settled", path: chosen.path, text });
    deliver();
  }

  #issue(operation: Pick<Pending, "path" | "start" | "replay">): Pending {
    return { ...operation, isStarted: false, result: undefined };
  }

  /** Holds an operation against what is recorded, or records it. */
  #note(event: IssuedEvent, pending: Pending): IssuedEvent {
    const expected = this.#issuesAhead.shift();
    if (expected === undefined) this.#run.events.push(event);
    else if (expected.path !== event.path || expected.operation !== event.operation) {
      this.#broken ??= new JournalMismatchError(
        `Issued ${event.operation} "${event.path}", where the journal has ${expected.operation} "${expected.path}"`,
      );
    }
    if (this.#pending.has(event.path)) {
      this.#broken ??= new JournalMismatchError(`Two operations at "${event.path}"`);
    }
    this.#pending.set(event.path, pending);
    this.#wake();
    return expected ?? event;
  }

  #ready(pending: Pending, result: Result): void {
    pending.result = result;
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
