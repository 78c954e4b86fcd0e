import type { Awaiting, StepReport } from "@flujo/core";
import { formatDeadline } from "../format/deadline.ts";
import { formatDuration } from "../format/duration.ts";
import { errorFacts, formatError } from "../format/error.ts";
import { formatValue, toJson, usageFacts } from "../format/json.ts";
import { writeJson, writeLines } from "../format/output.ts";
import { type Paint, paintFor, type Style } from "../format/paint.ts";
import { harmless, oneLine } from "../format/text.ts";
import { formatUsage } from "../format/usage.ts";
import { diffCommand, type RunPlace, resumeCommand, traceCommand } from "./command-lines.ts";
import type { Outcome } from "./outcome.ts";

const STATUS: Readonly<Record<Outcome["status"], readonly [mark: string, style: Style]>> = {
  completed: ["✓", "green"],
  paused: ["‖", "yellow"],
  interrupted: ["‖", "yellow"],
  failed: ["✗", "red"],
  cancelled: ["–", "yellow"],
};

/** The output on stdout; what became of the run, and what can be done next, on stderr. */
export function reportAsText(
  outcome: Outcome,
  durationMs: number,
  where: Omit<RunPlace, "runId">,
  quiet: boolean,
): void {
  const paint = paintFor(process.stderr);
  if (outcome.status === "completed" && outcome.output !== undefined) {
    const text = formatValue(outcome.output);
    // What a model wrote is not to drive somebody's terminal; whoever reads a pipe gets it as it is.
    process.stdout.write(`${process.stdout.isTTY ? harmless(text) : text}\n`);
  }
  if (outcome.status === "failed") writeLines(process.stderr, ["", ...formatError(errorFacts(outcome.error), paint)]);
  const place = { ...where, runId: outcome.runId };
  if (!quiet)
    writeLines(process.stderr, ["", summary(outcome, durationMs, paint), ...nextSteps(outcome, place, paint)]);
  else if (outcome.status === "paused" || outcome.status === "interrupted") {
    writeLines(process.stderr, nextSteps(outcome, place, paint));
  }
}

/** One document on stdout. A failure is also an error document on stderr, as for every other command. */
export function reportAsJson(
  outcome: Outcome,
  durationMs: number,
  where: Omit<RunPlace, "runId">,
  asLine: boolean,
): void {
  const facts = outcomeFacts(outcome, durationMs, { ...where, runId: outcome.runId });
  if (asLine) process.stdout.write(`${toJson({ type: "result", ...facts })}\n`);
  else writeJson(facts);
  if (outcome.status === "failed" || outcome.status === "interrupted") {
    process.stderr.write(`${toJson({ error: errorFacts(outcome.error) })}\n`);
  }
}

function summary(outcome: Outcome, durationMs: number, paint: Paint): string {
  const [mark, style] = STATUS[outcome.status];
  const used = outcome.status === "interrupted" ? undefined : formatUsage(outcome.usage);
  const missed =
    outcome.status !== "interrupted" && outcome.degraded ? "degraded: optional steps were left out" : undefined;
  const facts = [formatDuration(durationMs), used, missed].filter((fact) => fact !== undefined).join(" · ");
  return `${paint(style, mark)} ${paint("bold", outcome.status)}  run ${outcome.runId}  ${paint("dim", facts)}`;
}

function nextSteps(outcome: Outcome, place: RunPlace, paint: Paint): string[] {
  const diff = diffCommand(place);
  const trace = [
    `  ${paint("dim", "see it   ")} ${traceCommand(place)}`,
    ...(diff === undefined ? [] : [`  ${paint("dim", "compare  ")} ${diff}`]),
  ];
  switch (outcome.status) {
    case "paused":
      return [
        ...outcome.awaiting.flatMap((question) => formatQuestion(question, paint)),
        `  ${paint("dim", "answer it")} ${resumeCommand(place, outcome.awaiting)}`,
        ...trace,
      ];
    case "interrupted":
      return [`  ${paint("dim", "go on    ")} ${resumeCommand(place)}`, ...trace];
    default:
      return trace;
  }
}

function formatQuestion({ path, prompt, deadline }: Awaiting, paint: Paint): string[] {
  return [
    `  ${paint("bold", path)} asks: ${oneLine(prompt)}`,
    ...(deadline === undefined ? [] : [`    ${paint("dim", formatDeadline(deadline, Date.now()))}`]),
  ];
}

function outcomeFacts(outcome: Outcome, durationMs: number, place: RunPlace): Readonly<Record<string, unknown>> {
  const { status, runId } = outcome;
  const fork = place.forkOf === undefined ? {} : { forkOf: place.forkOf };
  const begin = { status, runId, ...fork, durationMs: Math.round(durationMs) };
  if (status === "interrupted") return { ...begin, resume: resumeCommand(place) };
  const end = {
    degraded: outcome.degraded,
    usage: usageFacts(outcome.usage),
    context: outcome.context,
    steps: outcome.steps.map(stepFacts),
  };
  switch (status) {
    case "completed":
      return { ...begin, output: outcome.output ?? null, ...end };
    case "paused":
      return { ...begin, awaiting: outcome.awaiting, resume: resumeCommand(place, outcome.awaiting), ...end };
    case "failed":
      return { ...begin, error: errorFacts(outcome.error), ...end };
    case "cancelled":
      return { ...begin, reason: outcome.reason ?? null, ...end };
  }
}

function stepFacts({ usage, error, ...facts }: StepReport): Readonly<Record<string, unknown>> {
  return {
    ...facts,
    ...(usage.requests === 0 ? {} : { usage: usageFacts(usage) }),
    ...(error === undefined ? {} : { error: errorFacts(error) }),
  };
}
