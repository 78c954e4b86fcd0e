import { LoadDegradation, type LoadDegradationOptions, type LoadReading } from "@flujo/core";
import type { DegradationChange, DegradationLevel } from "@flujo/core/protocols";
import { describeGracefulDegradation, ManualClock, RecordingLogger } from "@flujo/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HandDrivenProbe } from "./hand-driven-probe.ts";

const SAMPLE_MS = 500;
const DWELL_MS = 5_000;
const LEVELS: readonly DegradationLevel[] = ["normal", "minor", "moderate", "severe"];

function opened(options: LoadDegradationOptions = {}) {
  const [clock, logger, probe] = [new ManualClock(), new RecordingLogger(), new HandDrivenProbe()];
  const degradation = new LoadDegradation({ clock, logger, probe, ...options });
  const changes: DegradationChange[] = [];
  degradation.onChange((change) => changes.push(change));
  return { clock, logger, probe, degradation, changes };
}

/** What each measurement is at each level, the other one being low. */
const READINGS: Readonly<Record<keyof LoadReading, Readonly<Record<DegradationLevel, number>>>> = {
  eventLoopDelayMs: { normal: 1, minor: 100, moderate: 250, severe: 1_000 },
  heapShare: { normal: 0.1, minor: 0.8, moderate: 0.9, severe: 0.96 },
};

for (const measure of ["eventLoopDelayMs", "heapShare"] as const) {
  describeGracefulDegradation({
    name: `load (${measure})`,
    open: (parts) => {
      const probe = new HandDrivenProbe();
      return {
        degradation: new LoadDegradation({ ...parts, probe }),
        load: (level) => {
          probe[measure] = READINGS[measure][level];
          probe.broken = undefined;
        },
        breakMeasuring: () => {
          probe.broken = new Error("broken probe");
        },
        settleMs: 20_000,
      };
    },
  });
}

describe("LoadDegradation goes up", () => {
  test.each([
    ["eventLoopDelayMs", "event-loop-delay", [99, 100, 250, 1_000]],
    ["heapShare", "heap", [0.79, 0.8, 0.9, 0.96]],
    ["queued", "queue", [9_999, 10_000, 100_000, 1_000_000]],
  ] as const)("to the level that %s asks for, with the next sample", (measure, cause, values) => {
    values.forEach((value, rank) => {
      const { clock, probe, degradation, changes } = opened();
      const queue = { queued: 0 };
      degradation.watch(queue);
      if (measure === "queued") queue.queued = value;
      else probe[measure] = value;
      clock.advance(SAMPLE_MS - 1);
      expect(degradation.level).toBe("normal");
      clock.advance(1);
      const level = LEVELS[rank];
      expect(degradation.level).toBe(level);
      expect(changes.map(({ from, to, cause: why }) => [from, to, why])).toEqual(
        rank === 0 ? [] : [["normal", level, cause]],
      );
    });
  });

  test("by the measurement that asks for most", () => {
    const { clock, probe, degradation, changes } = opened();
    degradation.watch({ queued: 10_000 });
    probe.eventLoopDelayMs = 100;
    probe.heapShare = 0.9;
    clock.advance(SAMPLE_MS);
    expect(changes).toMatchObject([{ from: "normal", to: "moderate", cause: "heap" }]);
  });

  test("by all queues together, each counted once however many watch it", () => {
    const { clock, degradation } = opened();
    const queue = { queued: 6_000 };
    for (let watcher = 0; watcher < 10; watcher++) degradation.watch(queue);
    clock.advance(SAMPLE_MS);
    expect(degradation.level).toBe("normal");
    const end = degradation.watch({ queued: 4_000 });
    clock.advance(SAMPLE_MS);
    expect(degradation.level).toBe("minor");
    end();
    clock.advance(DWELL_MS + 2 * SAMPLE_MS);
    expect(degradation.level).toBe("normal");
  });

  test("by the lateness of its own sample: nothing else shows a stall that begins before it measures", () => {
    let [nowMs, due] = [0, (): void => undefined];
    const { degradation, changes } = opened({
      clock: {
        monotonic: () => nowMs,
        schedule: (callback) => {
          due = callback;
          return () => undefined;
        },
      },
    });
    degradation.watch({ queued: 0 });
    nowMs = SAMPLE_MS + 300;
    due();
    expect(changes).toMatchObject([{ to: "moderate", cause: "event-loop-delay" }]);
  });

  test("to no level whose threshold is Infinity", () => {
    const { clock, probe, degradation } = opened({
      eventLoopDelayMs: { moderate: Infinity, severe: Infinity },
    });
    degradation.watch({ queued: 0 });
    probe.eventLoopDelayMs = 1e9;
    clock.advance(SAMPLE_MS);
    expect(degradation.level).toBe("minor");
  });
});

