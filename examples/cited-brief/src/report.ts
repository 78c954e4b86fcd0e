import { relative } from "node:path";
import { formatCost, formatDuration, formatTokens } from "@flujo/cli";
import type { RunResult } from "@flujo/core";
import type { BriefContext } from "./context.ts";
import type { WrittenBrief } from "./pipeline.ts";

export interface ReportOptions {
  readonly db: string;
  /** How long this process worked on the run; left out if it did not. */
  readonly elapsedMs?: number;
  /** Whether another process worked on it before. Default false. */
  readonly resumed?: boolean;
}

/** What the user is told at the end of a run. */
export function report(
  result: RunResult<WrittenBrief, BriefContext>,
  { db, elapsedMs, resumed = false }: ReportOptions,
): string {
  const { runId, usage } = result;
  return [
    "",
    ...outcome(result),
    "",
    `  Run     ${runId}`,
    ...(elapsedMs === undefined
      ? []
      : [`  Time    ${formatDuration(elapsedMs)}${resumed ? " since it was resumed" : ""}`]),
    `  Tokens  ${formatTokens(usage) ?? "none"}`,
    `  Cost    ${formatCost(usage)?.replace(/^cost /, "") ?? "none"}`,
    "",
    "Look closer:",
    `  ${lensCommand(runId, db)}`,
  ].join("\n");
}

/** The command that shows a run step by step. */
export function lensCommand(runId: string, db: string): string {
  return `npx -y pnpm@12.21.0 flujo lens trace ${runId} --db ${quoted(shortest(db))}`;
}

/** A path as the user would write it from here. */
export function shortest(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith("..") ? path : fromHere;
}

function outcome(result: RunResult<WrittenBrief, BriefContext>): string[] {
  switch (result.status) {
    case "completed": {
      const { target, claims, documents } = result.output;
      return [
        `The brief is in ${shortest(target)}: ${quantity(claims, "claim")} from ${quantity(documents, "document")}, each backed by a quote that occurs in its source.`,
        ...mendings(result.context),
      ];
    }
    case "failed":
      return [
        `The run failed${result.error.path === undefined ? "" : ` at ${result.error.path}`}: ${result.error.message}`,
        "No brief was written.",
      ];
    case "cancelled":
      return ["The run was cancelled. No brief was written."];
    case "paused":
      return ["The run waits for an answer. No brief was written."];
  }
}

function mendings({ mended, dropped }: BriefContext): string[] {
  return [
    ...(mended === 0
      ? []
      : [`${quantity(mended, "quote")} did not occur word for word at first and had to be mended.`]),
    ...(dropped === 0
      ? []
      : [`${quantity(dropped, "claim")} had no quote to be found and ${dropped === 1 ? "was" : "were"} left out.`]),
  ];
}

function quantity(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function quoted(argument: string): string {
  return /^[\w./:@%+=-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
