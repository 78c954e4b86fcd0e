import { checkKeys, InvalidOptionError } from "@flujo/dsl";
import type { Clock } from "../protocols/clock.ts";
import type { Logger } from "../protocols/logger.ts";
import type { LoadProbe } from "./load-probe.ts";

/** What a measurement means. */
export interface LoadThresholds {
  /** From what value on it asks for this level. Above 0, not falling from level to level; `Infinity`: never. */
  readonly minor: number;
  readonly moderate: number;
  readonly severe: number;
  /** The way out of a level is this part of the way in. Above 0, at most 1. */
  readonly exitRatio: number;
}

export interface LoadDegradationOptions {
  /** How often the load is measured, in milliseconds. Above 0, at most 2³¹ − 1. Default 500. */
  readonly sampleMs?: number;
  /**
   * How long every measurement has to be below a level's way out before it goes down one level, in milliseconds.
   * At least 0. Default 5 000.
   */
  readonly dwellMs?: number;
  /** How late the event loop is, in milliseconds. Default 100, 250 and 1 000, out at 0.7 of it. */
  readonly eventLoopDelayMs?: Partial<LoadThresholds>;
  /** The part of the largest possible heap that is in use. Default 0.80, 0.90 and 0.96, out at 0.95 of it. */
  readonly heapShare?: Partial<LoadThresholds>;
  /** How much work waits for its turn, in all watched queues. Default 10 000, 100 000 and 1 000 000, out at 0.7 of it. */
  readonly queued?: Partial<LoadThresholds>;
  /** What is measured by. Default: this process. */
  readonly probe?: LoadProbe;
  /** What samples and dwell are timed by. Default: the machine's clock. */
  readonly clock?: Pick<Clock, "monotonic" | "schedule">;
  /** Is told of listeners that throw, and when the load can't be measured. Default: process warnings. */
  readonly logger?: Logger;
}

/** When a load asks for which level, and when it lets go of one. */
export interface LoadLimits {
  readonly dwellMs: number;
  readonly eventLoopDelayMs: LoadThresholds;
  readonly heapShare: LoadThresholds;
  readonly queued: LoadThresholds;
}

const DEFAULTS = {
  sampleMs: 500,
  dwellMs: 5_000,
  eventLoopDelayMs: { minor: 100, moderate: 250, severe: 1_000, exitRatio: 0.7 },
  // Levels of heap lie close together, and a heap does not shrink to nothing: a wide step would never be left.
  heapShare: { minor: 0.8, moderate: 0.9, severe: 0.96, exitRatio: 0.95 },
  // Work that waits does no harm by itself but that it takes memory, and of that there is a measurement.
  queued: { minor: 10_000, moderate: 100_000, severe: 1_000_000, exitRatio: 0.7 },
} as const;

const KNOWN: readonly string[] = [...Object.keys(DEFAULTS), "probe", "clock", "logger"];

/** Longer timers come due at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** @throws {@link InvalidOptionError} naming the first option that can't be used or is not known. */
export function resolveLoadOptions(options: LoadDegradationOptions): {
  readonly sampleMs: number;
  readonly limits: LoadLimits;
} {
  checkKeys("options", options, KNOWN);
  const { sampleMs = DEFAULTS.sampleMs, dwellMs = DEFAULTS.dwellMs } = options;
  if (!(sampleMs > 0 && sampleMs <= LONGEST_TIMER_MS)) {
    throw new InvalidOptionError("sampleMs", sampleMs, `a number above 0, at most ${LONGEST_TIMER_MS}`);
  }
  if (!(Number.isFinite(dwellMs) && dwellMs >= 0)) {
    throw new InvalidOptionError("dwellMs", dwellMs, "a number of at least 0");
  }
  return {
    sampleMs,
    limits: {
      dwellMs,
      eventLoopDelayMs: resolveThresholds("eventLoopDelayMs", options),
      heapShare: resolveThresholds("heapShare", options),
      queued: resolveThresholds("queued", options),
    },
  };
}

function resolveThresholds(
  option: "eventLoopDelayMs" | "heapShare" | "queued",
  { [option]: given = {} }: LoadDegradationOptions,
): LoadThresholds {
  checkKeys(option, given, Object.keys(DEFAULTS[option]));
  const { minor, moderate, severe, exitRatio } = { ...DEFAULTS[option], ...given };
  let least = 0;
  for (const [level, value] of Object.entries({ minor, moderate, severe })) {
    if (!(typeof value === "number" && value > 0 && value >= least)) {
      throw new InvalidOptionError(
        `${option}.${level}`,
        value,
        least === 0
          ? "a number above 0, or Infinity"
          : `a number of at least ${least}, as the level before it, or Infinity`,
      );
    }
    least = value;
  }
  if (!(exitRatio > 0 && exitRatio <= 1)) {
    throw new InvalidOptionError(`${option}.exitRatio`, exitRatio, "a number above 0, at most 1");
  }
  return { minor, moderate, severe, exitRatio };
}
