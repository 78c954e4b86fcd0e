import { setTimeout as sleep } from "node:timers/promises";
import type { RunRecord, StateBackend } from "@flujo/core/protocols";
import { Problem } from "./input/problem.ts";

/** How long a run that seems to be driven may stay so before it is believed, in milliseconds: longer than a lease. */
const PATIENCE_MS = 40_000;
const LOOK_AGAIN_MS = 500;

/**
 * The newest run with this tag that was begun and has not failed: one that nobody drives now, or a completed one.
 * Where a killed process can't be told from one at work, its lease has to run out first: then `waiting` is called.
 *
 * @throws {@link Problem} if another process goes on driving it
 */
export async function findEarlierRun(
  state: StateBackend,
  pipeline: string,
  input: string,
  waiting: (runId: string) => void,
): Promise<RunRecord | undefined> {
  const giveUp = Date.now() + PATIENCE_MS;
  for (let told = false; ; told = true) {
    const { runs } = await state.listRuns({ status: ["running", "completed"], pipeline, tags: { input }, limit: 1 });
    const [run] = runs;
    if (run === undefined || run.status === "completed" || !run.driven) return run;
    if (Date.now() > giveUp) {
      throw new Problem(
        `Another process is at work on run ${run.runId}. Wait for it, or begin another run with --fresh.`,
      );
    }
    if (!told) waiting(run.runId);
    await sleep(LOOK_AGAIN_MS);
  }
}

/** How many documents of a run are done for good. */
export async function countDone(state: StateBackend, runId: string): Promise<number> {
  const entries = await state.readEntries(runId);
  return entries.filter(({ path, status }) => status === "completed" && /^documents@\d+\/study$/.test(path)).length;
}
