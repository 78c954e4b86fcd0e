import { JournalTraceManager } from "@flujo/core";
import type { JournalEntry, RunRecord, RunTrace, StateBackend, TraceSpan } from "@flujo/core/protocols";
import type { TraceManagerHarness } from "@flujo/testing";

type Open = TraceManagerHarness["open"];

/** Reads another journal than is recorded, or another record. */
function reading(
  entries: (entries: readonly JournalEntry[]) => readonly JournalEntry[],
  record: (record: RunRecord) => RunRecord = (each) => each,
): Open {
  return ({ state, serializer }) => {
    const read: Pick<StateBackend, "getRun" | "readEntries"> = {
      readEntries: async (runId) => entries(await state.readEntries(runId)),
      getRun: async (runId) => {
        const found = await state.getRun(runId);
        return found && record(found);
      },
    };
    return new JournalTraceManager({ state: read, serializer });
  };
}

/** Changes the trace that is right. */
function telling(change: (trace: RunTrace) => RunTrace): Open {
  return (parts) => {
    const right = new JournalTraceManager(parts);
    return { trace: async (runId) => change(await right.trace(runId)) };
  };
}

/** Changes each span of the trace that is right, the inner ones first. */
function spans(change: (span: TraceSpan) => TraceSpan): Open {
  const all = (span: TraceSpan): TraceSpan => change({ ...span, children: span.children.map(all) });
  return telling((trace) => ({ ...trace, root: all(trace.root) }));
}

const without = <Value extends object, Key extends keyof Value>(value: Value, key: Key): Omit<Value, Key> => {
  const { [key]: _, ...rest } = value;
  return rest;
};

/** Trace managers that each break one promise, by the title (in part) of a test that has to notice. */
export const TRACE_MANAGERS: Readonly<Record<string, Open>> = {
  "a run that is not there": (parts) => {
    const right = new JournalTraceManager(parts);
    return {
      trace: async (runId) => ((await parts.state.getRun(runId)) ? right.trace(runId) : (undefined as never)),
    };
  },
  "nothing is recorded yet": telling((trace) => ({ ...trace, durationMs: 0 })),
  "how a run ended, how long it took": telling((trace) => without(trace, "durationMs")),
  "that waits": reading(
    (entries) => entries,
    (record) => (record.status === "paused" ? { ...record, status: "completed" } : record),
  ),
  "all that is recorded of a step": spans((span) => without(span, "usage")),
  "unknown usage": spans((span) => (span.usage ? { ...span, usage: { ...span.usage, costUsd: 0 } } : span)),
  "of a step that failed, and of the run": telling((trace) => without(trace, "error")),
  "from the inside out": spans((span) => ({
    ...span,
    children: span.children.flatMap((child) => (child.kind === undefined ? child.children : [child])),
  })),
  "siblings in the order in which they began": spans((span) => ({
    ...span,
    children: span.children.toSorted((a, b) => end(a) - end(b)),
  })),
  "in the order of their numbers": spans((span) => ({
    ...span,
    children: span.children.toSorted((a, b) => (a.startedAt ?? Infinity) - (b.startedAt ?? Infinity)),
  })),
  "items among iterations": spans((span) => ({
    ...span,
    children: span.children.toSorted((a, b) => numberOf(a) - numberOf(b)),
  })),
  decoded: spans((span) => ({ ...span, name: encodeURIComponent(span.name) })),
  "the time from the first to the last": spans((span) => {
    const { durationMs } = span.children[0] ?? span;
    return durationMs === undefined ? span : { ...span, durationMs };
  }),
  "the worst of what is in it": spans((span) =>
    span.kind === undefined && span.children.length > 0
      ? { ...span, status: (span.children[0] as TraceSpan).status }
      : span,
  ),
  "with their values": spans((span) => ({
    ...span,
    decisions: span.decisions.map((decision) => (decision.value === undefined ? without(decision, "value") : decision)),
  })),
  "of a second attempt with that attempt": reading((entries) =>
    entries.map((entry) => (entry.kind === "decision" ? { ...entry, path: entry.path.replace(/!\d+/, "") } : entry)),
  ),
  "before it settled and after": spans((span) => (span.kind === undefined ? span : { ...span, failedAttempts: [] })),
  "left out from what came from the cache": spans((span) => (span.attempts === 0 ? { ...span, omitted: true } : span)),
  "for what the run waits for": reading(
    (entries) => entries,
    (record) => ({ ...record, awaiting: [] }),
  ),
  "that was answered": (parts) => ({
    trace: async (runId) => {
      const trace = await new JournalTraceManager(parts).trace(runId);
      const record = await parts.state.getRun(runId);
      const open = new Map(record?.awaiting.map((each) => [each.path, each]));
      const children = trace.root.children.map((span) => {
        const awaiting = open.get(span.path);
        return awaiting === undefined ? span : { ...span, awaiting };
      });
      return { ...trace, root: { ...trace.root, children } };
    },
  }),
  "of the outermost pipeline": reading((entries) => entries.filter(({ path }) => !/^(?:$|:)/.test(path))),
  "ten thousand items": reading((entries) => entries.slice(0, 1_000)),
};

/** The number at the end of a path, whatever it counts. */
function numberOf({ path }: TraceSpan): number {
  return Number(/\d+$/.exec(path)?.[0] ?? 0);
}

function end({ startedAt = Infinity, durationMs = 0 }: TraceSpan): number {
  return startedAt + durationMs;
}
