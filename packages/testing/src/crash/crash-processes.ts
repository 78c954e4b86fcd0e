import { setTimeout as wait } from "node:timers/promises";
import { MemoryStateBackend } from "@flujo/core";
import type { Random } from "@flujo/core/protocols";
import { seededRandom } from "../random/seeded-random.ts";
import type { Account } from "./account.ts";
import type { ChildProgram } from "./child-program.ts";
import { type CrashProgram, type ResolvedCrashProgram, resolveCrashProgram } from "./crash-program.ts";
import { type CrashFinding, type CrashReport, passed } from "./crash-report.ts";
import { drawIndex } from "./draw-index.ts";
import { judge } from "./judge.ts";
import { liveThrough } from "./lived.ts";
import type { Problem } from "./problem.ts";
import { type CrashProcessesOptions, type ResolvedCrashProcesses, resolveCrashProcesses } from "./process-options.ts";
import { ProcessRun } from "./process-run.ts";

/** How often is looked for a sign of life, in milliseconds. */
const LOOK_EVERY_MS = 2;
/** How many of the kills are to hit the driver that has the run, and not just any. */
const SHARE_AT_WORK = 0.75;
/** So many runs in a row may end before a driver could be killed. */
const MOST_SPARED = 10;

const TOO_SHORT: CrashFinding = {
  moments: [`${MOST_SPARED} runs in a row were over before a driver could be killed`],
  problems: [{ kind: "unsteady", message: "they are too short for maxDelayMs, or their drivers don't work at all" }],
};

/**
 * Lets several processes of Node's drive runs of a program, kills them at random moments by SIGKILL, starts others in their
 * place, and holds what came of each run against the undisturbed one, as `crashTest` does. The undisturbed run is driven in this
 * process, in memory.
 *
 * @param program - the same that the processes import
 * @throws {@link CrashTestError} if a run came to harm, `InvalidOptionError` for something that can't be used
 */
export async function crashProcesses<Input, Output, Context>(
  program: CrashProgram<Input, Output, Context>,
  options: CrashProcessesOptions,
): Promise<CrashReport> {
  const resolved = resolveCrashProgram(program);
  const test = resolveCrashProcesses(options);
  const { pipeline, account } = await undisturbedRun(resolved);
  const random = seededRandom(test.seed);
  const report = { pipeline, seed: test.seed, runs: 0, kills: 0, findings: [] as CrashFinding[] };
  let spared = 0;
  while (report.kills < test.kills && spared < MOST_SPARED) {
    test.signal?.throwIfAborted();
    const killed = await killAndLetEnd(resolved, test, random, account);
    report.runs += 1;
    report.kills += killed.moments.length;
    if (killed.problems.length > 0) report.findings.push(killed);
    spared = killed.moments.length === 0 ? spared + 1 : 0;
  }
  if (spared === MOST_SPARED) report.findings.push(TOO_SHORT);
  return passed(report);
}

/** How a program's run ends if nobody is killed. */
export async function undisturbedRun({
  build,
  run,
}: ResolvedCrashProgram): Promise<{ readonly pipeline: string; readonly account: Account }> {
  const open = (): MemoryStateBackend => new MemoryStateBackend();
  const same = <Store>(store: Store): Store => store;
  const test = { build, run, open, reopen: same, randomRuns: 0, seed: 0, signal: undefined };
  const { pipeline, account } = await liveThrough(test, [], "run");
  // Nobody is to blame but whoever wrote the test.
  if (account instanceof Error) throw account;
  return { pipeline, account };
}

async function killAndLetEnd(
  program: ResolvedCrashProgram,
  { file, killsPerRun, drivers: count, maxDelayMs, signal }: ResolvedCrashProcesses,
  random: Random,
  undisturbed: Account,
): Promise<CrashFinding> {
  await using run = await ProcessRun.begin(program, file);
  const drivers = Array.from({ length: count }, () => run.start({ task: "drive" }));
  const stop = (): void => {
    for (const driver of drivers) void driver.kill();
  };
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const moments: string[] = [];
    const problems: Problem[] = [];
    for (let kill = 0; kill < killsPerRun; kill++) {
      const [anybody, afterMs] = [drawIndex(random, count), drawIndex(random, maxDelayMs + 1)];
      const atWork = random.next() < SHARE_AT_WORK;
      await signOfLife(run, drivers);
      await wait(afterMs);
      const victim = (atWork ? run.lastAtWork(drivers) : undefined) ?? anybody;
      if ((await (drivers[victim] as ChildProgram).kill()).signal !== "SIGKILL") break;
      moments.push(
        `driver ${victim} killed ${afterMs} ms after a sign of life, when ${run.log.read().length} things had been seen`,
      );
      problems.push(...(await run.takeStock()));
      signal?.throwIfAborted();
      drivers[victim] = run.start({ task: "drive" });
      if (await run.hasEnded()) break;
    }
    const concluded = await run.conclude();
    signal?.throwIfAborted();
    problems.push(...concluded.problems);
    // What they were told may differ; what happened is the same for all.
    const judged = concluded.accounts.flatMap((account) => judge(undisturbed, account));
    return {
      moments,
      problems: [...problems, ...new Map(judged.map((problem) => [problem.message, problem])).values()],
    };
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** Waits until a driver writes something down, or one is over. */
export async function signOfLife({ log }: ProcessRun, drivers: readonly ChildProgram[]): Promise<void> {
  const { size } = log;
  while (log.size === size && !drivers.some(({ isOver }) => isOver)) await wait(LOOK_EVERY_MS);
}
