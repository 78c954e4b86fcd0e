import { LoadDegradation, ProcessLoadProbe } from "@flujo/core";
import type { DegradationChange } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";

/** Keeps the event loop from turning. */
function stall(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("ProcessLoadProbe", () => {
  test("measures a stall, also one that begins as soon as it was read", async () => {
    const probe = new ProcessLoadProbe();
    probe.start();
    try {
      await pass(50);
      probe.read();
      for (let time = 0; time < 4; time++) {
        stall(200);
        await pass(1);
        const { eventLoopDelayMs } = probe.read();
        // Both clocks are the machine's, but the histogram's ticks are not ours.
        expect(eventLoopDelayMs).toBeGreaterThanOrEqual(150);
      }
    } finally {
      probe.stop();
    }
  });

  test("forgets a stall after two readings", async () => {
    const probe = new ProcessLoadProbe();
    probe.start();
    try {
      await pass(50);
      stall(2_000);
      await pass(30);
      const delays = [probe.read(), probe.read(), probe.read()].map(({ eventLoopDelayMs }) => eventLoopDelayMs);
      expect(delays[0]).toBeGreaterThanOrEqual(1_900);
      expect(delays[2]).toBeLessThan(1_900);
    } finally {
      probe.stop();
    }
  });

  test("sees the heap grow, as a part of what it can be", () => {
    const probe = new ProcessLoadProbe();
    const before = probe.read().heapShare;
    const kept = Array.from({ length: 500_000 }, (_, index) => ({ index }));
    const after = probe.read().heapShare;
    expect(kept).toHaveLength(500_000);
    expect(before).toBeGreaterThan(0);
    expect(after).toBeGreaterThan(before);
    expect(after).toBeLessThan(1);
  });
});

test("A real stall of the event loop switches features off, and its end switches them on again", async () => {
  const degradation = new LoadDegradation({
    sampleMs: 20,
    dwellMs: 200,
    // Only the delay is to count, and only one so long that a busy machine alone hardly makes it.
    eventLoopDelayMs: { minor: 200, moderate: 250, severe: 300 },
    heapShare: { minor: Infinity, moderate: Infinity, severe: Infinity },
  });
  const changes: DegradationChange[] = [];
  const reached = (level: string): Promise<void> =>
    new Promise((resolve) => {
      const stop = degradation.onChange(({ to }) => {
        if (to !== level) return;
        stop();
        resolve();
      });
    });
  degradation.onChange((change) => changes.push(change));
  const end = degradation.watch({ queued: 0 });
  // Its timers alone do not keep a process alive.
  const alive = setInterval(() => undefined, 1_000);
  try {
    const severe = reached("severe");
    stall(400);
    await severe;
    expect(degradation.isEnabled("admission")).toBe(false);
    await reached("normal");
    expect(degradation.isEnabled("admission")).toBe(true);
    expect(changes[0]).toMatchObject({ from: "normal", cause: "event-loop-delay" });
    expect(changes.at(-1)).toMatchObject({ from: "minor", to: "normal", cause: "recovered" });
  } finally {
    clearInterval(alive);
    end();
  }
});
