import type { Clock, DegradationChange, DegradationLevel, GracefulDegradation, Logger } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";
import { RecordingLogger } from "../platform/recording-logger.ts";

/** How the suite gets at the degradation under test. */
export interface GracefulDegradationHarness {
  /** Of the degradation, as the suite's title shows it. */
  readonly name: string;
  /** A fresh one at `normal` that tells time by `clock` and reports to `logger`. */
  readonly open: (parts: {
    readonly clock: Clock;
    readonly logger: Logger;
  }) => OpenedDegradation | Promise<OpenedDegradation>;
}

export interface OpenedDegradation {
  readonly degradation: GracefulDegradation;
  /** Makes the load, from now on, one that asks for `level`. */
  readonly load: (level: DegradationLevel) => void;
  /** Breaks what the load is measured by, from now on until {@link load}. */
  readonly breakMeasuring: () => void;
  /** Milliseconds after which a load that lasts has its level, also if that is the lowest after the highest. */
  readonly settleMs: number;
}

const LEVELS = ["normal", "minor", "moderate", "severe"] as const;

/** The features that are on at each level. */
const ON: Readonly<Record<DegradationLevel, readonly string[]>> = {
  normal: ["payload-capture", "detailed-spans", "speculation", "optional-steps", "admission"],
  minor: ["speculation", "optional-steps", "admission"],
  moderate: ["admission"],
  severe: [],
};

/** Both at once, and everything between. */
const PAIRS = LEVELS.flatMap((from) => LEVELS.map((to) => [from, to] as const));