describe("LoadDegradation comes down", () => {
  test("one level at a time, a dwell after the last sample that was not calm", () => {
    const { clock, probe, degradation, changes } = opened();
    degradation.watch({ queued: 0 });
    probe.eventLoopDelayMs = 1_000;
    clock.advance(SAMPLE_MS);
    probe.eventLoopDelayMs = 0;
    const levels: DegradationLevel[] = [];
    for (let sample = 0; sample < 32; sample++) {
      clock.advance(SAMPLE_MS);
      levels.push(degradation.level);
    }
    const lengths = LEVELS.toReversed().map((level) => [level, levels.filter((each) => each === level).length]);
    expect(lengths).toEqual([
      ["severe", 9],
      ["moderate", 10],
      ["minor", 10],
      ["normal", 3],
    ]);
    expect(changes.map(({ cause }) => cause)).toEqual(["event-loop-delay", "recovered", "recovered", "recovered"]);
  });

  test("not while a measurement is between the way out and the way in", () => {
    const { clock, probe, degradation } = opened();
    degradation.watch({ queued: 0 });
    probe.eventLoopDelayMs = 100;
    clock.advance(SAMPLE_MS);
    probe.eventLoopDelayMs = 70;
    clock.advance(20 * DWELL_MS);
    expect(degradation.level).toBe("minor");
    probe.eventLoopDelayMs = 69.9;
    clock.advance(DWELL_MS);
    expect(degradation.level).toBe("normal");
  });

  test("not while one measurement of three is up, whichever brought the level", () => {
    const { clock, probe, degradation } = opened();
    const queue = { queued: 0 };
    degradation.watch(queue);
    probe.eventLoopDelayMs = 1_000;
    clock.advance(SAMPLE_MS);
    probe.eventLoopDelayMs = 0;
    queue.queued = 900_000;
    clock.advance(20 * DWELL_MS);
    expect(degradation.level).toBe("severe");
  });

  test("not for a load that comes back again and again: it stays where it is", () => {
    const { clock, probe, degradation, changes } = opened();
    degradation.watch({ queued: 0 });
    for (let second = 0; second < 600; second++) {
      probe.eventLoopDelayMs = second % 4 === 0 ? 150 : 1;
      clock.advance(1_000);
    }
    expect([degradation.level, changes.length]).toEqual(["minor", 1]);
  });

  test("at the next calm sample without a dwell, and at once below the way in with a ratio of 1", () => {
    const { clock, probe, degradation } = opened({ dwellMs: 0, eventLoopDelayMs: { exitRatio: 1 } });
    degradation.watch({ queued: 0 });
    probe.eventLoopDelayMs = 100;
    clock.advance(SAMPLE_MS);
    expect(degradation.level).toBe("minor");
    probe.eventLoopDelayMs = 99;
    clock.advance(SAMPLE_MS);
    expect(degradation.level).toBe("normal");
  });
});

describe("LoadDegradation under any load", () => {
  const loads = fc.array(
    fc.record({
      ms: fc.integer({ min: 1, max: 4_000 }),
      eventLoopDelayMs: fc.oneof(
        fc.constantFrom(0, 69, 70, 99, 100, 250, 1_000),
        fc.double({ min: 0, max: 3_000, noNaN: true }),
      ),
      heapShare: fc.oneof(fc.constantFrom(0, 0.75, 0.76, 0.8, 0.9, 0.96), fc.double({ min: 0, max: 1, noNaN: true })),
      queued: fc.oneof(fc.constantFrom(0, 7_000, 10_000, 1_000_000), fc.nat(2_000_000)),
      fails: fc.boolean(),
    }),
    { minLength: 1, maxLength: 200 },
  );

  test("changes level at most once up and once down in a dwell, comes down level by level, and never while it is blind", () => {
    fc.assert(
      fc.property(loads, (curve) => {
        const { clock, probe, degradation, changes } = opened();
        const queue = { queued: 0 };
        degradation.watch(queue);
        for (const { ms, eventLoopDelayMs, heapShare, queued, fails } of curve) {
          Object.assign(probe, { eventLoopDelayMs, heapShare, broken: fails ? new Error("broken") : undefined });
          queue.queued = queued;
          const before = changes.length;
          clock.advance(ms);
          if (fails) for (const { cause } of changes.slice(before)) expect(cause).not.toBe("recovered");
        }
        const rank = (level: DegradationLevel): number => LEVELS.indexOf(level);
        const down = changes.filter(({ from, to }) => rank(to) < rank(from));
        for (const { from, to } of down) expect(rank(from) - rank(to)).toBe(1);
        expect(down.length).toBeLessThanOrEqual(clock.monotonic() / DWELL_MS);
        // Each step down allows for one up, and there are three to begin with.
        expect(changes.length - down.length).toBeLessThanOrEqual(down.length + LEVELS.length - 1);
      }),
    );
  });

  test("stays where it was forced to, and tells of nothing else", () => {
    fc.assert(
      fc.property(loads, fc.constantFrom(...LEVELS), (curve, forced) => {
        const { clock, probe, degradation, changes } = opened();
        const queue = { queued: 0 };
        degradation.watch(queue);
        degradation.force(forced);
        for (const { ms, eventLoopDelayMs, heapShare, queued } of curve) {
          Object.assign(probe, { eventLoopDelayMs, heapShare });
          queue.queued = queued;
          clock.advance(ms);
          expect(degradation.level).toBe(forced);
        }
        expect(changes.length).toBe(forced === "normal" ? 0 : 1);
      }),
    );
  });
});

