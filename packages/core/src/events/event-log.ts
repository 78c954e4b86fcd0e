import { forgetAbort, listenForAbort } from "../platform/abort-listeners.ts";
import type { Clock } from "../protocols/clock.ts";
import type { Logger } from "../protocols/logger.ts";
import type { RunEvent, RunEventBody, StepEnd, StepStart } from "../protocols/run-event.ts";
import type { EventSink } from "../protocols/step-coordinator.ts";
import type { Telemetry } from "../protocols/telemetry.ts";

/** How many events a reader may be behind before those who send chunks are asked to wait for it. */
const MOST_BEHIND = 64;

/** Which events tell so much that they can be done without under load. */
const DETAILS: ReadonlySet<RunEventBody["type"]> = new Set(["step-decision", "step-fan-out"]);

export interface EventLogOptions {
  readonly clock: Clock;
  readonly watchers: readonly Telemetry[];
  readonly logger: Logger;
  /** Whether there may be readers, for whom events are kept as long as this log is. */
  readonly keep: boolean;
  /** What events show of a value that a step takes or gives; left out: nothing. */
  readonly capture?: ((value: unknown, path: string) => unknown) | undefined;
  /** Which features are worth it under the load that there is. */
  readonly isEnabled: (feature: "payload-capture" | "detailed-spans") => boolean;
}

/**
 * The events of one drive of a run, in one order for all who watch: telemetry at once, readers at their
 * own pace and each from the first event on.
 */
export class EventLog implements EventSink, AsyncIterable<RunEvent> {
  readonly #runId: string;
  readonly #options: EventLogOptions;
  /** Never changed in place: whoever throws while others are still to be told has no part in that. */
  #watchers: readonly Telemetry[];
  readonly #kept: RunEvent[] | undefined;
  /** How far each reader is. */
  readonly #readers = new Set<{ next: number }>();
  #seq = 0;
  #closed = false;
  #waiting: (() => void)[] = [];
  #behind: (() => void)[] = [];

  constructor(runId: string, options: EventLogOptions) {
    this.#runId = runId;
    this.#options = options;
    this.#watchers = options.watchers;
    this.#kept = options.keep ? [] : undefined;
  }

  get active(): boolean {
    return this.#kept !== undefined || this.#watchers.length > 0;
  }

  emit(body: RunEventBody): void {
    if (!this.active || this.#closed || this.#isTooMuch(body)) return;
    const { clock, logger } = this.#options;
    const event: RunEvent = { ...this.#shown(body), seq: ++this.#seq, runId: this.#runId, time: clock.now() };
    for (const watcher of this.#watchers) {
      try {
        watcher.onEvent(event);
      } catch (error) {
        // Watching must not disturb the run: who throws is reported and not asked again.
        this.#watchers = this.#watchers.filter((other) => other !== watcher);
        logger.log("warn", "A Telemetry threw and is ignored for the rest of the run", error);
      }
    }
    this.#kept?.push(event);
    this.#wake();
  }

  /** Resolves once no reader is far behind any more, or `signal` aborts. With no readers, at once. */
  async keptUp(signal: AbortSignal): Promise<void> {
    while (this.#isBehind() && !this.#closed && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          forgetAbort(signal, done);
          resolve();
        };
        listenForAbort(signal, done);
        this.#behind.push(done);
      });
    }
  }

  /** No events follow: readers end once they have read what is there. */
  close(): void {
    this.#closed = true;
    this.#wake();
    this.#wakeSenders();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RunEvent, void, undefined> {
    const reader = { next: 0 };
    this.#readers.add(reader);
    try {
      for (; ; reader.next++) {
        if (!this.#isBehind()) this.#wakeSenders();
        while (this.#kept !== undefined && reader.next >= this.#kept.length && !this.#closed) {
          await new Promise<void>((resolve) => this.#waiting.push(resolve));
        }
        const event = this.#kept?.[reader.next];
        if (event === undefined) return;
        yield event;
      }
    } finally {
      this.#readers.delete(reader);
      this.#wakeSenders();
    }
  }

  #isTooMuch(body: RunEventBody): boolean {
    const isDetail = DETAILS.has(body.type) || (body.type === "step-log" && body.level === "debug");
    return isDetail && !this.#options.isEnabled("detailed-spans");
  }

  /** The event with its payloads as they may be shown. */
  #shown(body: RunEventBody): RunEventBody {
    if (body.type === "step-start") return "input" in body ? this.#shownStart(body) : body;
    if (body.type === "step-end") return "output" in body ? this.#shownEnd(body) : body;
    return body;
  }

  // Written out, since to leave one property out of a copy costs several times as much on this path.

  #shownStart({ type, path, name, kind, input }: StepStart): StepStart {
    const facts = { type, path, name, kind };
    return this.#captures ? { ...facts, input: this.#options.capture?.(input, path) } : facts;
  }

  #shownEnd({ type, path, name, kind, status, output, attempts, durationMs, usage, replayed }: StepEnd): StepEnd {
    const facts = { type, path, name, kind, status, attempts, durationMs, usage, replayed };
    return this.#captures ? { ...facts, output: this.#options.capture?.(output, path) } : facts;
  }

  get #captures(): boolean {
    return this.#options.capture !== undefined && this.#options.isEnabled("payload-capture");
  }

  #isBehind(): boolean {
    for (const { next } of this.#readers) {
      if ((this.#kept?.length ?? 0) - next > MOST_BEHIND) return true;
    }
    return false;
  }

  #wake(): void {
    if (this.#waiting.length === 0) return;
    const readers = this.#waiting;
    this.#waiting = [];
    for (const wake of readers) wake();
  }

  #wakeSenders(): void {
    if (this.#behind.length === 0) return;
    const senders = this.#behind;
    this.#behind = [];
    for (const wake of senders) wake();
  }
}