/** The contract of {@link GracefulDegradation} as a suite of tests. Call it at the top of a test file that Vitest runs. */
export function describeGracefulDegradation(harness: GracefulDegradationHarness): void {
  async function opened() {
    const [clock, logger] = [new ManualClock(), new RecordingLogger()];
    const { degradation, load, breakMeasuring, settleMs } = await harness.open({ clock, logger });
    const changes: DegradationChange[] = [];
    degradation.onChange((change) => changes.push(change));
    const loadFor = (level: DegradationLevel, ms = settleMs): void => {
      load(level);
      clock.advance(ms);
    };
    return { degradation, clock, logger, changes, load, loadFor, breakMeasuring, settleMs };
  }

  function enabled(degradation: GracefulDegradation): readonly string[] {
    return ON.normal.filter((feature) => degradation.isEnabled(feature));
  }

  describe(`The ${harness.name} degradation`, () => {
    test("is normal at first, with every feature on", async () => {
      const { degradation } = await opened();
      expect([degradation.level, enabled(degradation)]).toStrictEqual(["normal", ON.normal]);
    });

    test.each(LEVELS)("switches off at %s what is off from there on, and nothing else", async (level) => {
      const { degradation } = await opened();
      degradation.force(level);
      expect([degradation.level, enabled(degradation)]).toStrictEqual([level, ON[level]]);
    });

    test.each(["anything", "", "__proto__", "constructor", "hasOwnProperty"])(
      'leaves on, at every level, the feature "%s", which nobody made known',
      async (feature) => {
        const { degradation } = await opened();
        for (const level of LEVELS) {
          degradation.force(level);
          expect(degradation.isEnabled(feature)).toBe(true);
        }
      },
    );

    test("goes by the last level with which a feature was made known, a built-in one's too", async () => {
      const { degradation } = await opened();
      for (const name of ["hints", "__proto__", "payload-capture"]) {
        degradation.register({ name, disableAt: "minor" });
        degradation.register({ name, disableAt: "severe" });
        const on = LEVELS.filter((level) => {
          degradation.force(level);
          return degradation.isEnabled(name);
        });
        expect(on).toStrictEqual(["normal", "minor", "moderate"]);
      }
    });

    test.each(PAIRS)("tells of the change when forced from %s to %s, if it is one", async (from, to) => {
      const { degradation, changes } = await opened();
      degradation.register({ name: "hints", disableAt: "minor" });
      degradation.force(from);
      changes.length = 0;
      degradation.force(to);
      const difference = [...ON.normal, "hints"].filter((feature) => {
        const on = (level: DegradationLevel): boolean =>
          feature === "hints" ? level === "normal" : ON[level].includes(feature);
        return on(from) !== on(to);
      });
      expect(changes.map((change) => ({ ...change, features: [...change.features].sort() }))).toStrictEqual(
        from === to ? [] : [{ from, to, cause: "forced", features: difference.sort() }],
      );
    });

    test("comes back from a forced level once released, and says so", async () => {
      const { degradation, changes } = await opened();
      degradation.force("moderate");
      degradation.release();
      degradation.release();
      expect(degradation.level).toBe("normal");
      expect(changes.map(({ from, to, cause }) => [from, to, cause])).toStrictEqual([
        ["normal", "moderate", "forced"],
        ["moderate", "normal", "released"],
      ]);
    });

    test("has the new level before it tells of it", async () => {
      const { degradation } = await opened();
      const seen: boolean[] = [];
      degradation.onChange(({ to }) => seen.push(degradation.level === to, degradation.isEnabled("admission")));
      degradation.force("severe");
      expect(seen).toStrictEqual([true, false]);
    });

    test("does not tell who wants to hear no more", async () => {
      const { degradation } = await opened();
      const heard: string[] = [];
      const listener = ({ to }: DegradationChange): void => void heard.push(to);
      const stop = degradation.onChange(listener);
      degradation.onChange(listener);
      degradation.force("minor");
      stop();
      stop();
      degradation.force("severe");
      expect(heard).toStrictEqual(["minor", "minor", "severe"]);
    });

    test("does not tell who another listener has just unsubscribed", async () => {
      const { degradation } = await opened();
      const heard: string[] = [];
      let stop = (): void => undefined;
      degradation.onChange(() => stop());
      stop = degradation.onChange(({ to }) => heard.push(to));
      degradation.force("minor");
      expect(heard).toStrictEqual([]);
    });

    test("reports a listener that throws, and tells the others", async () => {
      const { degradation, logger } = await opened();
      const broken = new Error("broken listener");
      degradation.onChange(() => {
        throw broken;
      });
      const heard: string[] = [];
      degradation.onChange(({ to }) => heard.push(to));
      degradation.force("minor");
      expect([degradation.level, heard]).toStrictEqual(["minor", ["minor"]]);
      expect(logger.entries).toMatchObject([{ detail: broken }]);
    });

    test("tells all of one change before it tells of one that a listener makes", async () => {
      const { degradation } = await opened();
      degradation.onChange(({ to }) => {
        if (to === "minor") degradation.force("severe");
      });
      const heard: string[] = [];
      degradation.onChange(({ from, to }) => heard.push(`${from} to ${to}`));
      degradation.force("minor");
      expect(heard).toStrictEqual(["normal to minor", "minor to severe"]);
    });

    test("is not moved by a load that nobody watches", async () => {
      const { degradation, loadFor, changes } = await opened();
      loadFor("severe");
      expect([degradation.level, changes]).toStrictEqual(["normal", []]);
    });

    test.each(PAIRS)("goes from %s to %s with a load that lasts", async (from, to) => {
      const { degradation, loadFor } = await opened();
      degradation.watch({ queued: 0 });
      loadFor(from);
      expect(degradation.level).toBe(from);
      loadFor(to);
      expect([degradation.level, enabled(degradation)]).toStrictEqual([to, ON[to]]);
    });

    test("tells of each change in turn, what decided and that the load is over", async () => {
      const { degradation, loadFor, changes } = await opened();
      degradation.watch({ queued: 0 });
      loadFor("severe");
      loadFor("normal");
      let level: DegradationLevel = "normal";
      for (const { from, to, cause, features } of changes) {
        const up = LEVELS.indexOf(to) > LEVELS.indexOf(from);
        expect(from).toBe(level);
        expect(up ? ["event-loop-delay", "heap", "queue"] : ["recovered"]).toContain(cause);
        expect(features).toHaveLength(Math.abs(ON[from].length - ON[to].length));
        level = to;
      }
      expect([level, changes.some(({ to }) => to === "severe")]).toStrictEqual(["normal", true]);
    });

    test("stays where it was forced to, whatever the load", async () => {
      const { degradation, loadFor, changes } = await opened();
      degradation.watch({ queued: 0 });
      degradation.force("moderate");
      changes.length = 0;
      for (const load of ["normal", "severe", "minor", "normal"] as const) {
        loadFor(load);
        expect(degradation.level).toBe("moderate");
      }
      degradation.force("normal");
      loadFor("severe");
      expect(degradation.level).toBe("normal");
      expect(changes.map(({ cause }) => cause)).toStrictEqual(["forced"]);
    });

    test("goes by the load again once released", async () => {
      const { degradation, loadFor, settleMs, clock } = await opened();
      degradation.watch({ queued: 0 });
      degradation.force("normal");
      loadFor("severe");
      degradation.release();
      clock.advance(settleMs);
      expect(degradation.level).toBe("severe");
    });

    test("does not flap with a load that comes and goes", async () => {
      const { degradation, load, clock, changes, settleMs } = await opened();
      degradation.watch({ queued: 0 });
      for (let turn = 0; turn < 100; turn++) {
        load(turn % 2 === 0 ? "severe" : "normal");
        clock.advance(settleMs / 50);
      }
      // In the time of two recoveries: up and down through all levels, twice.
      expect(changes.length).toBeLessThanOrEqual(2 * 2 * (LEVELS.length - 1));
    });

    test("keeps its level while the load can't be measured, and reports it", async () => {
      const { degradation, loadFor, breakMeasuring, clock, logger, settleMs } = await opened();
      degradation.watch({ queued: 0 });
      loadFor("moderate");
      breakMeasuring();
      clock.advance(2 * settleMs);
      expect(degradation.level).toBe("moderate");
      expect(logger.entries.length).toBeGreaterThan(0);
      loadFor("normal");
      expect(degradation.level).toBe("normal");
    });

    test("measures as long as one of those who watch is left", async () => {
      const { degradation, loadFor } = await opened();
      const queue = { queued: 0 };
      const ends = [degradation.watch(queue), degradation.watch(queue), degradation.watch({ queued: 0 })];
      ends[0]?.();
      ends[0]?.();
      ends[2]?.();
      loadFor("minor");
      expect(degradation.level).toBe("minor");
      loadFor("normal");
      ends[1]?.();
      loadFor("severe");
      expect(degradation.level).toBe("normal");
    });

    test("recovers when nobody watches any more: who is not admitted can't watch", async () => {
      const { degradation, loadFor } = await opened();
      const end = degradation.watch({ queued: 0 });
      loadFor("severe");
      end();
      loadFor("normal");
      expect(degradation.level).toBe("normal");
    });

    test("schedules nothing more once nobody watches and all is normal", async () => {
      const { degradation, loadFor, clock, settleMs } = await opened();
      const end = degradation.watch({ queued: 0 });
      loadFor("severe");
      loadFor("normal");
      end();
      clock.advance(settleMs);
      let scheduled = 0;
      const { schedule } = clock;
      clock.schedule = (...timer) => {
        scheduled++;
        return schedule.apply(clock, timer);
      };
      clock.advance(10 * settleMs);
      expect(scheduled).toBe(0);
      degradation.watch({ queued: 0 });
      loadFor("minor");
      expect(degradation.level).toBe("minor");
    });
  });
}
