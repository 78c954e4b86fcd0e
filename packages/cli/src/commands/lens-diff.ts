import type { StoredRunHistory } from "@flujo/core";
import type { StateBackend } from "@flujo/core/protocols";
import type { Command } from "commander";
import { EXIT } from "../exit-code.ts";
import { writeJson, writeLines } from "../format/output.ts";
import { paintFor } from "../format/paint.ts";
import { compareRuns } from "../lens/compare-runs.ts";
import { diffFacts } from "../lens/diff-facts.ts";
import { findRun } from "../lens/find-run.ts";
import { openStore } from "../lens/open-store.ts";
import { renderDiff } from "../lens/render-diff.ts";
import { type OutputOptions, type StoreOptions, withDbOption, withExamples, withJsonOption } from "./shared-options.ts";

interface DiffOptions extends StoreOptions, OutputOptions {
  readonly all?: true;
}

export function registerLensDiff(lens: Command): void {
  const command = lens
    .command("diff")
    .summary("show how two runs differ")
    .description(
      "Shows how two runs differ: what they came to, in time and money, and step by step.\n" +
        "Exits with 0 if both came to the same status, output or error, with 1 if not.",
    )
    .argument("<first>", "a run's id, or as much of its beginning as no other has")
    .argument("<second>", "the other's")
    .option("--all", "list also the steps that came to the same; JSON lists them always")
    .action(diff);
  withExamples(withJsonOption(withDbOption(command)), "flujo lens diff 3f2a 9c01");
}

async function diff(first: string, second: string, options: DiffOptions): Promise<void> {
  await using store = openStore(options.db);
  const histories = [await historyOf(store, first), await historyOf(store, second)] as const;
  const difference = compareRuns(...histories);
  if (options.json) {
    writeJson(diffFacts(histories, difference));
  } else {
    const shown = {
      all: options.all === true,
      columns: process.stdout.columns ?? Infinity,
      paint: paintFor(process.stdout),
    };
    writeLines(process.stdout, renderDiff(histories, difference, shown));
  }
  process.exitCode = difference.same ? EXIT.done : EXIT.failed;
}

async function historyOf(state: StateBackend, id: string): Promise<StoredRunHistory> {
  const record = await findRun(state, id);
  return { record, entries: await state.readEntries(record.runId) };
}