describe("LoadDegradation that can't measure", () => {
  test("reports it once, until it can again", () => {
    const { clock, probe, degradation, logger } = opened();
    degradation.watch({ queued: 0 });
    for (let time = 1; time <= 2; time++) {
      probe.broken = new Error("no account of the heap");
      clock.advance(10 * SAMPLE_MS);
      expect(logger.entries).toHaveLength(time);
      expect(logger.entries.at(-1)).toMatchObject({ level: "warn", detail: probe.broken });
      expect(logger.entries.at(-1)?.message).toContain("(eventLoopDelayMs, heapShare)");
      probe.broken = undefined;
      clock.advance(10 * SAMPLE_MS);
    }
  });

  test("goes up by what it can measure", () => {
    const { clock, probe, degradation } = opened();
    degradation.watch({ queued: 100_000 });
    probe.broken = new Error("broken");
    clock.advance(SAMPLE_MS);
    expect(degradation.level).toBe("moderate");
  });

  test.each([Number.NaN, -1, undefined])("takes %s for no measurement", (value) => {
    const { clock, probe, degradation, logger } = opened();
    degradation.watch({ queued: 0 });
    probe.heapShare = 0.96;
    clock.advance(SAMPLE_MS);
    probe.heapShare = value as number;
    clock.advance(20 * DWELL_MS);
    expect([degradation.level, logger.entries.length]).toEqual(["severe", 1]);
  });

  test("takes a queue shorter than nothing for no measurement: it must not hide another", () => {
    const { clock, degradation, logger } = opened();
    degradation.watch({ queued: 20_000 });
    clock.advance(SAMPLE_MS);
    degradation.watch({ queued: -20_000 });
    clock.advance(20 * DWELL_MS);
    expect([degradation.level, logger.entries.length]).toEqual(["minor", 1]);
  });

  test("stays up while a queue can't say how long it is", () => {
    const { clock, degradation, logger } = opened();
    let broken = false;
    degradation.watch({
      get queued(): number {
        if (broken) throw new Error("closed");
        return 10_000;
      },
    });
    clock.advance(SAMPLE_MS);
    broken = true;
    clock.advance(20 * DWELL_MS);
    expect([degradation.level, logger.entries[0]?.message]).toEqual([
      "minor",
      "The load could not be measured (queued): the level of degradation does not fall",
    ]);
  });

  test("does not mind what can't be measured where no value of it asks for a level", () => {
    const { clock, probe, degradation } = opened({
      heapShare: { minor: Infinity, moderate: Infinity, severe: Infinity },
    });
    degradation.watch({ queued: 0 });
    probe.eventLoopDelayMs = 100;
    probe.heapShare = Number.NaN;
    clock.advance(SAMPLE_MS);
    expect(degradation.level).toBe("minor");
    probe.eventLoopDelayMs = 0;
    clock.advance(DWELL_MS);
    expect(degradation.level).toBe("normal");
  });

  test("begins a new dwell with the first sample that it can take again", () => {
    const { clock, probe, degradation } = opened();
    degradation.watch({ queued: 0 });
    probe.heapShare = 0.8;
    clock.advance(SAMPLE_MS);
    probe.heapShare = 0.1;
    probe.broken = new Error("broken");
    clock.advance(20 * DWELL_MS);
    probe.broken = undefined;
    clock.advance(DWELL_MS - SAMPLE_MS);
    expect(degradation.level).toBe("minor");
    clock.advance(SAMPLE_MS);
    expect(degradation.level).toBe("normal");
  });
});

