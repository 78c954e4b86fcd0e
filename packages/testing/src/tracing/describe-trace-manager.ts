import { MemoryStateBackend, TaggedJsonSerializer } from "@flujo/core";
import type {
  JournalEntry,
  RunEnding,
  RunTrace,
  Serializer,
  StateBackend,
  StoredError,
  TraceManager,
  TraceSpan,
} from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";
import {
  createLeased,
  lease,
  MOMENT,
  PARTLY_UNKNOWN,
  SPENT,
  sampleEnding,
  sampleEntry,
} from "../state/contract/samples.ts";

/** How the suite gets at the trace manager under test. */
export interface TraceManagerHarness {
  /** Of the trace manager, as the suite's title shows it. */
  readonly name: string;
  /** One that tells of the runs in `state`, whose values `serializer` has written. The suite disposes of `state`. */
  readonly open: (parts: {
    readonly state: StateBackend;
    readonly serializer: Serializer;
  }) => TraceManager | Promise<TraceManager>;
}

const BUSY: StoredError = { name: "Error", code: "busy", category: "transient", retryable: true, message: "busy" };

const serializer = new TaggedJsonSerializer();

/** When a step of the samples began and ended, in milliseconds after {@link MOMENT}. */
type Time = readonly [from: number, to: number];

function settled(path: string, [from, to]: Time, overrides: Partial<JournalEntry> = {}): JournalEntry {
  return sampleEntry(path, {
    name: path.replace(/.*\//, ""),
    output: serializer.stringify(path),
    startedAt: MOMENT + from,
    endedAt: MOMENT + to,
    ...overrides,
  });
}

function failure(path: string, time: Time, overrides: Partial<JournalEntry> = {}): JournalEntry {
  const { output: _, ...entry } = settled(path, time, overrides);
  return { ...entry, status: "failed", error: serializer.stringify(BUSY) };
}

function decision(path: string, at: number, value: unknown): JournalEntry {
  const name = path.slice(path.lastIndexOf(":") + 1);
  return settled(path, [at, at], { kind: "decision", name, output: serializer.stringify(value) });
}

function attempt(path: string, number: number, time: Time, overrides: Partial<JournalEntry> = {}): JournalEntry {
  const of = { kind: "attempt", name: path.replace(/.*\//, ""), attempts: number, ...overrides };
  return failure(`${path}:attempt#${number}`, time, of);
}

/** The contract of {@link TraceManager} as a suite of tests. Call it at the top of a test file that Vitest runs. */
export function describeTraceManager({ name, open }: TraceManagerHarness): void {
  /** The trace of a run of which `entries` are recorded, and which then ended or paused so. */
  async function traced(entries: readonly JournalEntry[], ending?: Partial<RunEnding>): Promise<RunTrace> {
    await using state = new MemoryStateBackend({ clock: new ManualClock(MOMENT) });
    const held = await createLeased(state, "run");
    await state.appendEntries(held, entries);
    if (ending !== undefined) await state.endRun(held, sampleEnding(ending));
    return await (await open({ state, serializer })).trace("run");
  }

  async function spansOf(entries: readonly JournalEntry[], ending?: Partial<RunEnding>) {
    return (await traced(entries, ending)).root.children;
  }

  describe(`The ${name} trace manager`, () => {
    test("says of a run that is not there that it is not found", async () => {
      await using state = new MemoryStateBackend();
      const traces = await open({ state, serializer });
      await expect(traces.trace("nowhere")).rejects.toMatchObject({ code: "run_not_found", runId: "nowhere" });
    });

    test("tells of a run of which nothing is recorded yet", async () => {
      expect(await traced([])).toStrictEqual({
        runId: "run",
        pipeline: "article",
        status: "running",
        startedAt: MOMENT,
        degraded: false,
        root: {
          path: "",
          name: "article",
          status: "unsettled",
          attempts: 0,
          decisions: [],
          failedAttempts: [],
          children: [],
        },
      });
    });

    test("tells how a run ended, how long it took and what it used", async () => {
      expect(await traced([settled("fetch", [0, 10])], { endedAt: MOMENT + 40 })).toMatchObject({
        status: "completed",
        startedAt: MOMENT,
        durationMs: 40,
        usage: SPENT,
      });
      const error = serializer.stringify(BUSY);
      expect(await traced([], { status: "cancelled", error })).toMatchObject({ status: "cancelled", error: BUSY });
    });

    test("does not say how long a run took that waits", async () => {
      const trace = await traced([], { status: "paused", endedAt: MOMENT + 40 });
      expect(trace.status).toBe("paused");
      expect(trace.durationMs).toBeUndefined();
    });

    test("tells all that is recorded of a step", async () => {
      const kind = "agent";
      const [span] = await spansOf([settled("write", [2, 12], { kind, attempts: 2, usage: SPENT })]);
      expect(span).toStrictEqual({
        path: "write",
        name: "write",
        kind,
        status: "completed",
        startedAt: MOMENT + 2,
        durationMs: 10,
        attempts: 2,
        usage: SPENT,
        decisions: [],
        failedAttempts: [],
        children: [],
      });
    });

    test("keeps unknown usage unknown", async () => {
      const [span] = await spansOf([settled("write", [0, 1], { usage: PARTLY_UNKNOWN })]);
      expect(span?.usage).toStrictEqual(PARTLY_UNKNOWN);
    });

    test("gives the error of a step that failed, and of the run", async () => {
      const entries = [failure("write", [0, 1])];
      const error = serializer.stringify(BUSY);
      const trace = await traced(entries, { status: "failed", error });
      expect(trace.root.children).toMatchObject([{ status: "failed", error: BUSY }]);
      expect(trace).toMatchObject({ status: "failed", error: BUSY });
    });

    test("makes a tree of what was recorded from the inside out", async () => {
      const spans = await spansOf([
        settled("pages@0/words", [10, 20]),
        settled("pages@0/a[left]/b", [20, 30]),
        settled("pages@0/a", [20, 30]),
        settled("pages", [10, 30]),
      ]);
      expect(outline(spans)).toStrictEqual([
        { pages: [{ "pages@0": ["pages@0/words", { "pages@0/a": [{ "pages@0/a[left]": ["pages@0/a[left]/b"] }] }] }] },
      ]);
    });

    test("has siblings in the order in which they began, whenever they settled", async () => {
      const spans = await spansOf([
        settled("late", [20, 21]),
        settled("early", [0, 30]),
        settled("all[b]/two", [12, 13]),
        settled("all[a]/one", [11, 14]),
        settled("all", [10, 14]),
      ]);
      expect(outline(spans)).toStrictEqual([
        "early",
        { all: [{ "all[a]": ["all[a]/one"] }, { "all[b]": ["all[b]/two"] }] },
        "late",
      ]);
    });

    test("has items and iterations in the order of their numbers, whenever they began", async () => {
      const spans = await spansOf([
        ...[10, 2, 9].map((item) => settled(`pages@${item}/words`, [100 - item, 101])),
        ...[3, 20, 1].map((iteration) => settled(`refine#${iteration}/critique`, [200 - iteration, 201])),
      ]);
      expect(spans.flatMap(({ children }) => children.map(({ path }) => path))).toStrictEqual([
        "pages@2",
        "pages@9",
        "pages@10",
        "refine#1",
        "refine#3",
        "refine#20",
      ]);
    });

    test("has items among iterations in the order in which they began", async () => {
      const spans = await spansOf([
        settled("ask#1/model", [0, 1]),
        settled("ask@0/search", [2, 5]),
        settled("ask@1/search", [3, 4]),
        settled("ask#2/model", [6, 7]),
        settled("ask", [0, 7]),
      ]);
      expect(outline(spans)).toStrictEqual([
        {
          ask: [
            { "ask#1": ["ask#1/model"] },
            { "ask@0": ["ask@0/search"] },
            { "ask@1": ["ask@1/search"] },
            { "ask#2": ["ask#2/model"] },
          ],
        },
      ]);
    });

    test("names places as their paths do, decoded", async () => {
      const names: string[] = [];
      const walk = (spans: readonly TraceSpan[]): void => {
        for (const span of spans) {
          names.push(span.name);
          walk(span.children);
        }
      };
      walk(await spansOf([settled("a%2Fb[c%5D]/d", [0, 1], { name: "d" }), settled("f!fallback/g@3#2!2/h", [2, 3])]));
      expect(names).toStrictEqual(["a/b", "c]", "d", "f", "fallback", "g", "@3", "#2", "attempt 2", "h"]);
    });

    test("gives a place the time from the first to the last of what is in it", async () => {
      const [pages] = await spansOf([settled("pages@0/b", [25, 40]), settled("pages@0/a", [10, 20])]);
      const time = { startedAt: MOMENT + 10, durationMs: 30 };
      expect(pages).toMatchObject({ ...time, children: [time] });
      const [retried] = await spansOf([attempt("fetch", 1, [5, 9]), attempt("fetch", 2, [11, 13])]);
      expect(retried).toMatchObject({ startedAt: MOMENT + 5, durationMs: 8 });
    });

    test("has a place stand as the worst of what is in it, and without a kind", async () => {
      const [pages] = await spansOf([
        settled("pages@0/a", [1, 2]),
        settled("pages@1/a", [1, 2]),
        failure("pages@1/b", [2, 3]),
        settled("pages@2/a", [1, 2]),
        attempt("pages@2/b", 1, [2, 3]),
      ]);
      expect(pages?.children.map(({ status }) => status)).toStrictEqual(["completed", "failed", "unsettled"]);
      expect(pages).toMatchObject({ status: "failed" });
      expect(pages).not.toHaveProperty("kind");
    });

    test("keeps decisions with the step, in order, with their values", async () => {
      const until = { done: false, next: undefined, at: new Date(MOMENT) };
      const [refine] = await spansOf([
        decision("refine:until#1", 5, until),
        decision("refine:until#2", 9, undefined),
        failure("refine:on", [10, 12], { kind: "decision", name: "on" }),
      ]);
      const at = (ms: number) => ({ startedAt: MOMENT + ms, durationMs: 0 });
      expect(refine?.decisions).toStrictEqual([
        { path: "refine:until#1", name: "until#1", ...at(5), value: until },
        { path: "refine:until#2", name: "until#2", ...at(9), value: undefined },
        { path: "refine:on", name: "on", startedAt: MOMENT + 10, durationMs: 2, error: BUSY },
      ]);
    });

    test("keeps the decisions of a second attempt with that attempt", async () => {
      const [route] = await spansOf([decision("route:on", 5, "bug"), decision("route!2:on", 9, "question")]);
      expect(route?.decisions.map(({ value }) => value)).toStrictEqual(["bug"]);
      expect(route?.children[0]?.decisions.map(({ value }) => value)).toStrictEqual(["question"]);
    });

    test("keeps failed attempts with the step, with what each used, before it settled and after", async () => {
      const attempts = [attempt("fetch", 1, [0, 5], { usage: SPENT }), attempt("fetch", 2, [7, 8])];
      const failedAttempts = [
        { attempt: 1, startedAt: MOMENT, durationMs: 5, usage: SPENT, error: BUSY },
        { attempt: 2, startedAt: MOMENT + 7, durationMs: 1, error: BUSY },
      ];
      const [open] = await spansOf(attempts);
      expect(open).toMatchObject({ name: "fetch", status: "unsettled", attempts: 2 });
      expect(open?.failedAttempts).toStrictEqual(failedAttempts);
      const [over] = await spansOf([...attempts, settled("fetch", [0, 20], { attempts: 3 })]);
      expect(over).toMatchObject({ status: "completed", attempts: 3, startedAt: MOMENT, durationMs: 20 });
      expect(over?.failedAttempts).toStrictEqual(failedAttempts);
    });

    test("tells what was left out from what came from the cache", async () => {
      const trace = await traced([
        decision("polish:omitted", 1, true),
        settled("polish", [1, 1], { attempts: 0 }),
        settled("fetch", [2, 2], { attempts: 0 }),
      ]);
      expect(trace.degraded).toBe(true);
      expect(trace.root.children.map(({ attempts, omitted }) => ({ attempts, omitted }))).toStrictEqual([
        { attempts: 0, omitted: true },
        { attempts: 0, omitted: undefined },
      ]);
    });

    test("has a place for what the run waits for, after all that has begun", async () => {
      const question = { token: "t", path: "each@2/approve", prompt: "Well?", schema: { type: "boolean" } };
      const spans = await spansOf([settled("each@3/write", [0, 1]), settled("more", [5, 6])], {
        status: "paused",
        awaiting: [question],
      });
      expect(outline(spans)).toStrictEqual([
        { each: [{ "each@2": ["each@2/approve"] }, { "each@3": ["each@3/write"] }] },
        "more",
      ]);
      expect(spans[0]).toMatchObject({ status: "paused", children: [{ status: "paused" }, { status: "completed" }] });
      expect(spans[0]?.children[0]?.children[0]?.awaiting).toStrictEqual(question);
    });

    test("does not take a question for open that was answered, while the run goes on", async () => {
      await using state = new MemoryStateBackend({ clock: new ManualClock(MOMENT) });
      const awaiting = [{ token: "t", path: "approve", prompt: "Well?" }];
      await state.endRun(await createLeased(state, "run"), sampleEnding({ status: "paused", awaiting }));
      await state.appendEntries(await lease(state, "run"), [settled("approve", [0, 1])]);
      const { root } = await (await open({ state, serializer })).trace("run");
      expect(root.children).toMatchObject([{ status: "completed" }]);
      expect(root.children[0]).not.toHaveProperty("awaiting");
    });

    test("keeps what is recorded of the outermost pipeline with the run", async () => {
      const { root } = await traced([
        attempt("", 1, [0, 1]),
        settled("!2/fetch", [2, 3]),
        settled("", [0, 3], { name: "article", attempts: 2 }),
      ]);
      expect(root).toMatchObject({ status: "completed", attempts: 2, failedAttempts: [{ attempt: 1 }] });
      expect(outline(root.children)).toStrictEqual([{ "!2": ["!2/fetch"] }]);
    });

    test("tells of ten thousand items as of ten", async () => {
      const items = Array.from({ length: 10_000 }, (_, item) => settled(`pages@${item}/words`, [item, item + 1]));
      const [pages] = await spansOf(items.toReversed());
      expect(pages?.children).toHaveLength(10_000);
      expect(pages?.children.at(-1)?.path).toBe("pages@9999");
      expect(pages).toMatchObject({ startedAt: MOMENT, durationMs: 10_000 });
    });
  });
}

type Outline = string | { readonly [path: string]: readonly Outline[] };

function outline(spans: readonly TraceSpan[]): readonly Outline[] {
  return spans.map(({ path, children }) => (children.length === 0 ? path : { [path]: outline(children) }));
}
