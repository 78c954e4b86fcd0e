import type { LoadProbe, LoadReading } from "@flujo/core";

/** Says what a test tells it to, and keeps what it was asked. */
export class HandDrivenProbe implements LoadProbe {
  eventLoopDelayMs = 0;
  heapShare = 0;
  /** What it throws, instead of measuring. */
  broken: unknown;
  readonly calls: string[] = [];

  start(): void {
    this.#note("start");
  }

  read(): LoadReading {
    this.#note("read");
    return { eventLoopDelayMs: this.eventLoopDelayMs, heapShare: this.heapShare };
  }

  stop(): void {
    this.#note("stop");
  }

  #note(call: string): void {
    this.calls.push(call);
    if (this.broken !== undefined) throw this.broken;
  }
}
