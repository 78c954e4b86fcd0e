import type { Clock } from "../protocols/clock.ts";
import type { RunEvent, RunEventBody } from "../protocols/run-event.ts";
import type { Telemetry } from "../protocols/telemetry.ts";

/**
 * The events of one drive of a run, in one order for all who watch: telemetry at once, readers at their
 * own pace and each from the first event on.
 */
export class EventLog implements AsyncIterable<RunEvent> {
  readonly #runId: string;
  readonly #clock: Clock;
  readonly #watchers: Telemetry[];
  readonly #kept: RunEvent[] | undefined;
  #seq = 0;
  #closed = false;
  #wake: (() => void)[] = [];

  /** @param keep - whether there may be readers, for whom events are kept as long as this log is */
  constructor(
    runId: string,
    options: { readonly clock: Clock; readonly watchers: readonly Telemetry[]; readonly keep: boolean },
  ) {
    this.#runId = runId;
    this.#clock = options.clock;
    this.#watchers = [...options.watchers];
    this.#kept = options.keep ? [] : undefined;
  }

  /** Whether anybody is watching: if not, an event need not be made. */
  get active(): boolean {
    return this.#kept !== undefined || this.#watchers.length > 0;
  }

  emit(body: RunEventBody): void {
    if (!this.active || this.#closed) return;
    const event: RunEvent = { ...body, seq: ++this.#seq, runId: this.#runId, time: this.#clock.now() };
    for (const watcher of [...this.#watchers]) {
      try {
        watcher.onEvent(event);
      } catch (error) {
        // Watching must not disturb the run: who throws is reported and not asked again.
        this.#watchers.splice(this.#watchers.indexOf(watcher), 1);
        process.emitWarning(error instanceof Error ? error : String(error), {
          code: "FLUJO_TELEMETRY",
          detail: "A Telemetry threw and is ignored from now on.",
        });
      }
    }
    this.#kept?.push(event);
    this.#wakeReaders();
  }

  /** No events follow: readers end once they have read what is there. */
  close(): void {
    this.#closed = true;
    this.#wakeReaders();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RunEvent, void, undefined> {
    for (let next = 0; ; next++) {
      while (this.#kept !== undefined && next >= this.#kept.length && !this.#closed) {
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
      const event = this.#kept?.[next];
      if (event === undefined) return;
      yield event;
    }
  }

  #wakeReaders(): void {
    if (this.#wake.length === 0) return;
    const readers = this.#wake;
    this.#wake = [];
    for (const wake of readers) wake();
  }
}
