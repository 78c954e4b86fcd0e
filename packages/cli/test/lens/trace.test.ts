import { JournalTraceManager, MemoryStateBackend } from "@flujo/core";
import type { JournalEntry, Lease, RunTrace } from "@flujo/core/protocols";
import { beforeAll, describe, expect, it } from "vitest";
import { plainPaint } from "../../src/format/paint.ts";
import { width } from "../../src/format/text.ts";
import { renderTrace } from "../../src/lens/render-trace.ts";
import { readValue } from "../../src/lens/stored-value.ts";
import { Timeline } from "../../src/lens/timeline.ts";

function entry(path: string, startedAt: number, endedAt: number, part: Partial<JournalEntry> = {}): JournalEntry {
  return {
    path,
    kind: "step",
    name: path,
    status: "completed",
    output: "null",
    attempts: 1,
    startedAt,
    endedAt,
    ...part,
  };
}

function decision(path: string, at: number, value: unknown): JournalEntry {
  const name = path.slice(path.lastIndexOf(":") + 1);
  return entry(path, at, at, { kind: "decision", name, output: JSON.stringify(value) });
}

/** A run of which nothing but `entries` is recorded. */
async function traced(entries: readonly JournalEntry[]): Promise<RunTrace> {
  await using state = new MemoryStateBackend();
  const run = { runId: "run", pipeline: "article", plan: "{}", input: "1", context: "{}", tags: {}, createdAt: 0 };
  await state.createRun(run);
  await state.appendEntries((await state.acquireLease("run", 1000)) as Lease, entries);
  return await new JournalTraceManager({ state, serializer: { parse: readValue } }).trace("run");
}

describe("Timeline", () => {
  it("is even where something is always done", () => {
    const timeline = new Timeline([
      { start: 0, end: 60 },
      { start: 50, end: 100 },
    ]);
    expect([0, 25, 50, 100].map((time) => timeline.position(time))).toEqual([0, 0.25, 0.5, 1]);
  });

  it("draws a night short", () => {
    const night = 8 * 3_600_000;
    const timeline = new Timeline([
      { start: 0, end: 100 },
      { start: night, end: night + 100 },
    ]);
    expect(timeline.position(100)).toBeCloseTo(100 / 216);
    expect(timeline.position(night)).toBeCloseTo(116 / 216);
    expect(timeline.position(100 + (night - 100) / 2)).toBeCloseTo(108 / 216);
    expect(timeline.position(night + 100)).toBe(1);
  });

  it("is no trouble where nothing was recorded, or nothing took any time", () => {
    expect(new Timeline([]).position(5)).toBe(0);
    expect(new Timeline([{ start: 5, end: 5 }]).position(5)).toBe(0);
  });
});

describe("renderTrace", () => {
  const failure = JSON.stringify({
    name: "StepFailedError",
    code: "step_failed",
    category: "unknown",
    retryable: true,
    message: "no\nroute",
  });
  let trace: RunTrace;
  beforeAll(async () => {
    trace = await traced([
      entry("fetch", 0, 1000, { attempts: 2 }),
      decision("route:on", 1000, "bug"),
      entry("route[bug]/triage", 1000, 2000),
      entry("route", 1000, 2000, { kind: "branch" }),
      decision("polish:until#1", 2100, { done: false, next: 1 }),
      decision("polish:until#2", 2200, { done: true }),
      entry("polish", 2000, 4000, { kind: "loop", status: "failed", error: failure }),
    ]);
  });

  it("draws names, when each ran, how long, and what it came to", () => {
    expect(renderTrace(trace, { columns: Infinity, paint: plainPaint })).toEqual([
      "✓ fetch             ━━━━━━                    1.0s  2 attempts",
      "✓ route                   ──────              1.0s  on → bug",
      " └─ ✓ bug › triage        ━━━━━━              1.0s",
      "✗ polish                        ━━━━━━━━━━━━  2.0s  until → again, done  step_failed: no route",
    ]);
  });

  it.each([10, 40, 71, 72, 100])("is never wider than %d columns", (columns) => {
    for (const line of renderTrace(trace, { columns, paint: plainPaint }))
      expect(width(line)).toBeLessThanOrEqual(columns);
  });

  it("says how often a step that has not settled was attempted", async () => {
    const attempt = entry("fetch:attempt#1", 0, 5, {
      kind: "attempt",
      name: "fetch",
      status: "failed",
      error: '{"message":"busy"}',
    });
    expect(renderTrace(await traced([attempt]), { columns: 60, paint: plainPaint })).toEqual([
      "· fetch  5ms  1 attempt: busy",
    ]);
  });

  it("says what came from the cache, and what was left out", async () => {
    const cached = [entry("fetch", 0, 5, { attempts: 0 })];
    expect(renderTrace(await traced(cached), { columns: 60, paint: plainPaint })).toEqual([
      "✓ fetch  5ms  from the cache",
    ]);
    const leftOut = [decision("fetch:omitted", 0, true), ...cached];
    expect(renderTrace(await traced(leftOut), { columns: 60, paint: plainPaint })).toEqual(["✓ fetch  5ms  left out"]);
  });

  it("shows what a serializer of somebody's own wrote as the text that it is", async () => {
    const failed = entry("fetch", 0, 5, { status: "failed", error: "%broken%" });
    expect(renderTrace(await traced([failed]), { columns: 60, paint: plainPaint })).toEqual([
      "✗ fetch  5ms  failed: %broken%",
    ]);
  });
});
