import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { LoadProbe, LoadReading } from "./load-probe.ts";

/** How often the delay is looked at, in milliseconds. */
const RESOLUTION_MS = 20;
const NANOSECONDS_PER_MS = 1e6;

/**
 * Measures the process, or worker, that it is in: by Node's histogram of the event loop's delay and by V8's account of its heap.
 *
 * The delay is the 99th percentile of this interval and of the one before, which is the highest where fewer than a
 * hundred values were taken: within two seconds.
 */
export class ProcessLoadProbe implements LoadProbe {
  /**
   * Emptied in turn. One that was just emptied is blind until its next tick, and a stall may begin at once;
   * the other one sees it.
   */
  readonly #histograms: readonly [IntervalHistogram, IntervalHistogram] = [
    monitorEventLoopDelay({ resolution: RESOLUTION_MS }),
    monitorEventLoopDelay({ resolution: RESOLUTION_MS }),
  ];
  #readings = 0;

  start(): void {
    for (const histogram of this.#histograms) {
      histogram.reset();
      histogram.enable();
    }
  }

  read(): LoadReading {
    const eventLoopDelayMs = Math.max(...this.#histograms.map(delayMs));
    this.#histograms[this.#readings++ % 2 === 0 ? 0 : 1].reset();
    // Not imported: that takes longer than most of this package, and many never measure.
    const { used_heap_size, heap_size_limit } = process.getBuiltinModule("node:v8").getHeapStatistics();
    return { eventLoopDelayMs, heapShare: used_heap_size / heap_size_limit };
  }

  stop(): void {
    for (const histogram of this.#histograms) histogram.disable();
  }
}

/** A histogram has the times between its ticks, and those are a resolution apart when nothing is late. */
function delayMs(histogram: IntervalHistogram): number {
  return Math.max(0, histogram.percentile(99) / NANOSECONDS_PER_MS - RESOLUTION_MS);
}
