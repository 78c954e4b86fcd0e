import type { Command } from "commander";
import { wholeNumber } from "../arguments/whole-number.ts";
import { writeJson, writeLines } from "../format/output.ts";
import { paintFor } from "../format/paint.ts";
import { openStore } from "../lens/open-store.ts";
import { renderStats } from "../lens/render-stats.ts";
import { gatherStats } from "../lens/run-stats.ts";
import type { RunFilters } from "../lens/select-runs.ts";
import { statsFacts } from "../lens/stats-facts.ts";
import { withRunFilterOptions } from "./run-filter-options.ts";
import { type OutputOptions, type StoreOptions, withDbOption, withExamples, withJsonOption } from "./shared-options.ts";

interface StatsOptions extends StoreOptions, OutputOptions, RunFilters {
  readonly top: number;
}

export function registerLensStats(lens: Command): void {
  const command = lens
    .command("stats")
    .summary("sum up runs: status, time, cost, and the slowest and dearest steps")
    .description(
      "Sums up runs: how many there are of each status, how long they took, what they used, and which steps took longest " +
        "and cost most.\nSteps that have steps in them are left out: what they took is what those did. What a fork shares " +
        "with another run is counted with that run alone.",
    );
  withRunFilterOptions(command)
    .option("-n, --top <count>", "at most so many steps of each; JSON lists all", wholeNumber, 5)
    .action(stats);
  withExamples(withJsonOption(withDbOption(command)), "flujo lens stats --pipeline article --since 7d");
}

async function stats(options: StatsOptions): Promise<void> {
  await using store = openStore(options.db);
  const gathered = await gatherStats(store, options);
  if (options.json) writeJson(statsFacts(gathered));
  else if (gathered.runs === 0) process.stderr.write("no runs found\n");
  else {
    const columns = process.stdout.columns ?? Infinity;
    writeLines(process.stdout, renderStats(gathered, { top: options.top, columns, paint: paintFor(process.stdout) }));
  }
}
