import { SystemClock } from "../platform/system-clock.ts";
import { WarningLogger } from "../platform/warning-logger.ts";
import type { Clock } from "../protocols/clock.ts";
import type {
  BuiltInFeature,
  DegradationChange,
  DegradationLevel,
  GracefulDegradation,
  QueueDepth,
} from "../protocols/graceful-degradation.ts";
import type { Logger } from "../protocols/logger.ts";
import { Features } from "./features.ts";
import { checkLevel } from "./levels.ts";
import { type LoadDegradationOptions, resolveLoadOptions } from "./load-degradation-options.ts";
import { type Load, LoadLevel } from "./load-level.ts";
import type { LoadProbe, LoadReading } from "./load-probe.ts";
import { ProcessLoadProbe } from "./process-load-probe.ts";

type Listener = (change: DegradationChange) => void;

/**
 * Degrades by the load that is measured while somebody watches: event-loop delay, heap, and how much work waits.
 *
 * A load that asks for a higher level has it with the next sample. Down it goes one level at a time, each once all
 * measurements have been below the way out for a while. What can't be measured never counts as no load: the level stays.
 *
 * Its timers don't keep the process alive. Once nobody watches it measures on until the level is `normal`, since
 * nobody could come to watch where `admission` is off.
 */
export class LoadDegradation implements GracefulDegradation {
  readonly #sampleMs: number;
  readonly #clock: Pick<Clock, "monotonic" | "schedule">;
  readonly #logger: Logger;
  readonly #probe: LoadProbe;
  readonly #measured: LoadLevel;
  readonly #features = new Features();
  readonly #listeners = new Set<{ readonly call: Listener }>();
  /** Changes that listeners have still to be told of. */
  readonly #untold: DegradationChange[] = [];
  /** How many watch each queue. */
  readonly #watchers = new Map<QueueDepth, number>();
  #forced: DegradationLevel | undefined;
  #scheduled = false;
  #probing = false;
  #telling = false;
  /** Whether it was reported that the load can't be measured, and has not been measured since. */
  #blind = false;

  /** @throws `InvalidOptionError` naming the first option out of range or not known. */
  constructor(options: LoadDegradationOptions = {}) {
    const { sampleMs, limits } = resolveLoadOptions(options);
    this.#sampleMs = sampleMs;
    this.#measured = new LoadLevel(limits);
    this.#clock = options.clock ?? new SystemClock();
    this.#logger = options.logger ?? new WarningLogger();
    this.#probe = options.probe ?? new ProcessLoadProbe();
  }

  get level(): DegradationLevel {
    return this.#forced ?? this.#measured.current;
  }

  isEnabled(feature: BuiltInFeature | (string & {})): boolean {
    return this.#features.isEnabled(feature, this.level);
  }

  /** @throws `InvalidOptionError` for a name that is blank, or a level that is none. */
  register(feature: { readonly name: string; readonly disableAt: DegradationLevel }): void {
    this.#features.register(feature);
  }

  /** @throws `InvalidOptionError` for a level that is none. */
  force(level: DegradationLevel): void {
    const from = this.level;
    this.#forced = checkLevel("level", level);
    this.#tell(from, "forced");
  }

  release(): void {
    const from = this.level;
    this.#forced = undefined;
    this.#tell(from, "released");
  }

  onChange(listener: Listener): () => void {
    const entry = { call: listener };
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  }

  watch(queue: QueueDepth): () => void {
    this.#watchers.set(queue, (this.#watchers.get(queue) ?? 0) + 1);
    this.#schedule();
    let watching = true;
    return () => {
      if (!watching) return;
      watching = false;
      const others = (this.#watchers.get(queue) ?? 1) - 1;
      if (others > 0) this.#watchers.set(queue, others);
      else this.#watchers.delete(queue);
    };
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const dueAt = this.#clock.monotonic() + this.#sampleMs;
    this.#clock.schedule(
      () => {
        this.#scheduled = false;
        this.#sample(Math.max(0, this.#clock.monotonic() - dueAt));
      },
      this.#sampleMs,
      { background: true },
    );
  }

  /** @param lateMs - how late the sample itself is: a delay that shows even before the probe measures */
  #sample(lateMs: number): void {
    if (this.#watchers.size === 0 && this.#measured.current === "normal") {
      this.#stopProbe();
      return;
    }
    // Whatever a listener throws or takes, the next sample comes.
    this.#schedule();
    const load = this.#load(lateMs);
    const from = this.level;
    const cause = this.#measured.take(load, this.#clock.monotonic());
    if (cause !== undefined) this.#tell(from, cause);
  }

  #load(lateMs: number): Load {
    const failures: unknown[] = [];
    const attempt = <Value>(measure: () => Value, unknown: Value): Value => {
      try {
        return measure();
      } catch (thrown) {
        failures.push(thrown);
        return unknown;
      }
    };
    const { eventLoopDelayMs, heapShare } = attempt(() => this.#read(), { eventLoopDelayMs: NaN, heapShare: NaN });
    const load: Load = {
      eventLoopDelayMs: Math.max(known(eventLoopDelayMs), lateMs),
      heapShare: known(heapShare),
      queued: attempt(() => this.#queued(), NaN),
    };
    this.#report(load, failures[0]);
    return load;
  }

  #read(): LoadReading {
    if (!this.#probing) {
      this.#probe.start();
      this.#probing = true;
    }
    const { eventLoopDelayMs, heapShare } = this.#probe.read();
    return { eventLoopDelayMs, heapShare };
  }

  #stopProbe(): void {
    if (!this.#probing) return;
    this.#probing = false;
    try {
      this.#probe.stop();
    } catch (thrown) {
      this.#logger.log("warn", "Measuring the load could not be ended", thrown);
    }
  }

  #queued(): number {
    let queued = 0;
    for (const queue of this.#watchers.keys()) queued += known(queue.queued);
    return queued;
  }

  /** Says it once, until everything can be measured again. */
  #report(load: Load, failure: unknown): void {
    const unknown = Object.keys(load).filter((measure) => Number.isNaN(load[measure as keyof Load]));
    if (unknown.length > 0 && !this.#blind) {
      const message = `The load could not be measured (${unknown.join(", ")}): the level of degradation does not fall`;
      this.#logger.log("warn", message, failure);
    }
    this.#blind = unknown.length > 0;
  }

  #tell(from: DegradationLevel, cause: DegradationChange["cause"]): void {
    const to = this.level;
    if (from === to) return;
    this.#untold.push({ from, to, cause, features: this.#features.between(from, to) });
    // A listener may itself force a level: all are told of this change before they are told of that one.
    if (this.#telling) return;
    this.#telling = true;
    for (let change = this.#untold.shift(); change !== undefined; change = this.#untold.shift()) this.#tellAll(change);
    this.#telling = false;
  }

  #tellAll(change: DegradationChange): void {
    for (const listener of [...this.#listeners]) {
      if (!this.#listeners.has(listener)) continue;
      try {
        listener.call(change);
      } catch (thrown) {
        this.#logger.log("error", "A listener to changes of the level of degradation threw", thrown);
      }
    }
  }
}

/** A measurement that is none is not known. */
function known(value: number): number {
  return value >= 0 ? value : NaN;
}
