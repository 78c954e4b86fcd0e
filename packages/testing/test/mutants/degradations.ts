import { LoadDegradation } from "@flujo/core";
import type { DegradationChange, DegradationLevel, GracefulDegradation, QueueDepth } from "@flujo/core/protocols";
import type { GracefulDegradationHarness } from "@flujo/testing";
import { HandDrivenProbe } from "../degradation/hand-driven-probe.ts";

type Open = GracefulDegradationHarness["open"];
type Options = ConstructorParameters<typeof LoadDegradation>[0];
type Mutant = new (options: Options) => LoadDegradation;

const DELAYS_MS: Readonly<Record<DegradationLevel, number>> = { normal: 1, minor: 100, moderate: 250, severe: 1_000 };

function opened(Mutant: Mutant, options: Options = {}): Open {
  return (parts) => {
    const probe = new HandDrivenProbe();
    return {
      degradation: new Mutant({ ...parts, probe, ...options }),
      load: (level) => {
        probe.eventLoopDelayMs = DELAYS_MS[level];
        probe.broken = undefined;
      },
      breakMeasuring: () => {
        probe.broken = new Error("broken probe");
      },
      settleMs: 20_000,
    };
  };
}

/** Degradations that each break one promise, by the title (in part) of a test that has to notice. */
export const DEGRADATIONS: Readonly<Record<string, Open>> = {
  // Levels compared as the strings that they are.
  "with every feature on": opened(
    class extends LoadDegradation {
      override isEnabled(feature: string): boolean {
        return feature === "admission" ? this.level < "severe" : this.level < "minor";
      }
    },
  ),

  "switches off at severe what is off from there on": opened(
    class extends LoadDegradation {
      override isEnabled(feature: string): boolean {
        return feature === "admission" || super.isEnabled(feature);
      }
    },
  ),

  'the feature "__proto__", which nobody made known': opened(
    class extends LoadDegradation {
      readonly #off: Record<string, unknown> = {};
      override isEnabled(feature: string): boolean {
        return this.#off[feature] === undefined && super.isEnabled(feature);
      }
    },
  ),

  "goes by the last level with which a feature was made known": opened(
    class extends LoadDegradation {
      readonly #known = new Set<string>();
      override register(feature: { readonly name: string; readonly disableAt: DegradationLevel }): void {
        if (!this.#known.has(feature.name)) super.register(feature);
        this.#known.add(feature.name);
      }
    },
  ),

  "tells of the change when forced from minor to minor": opened(
    class extends LoadDegradation {
      override force(level: DegradationLevel): void {
        super.force(level === "minor" ? "moderate" : "minor");
        super.force(level);
      }
    },
  ),

  "comes back from a forced level once released": opened(
    class extends LoadDegradation {
      override release(): void {
        super.force("normal");
      }
    },
  ),

  "has the new level before it tells of it": (parts) => {
    const right = new LoadDegradation({ ...parts, probe: new HandDrivenProbe() });
    let level: DegradationLevel = "normal";
    const late: GracefulDegradation = {
      get level() {
        return level;
      },
      isEnabled: (feature) => right.isEnabled(feature),
      register: (feature) => right.register(feature),
      force: (to) => {
        right.force(to);
        level = to;
      },
      release: () => right.release(),
      onChange: (listener) => right.onChange(listener),
      watch: (queue) => right.watch(queue),
    };
    return { degradation: late, load: () => undefined, breakMeasuring: () => undefined, settleMs: 20_000 };
  },

  "does not tell who wants to hear no more": opened(
    class extends LoadDegradation {
      override onChange(listener: (change: DegradationChange) => void): () => void {
        super.onChange(listener);
        return () => undefined;
      }
    },
  ),

  "does not tell who another listener has just unsubscribed": opened(
    class extends LoadDegradation {
      override onChange(listener: (change: DegradationChange) => void): () => void {
        const stop = super.onChange(listener);
        return () => queueMicrotask(stop);
      }
    },
  ),

  "reports a listener that throws": opened(LoadDegradation, { logger: { log: () => undefined } }),

  "tells all of one change before it tells of one that a listener makes": opened(
    class extends LoadDegradation {
      readonly #heard = new Set<(change: DegradationChange) => void>();
      override onChange(listener: (change: DegradationChange) => void): () => void {
        this.#heard.add(listener);
        return () => this.#heard.delete(listener);
      }
      override force(to: DegradationLevel): void {
        const from = this.level;
        super.force(to);
        for (const listener of this.#heard) listener({ from, to, cause: "forced", features: [] });
      }
    },
  ),

  "is not moved by a load that nobody watches": opened(
    class extends LoadDegradation {
      constructor(options: Options) {
        super(options);
        this.watch({ queued: 0 });
      }
    },
  ),

  "goes from severe to normal": opened(LoadDegradation, { dwellMs: 1e9 }),
  "goes from normal to minor": opened(LoadDegradation, { eventLoopDelayMs: { minor: 150 } }),

  "tells of each change in turn": opened(
    class extends LoadDegradation {
      override onChange(listener: (change: DegradationChange) => void): () => void {
        return super.onChange((change) => listener({ ...change, cause: "heap" }));
      }
    },
  ),

  // Forced, and undone by the next sample.
  "stays where it was forced to, whatever the load": (parts) => {
    class Forgetful extends LoadDegradation {
      override force(level: DegradationLevel): void {
        super.force(level);
        parts.clock.schedule(() => this.release(), 500);
      }
    }
    return opened(Forgetful)(parts);
  },

  "goes by the load again once released": opened(
    class extends LoadDegradation {
      override release(): void {
        super.force("normal");
      }
    },
  ),

  // No dwell, and no distance between the way in and the way out.
  "does not flap with a load that comes and goes": opened(LoadDegradation, {
    sampleMs: 100,
    dwellMs: 0,
    eventLoopDelayMs: { exitRatio: 1 },
  }),

  "keeps its level while the load can't be measured": (parts) => {
    const probe = new HandDrivenProbe();
    return {
      degradation: new LoadDegradation({ ...parts, probe }),
      load: (level) => {
        probe.eventLoopDelayMs = DELAYS_MS[level];
      },
      // Taken for a reading of nothing.
      breakMeasuring: () => {
        probe.eventLoopDelayMs = 0;
      },
      settleMs: 20_000,
    };
  },

  "measures as long as one of those who watch is left": opened(
    class extends LoadDegradation {
      readonly #ends: (() => void)[] = [];
      override watch(queue: QueueDepth): () => void {
        this.#ends.push(super.watch(queue));
        return () => {
          for (const end of this.#ends) end();
        };
      }
    },
  ),

  "recovers when nobody watches any more": opened(
    class extends LoadDegradation {
      override watch(queue: QueueDepth): () => void {
        const end = super.watch(queue);
        return () => {
          end();
          if (this.level !== "normal") super.force(this.level);
        };
      }
    },
  ),

  "schedules nothing more once nobody watches": opened(
    class extends LoadDegradation {
      override watch(queue: QueueDepth): () => void {
        super.watch(queue);
        return () => undefined;
      }
    },
  ),
};