describe("Watching a LoadDegradation", () => {
  test("is cheap: of any number who come and go there is one timer, and the probe is left alone", () => {
    const { clock, probe, degradation } = opened();
    let timers = 0;
    const { schedule } = clock;
    clock.schedule = (...timer: Parameters<typeof schedule>) => {
      timers++;
      return schedule.apply(clock, timer);
    };
    const queue = { queued: 0 };
    for (let run = 0; run < 10_000; run++) degradation.watch(queue)();
    expect([timers, probe.calls]).toEqual([1, []]);
    clock.advance(SAMPLE_MS);
    expect([timers, probe.calls]).toEqual([1, []]);
  });

  test("starts the probe with the first sample and stops it with the last, once each time", () => {
    const { clock, probe, degradation } = opened();
    for (let time = 0; time < 2; time++) {
      probe.calls.length = 0;
      const end = degradation.watch({ queued: 0 });
      clock.advance(2 * SAMPLE_MS);
      expect(probe.calls).toEqual(["start", "read", "read"]);
      end();
      expect(probe.calls).toHaveLength(3);
      clock.advance(10 * SAMPLE_MS);
      expect(probe.calls).toEqual(["start", "read", "read", "stop"]);
    }
  });

  test("goes on where one begins in the interval after the last has ended", () => {
    const { clock, probe, degradation } = opened();
    const end = degradation.watch({ queued: 0 });
    clock.advance(SAMPLE_MS);
    end();
    clock.advance(SAMPLE_MS / 2);
    degradation.watch({ queued: 0 });
    clock.advance(SAMPLE_MS / 2);
    expect(probe.calls).toEqual(["start", "read", "read"]);
  });

  test("asks for timers in the background only", () => {
    const asked: unknown[] = [];
    const { degradation, clock } = opened({
      clock: {
        monotonic: () => 0,
        schedule: (_callback, _ms, options) => {
          asked.push(options);
          return () => undefined;
        },
      },
    });
    degradation.watch({ queued: 0 });
    clock.advance(SAMPLE_MS);
    expect(asked).toEqual([{ background: true }]);
  });

  test("survives a probe that can't be stopped", () => {
    const { clock, probe, degradation, logger } = opened();
    const end = degradation.watch({ queued: 0 });
    clock.advance(SAMPLE_MS);
    end();
    probe.broken = new Error("can't be stopped");
    clock.advance(SAMPLE_MS);
    expect(logger.entries).toMatchObject([{ level: "warn", detail: probe.broken }]);
  });
});

describe("LoadDegradation refuses", () => {
  test.each<[string, object]>([
    ["sampleMs", { sampleMs: 0 }],
    ["sampleMs", { sampleMs: 2 ** 31 }],
    ["dwellMs", { dwellMs: -1 }],
    ["dwellMs", { dwellMs: Infinity }],
    ["options.sampelMs", { sampelMs: 1 }],
    ["heapShare", { heapShare: 0.5 }],
    ["heapShare.major", { heapShare: { major: 0.5 } }],
    ["heapShare.exitRatio", { heapShare: { exitRatio: 1.1 } }],
    ["queued.exitRatio", { queued: { exitRatio: 0 } }],
    ["queued.minor", { queued: { minor: 0 } }],
    ["queued.minor", { queued: { minor: Number.NaN } }],
    ["eventLoopDelayMs.moderate", { eventLoopDelayMs: { minor: 300 } }],
    ["eventLoopDelayMs.severe", { eventLoopDelayMs: { severe: 200 } }],
    ["eventLoopDelayMs.severe", { eventLoopDelayMs: { severe: "2000" } }],
  ])("an option out of range or not known: %s of %j", (option, options) => {
    expect(() => new LoadDegradation(options)).toThrow(expect.objectContaining({ code: "invalid_option", option }));
  });

  test("levels and names of features that are none", () => {
    const { degradation } = opened();
    const none = "critical" as DegradationLevel;
    expect(() => degradation.force(none)).toThrow(expect.objectContaining({ option: "level" }));
    expect(() => degradation.register({ name: "hints", disableAt: none })).toThrow(
      expect.objectContaining({ option: "feature.disableAt" }),
    );
    expect(() => degradation.register({ name: " ", disableAt: "minor" })).toThrow(
      expect.objectContaining({ option: "feature.name" }),
    );
    expect(degradation.level).toBe("normal");
  });
});
