import type { DegradationChange, DegradationLevel } from "../protocols/graceful-degradation.ts";
import { LEVELS, rankOf } from "./levels.ts";
import type { LoadLimits } from "./load-degradation-options.ts";
import type { LoadReading } from "./load-probe.ts";

/** All that is measured at one moment. `NaN` for what could not be. */
export interface Load extends LoadReading {
  readonly queued: number;
}

const CAUSES = { eventLoopDelayMs: "event-loop-delay", heapShare: "heap", queued: "queue" } as const;
const MEASURES = Object.keys(CAUSES) as readonly (keyof Load)[];

/**
 * The level that a load asks for. It is gone up to at once, whatever is between, and down from one step at a time, once
 * every measurement has been below the way out for the dwell time.
 */
export class LoadLevel {
  readonly #limits: LoadLimits;
  #current: DegradationLevel = "normal";
  /** Since when every measurement has been below the way out of the current level, or that it was come to. */
  #calmSince = 0;

  constructor(limits: LoadLimits) {
    this.#limits = limits;
  }

  get current(): DegradationLevel {
    return this.#current;
  }

  /** Goes by what was measured at `nowMs`. Gives the cause of a change, if there is one. */
  take(load: Load, nowMs: number): DegradationChange["cause"] | undefined {
    const { asked, measure } = this.#highest(load);
    if (rankOf(asked) > rankOf(this.#current)) {
      this.#comeTo(asked, nowMs);
      return CAUSES[measure];
    }
    if (!this.#calm(load)) {
      this.#calmSince = nowMs;
      return undefined;
    }
    if (this.#current === "normal" || nowMs - this.#calmSince < this.#limits.dwellMs) return undefined;
    this.#comeTo(LEVELS[rankOf(this.#current) - 1] as DegradationLevel, nowMs);
    return "recovered";
  }

  #comeTo(level: DegradationLevel, nowMs: number): void {
    this.#current = level;
    this.#calmSince = nowMs;
  }

  #highest(load: Load): { readonly asked: DegradationLevel; readonly measure: keyof Load } {
    const asked = MEASURES.map((measure) => ({ measure, asked: this.#askedBy(measure, load[measure]) }));
    return asked.reduce((highest, next) => (rankOf(next.asked) > rankOf(highest.asked) ? next : highest));
  }

  #askedBy(measure: keyof Load, value: number): DegradationLevel {
    const { minor, moderate, severe } = this.#limits[measure];
    if (value >= severe) return "severe";
    if (value >= moderate) return "moderate";
    return value >= minor ? "minor" : "normal";
  }

  /** What could not be measured is not calm. */
  #calm(load: Load): boolean {
    const { current } = this;
    if (current === "normal") return true;
    return MEASURES.every((measure) => {
      const { [current]: wayIn, exitRatio } = this.#limits[measure];
      return wayIn === Infinity || load[measure] < wayIn * exitRatio;
    });
  }
}
