import { type ErrorCategory, FlujoError } from "@flujo/dsl";
import type { Problem } from "./problem.ts";

/** What a crash test has seen. */
export interface CrashReport {
  /** Name of the pipeline. */
  readonly pipeline: string;
  /** Given again as `seed`, it draws the same moments. */
  readonly seed: number;
  /** Runs that were killed, each as often as its moments say. */
  readonly runs: number;
  readonly kills: number;
  readonly findings: readonly CrashFinding[];
}

/** A run that was killed and did not end like the undisturbed one. */
export interface CrashFinding {
  /** Where it was killed and how it was gone on with, for people: one line for each driver. */
  readonly moments: readonly string[];
  readonly problems: readonly Problem[];
}

/** How many findings a message shows, and how many problems of each. */
const SHOWN = 5;

/** A run that was killed did not end like the undisturbed one. The message says where and how, `report` has all of it. */
export class CrashTestError extends FlujoError {
  override readonly name = "CrashTestError";
  readonly code = "crash_test";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(readonly report: CrashReport) {
    super(describeReport(report));
  }
}

/** The report, if there is nothing in it to complain of. @throws {@link CrashTestError} */
export function passed(report: CrashReport): CrashReport {
  if (report.findings.length > 0) throw new CrashTestError(report);
  return report;
}

function describeReport({ pipeline, seed, runs, kills, findings }: CrashReport): string {
  const lines = findings
    .slice(0, SHOWN)
    .flatMap(({ moments, problems }) => [
      ...moments.map((moment, index) => `${index === 0 ? "- " : "  "}${moment}`),
      ...problems.slice(0, SHOWN).map(({ message }) => `    ${message}`),
      ...more(problems.length, "    "),
    ]);
  return [
    runs === 0
      ? `"${pipeline}" comes to harm before anybody is killed`
      : `${findings.length} of ${runs} killed runs of "${pipeline}" came to harm (${kills} kills, seed ${seed})`,
    ...lines,
    ...more(findings.length, ""),
  ].join("\n");
}

function more(count: number, indent: string): readonly string[] {
  return count > SHOWN ? [`${indent}and ${count - SHOWN} more`] : [];
}
