import type { RunEvent } from "@flujo/core/protocols";
import { formatDuration } from "../format/duration.ts";
import { oneLine } from "../format/text.ts";
import { formatUsage } from "../format/usage.ts";
import type { Segment } from "./segments.ts";

/**
 * What a log is told of an event, as one line; undefined for events that a log is better off without.
 *
 * @param sinceStartMs - milliseconds since this drive of the run began
 */
export function eventLine(event: RunEvent, sinceStartMs: number): readonly Segment[] | undefined {
  const said = describe(event);
  return said && [{ text: formatDuration(sinceStartMs).padStart(7), style: "dim" }, { text: "  " }, ...said];
}

/** A step's log message as a line; undefined for `debug`, which is for tracers. */
export function logLine(event: Extract<RunEvent, { type: "step-log" }>): readonly Segment[] | undefined {
  if (event.level === "debug") return undefined;
  const style = event.level === "error" ? "red" : event.level === "warn" ? "yellow" : "cyan";
  return [{ text: event.level, style }, { text: ` ${event.path}: `, style: "dim" }, { text: oneLine(event.message) }];
}

function describe(event: RunEvent): readonly Segment[] | undefined {
  switch (event.type) {
    case "run-start":
      return [
        { text: `${event.resumed ? "goes on with" : "begins"} ${oneLine(event.pipeline)}` },
        { text: `  ${event.runId}`, style: "dim" },
      ];
    case "step-retry":
      return [
        { text: "↻", style: "yellow" },
        { text: ` ${event.path}  attempt ${event.attempt} failed: ${oneLine(event.error.message)}` },
        { text: `  again in ${formatDuration(event.delayMs)}`, style: "dim" },
      ];
    case "step-end":
      return event.replayed ? undefined : describeEnd(event);
    case "step-log":
      return logLine(event);
    case "circuit-change":
      return [{ text: "⚡", style: "yellow" }, { text: ` the circuit of ${oneLine(event.resource)} is ${event.to}` }];
    case "load-change":
      return [{ text: "⚡", style: "yellow" }, { text: ` the load is ${event.to}` }];
    default:
      return undefined;
  }
}

function describeEnd(event: Extract<RunEvent, { type: "step-end" }>): readonly Segment[] | undefined {
  const facts = [
    formatDuration(event.durationMs),
    event.attempts > 1 ? `${event.attempts} attempts` : undefined,
    formatUsage(event.usage),
  ];
  const aside: Segment = { text: `  ${facts.filter(Boolean).join(", ")}`, style: "dim" };
  switch (event.status) {
    case "completed":
      return [{ text: "✓", style: "green" }, { text: ` ${event.path}` }, aside];
    case "failed":
      return [
        { text: "✗", style: "red" },
        { text: ` ${event.path}` },
        aside,
        { text: `  ${oneLine(event.error?.message ?? "")}`, style: "red" },
      ];
    case "paused":
      // A composite pauses because something in it does, which says so itself.
      return event.kind === "human"
        ? [{ text: "‖", style: "yellow" }, { text: ` ${event.path}  waits for an answer` }]
        : undefined;
    case "cancelled":
      return [{ text: "–", style: "dim" }, { text: ` ${event.path}  stopped` }];
  }
}
