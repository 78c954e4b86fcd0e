import type { Random } from "@flujo/core/protocols";
import { seededRandom } from "../random/seeded-random.ts";
import type { Account } from "./account.ts";
import { type CrashTestOptions, type PipelineUnderTest, resolveCrashTest } from "./crash-options.ts";
import { type CrashFinding, type CrashReport, passed } from "./crash-report.ts";
import { drawIndex } from "./draw-index.ts";
import { WAYS, type Way } from "./driver.ts";
import { judge } from "./judge.ts";
import type { CrashPoint } from "./life.ts";
import { type Lived, liveThrough } from "./lived.ts";
import type { Problem } from "./problem.ts";
import { repetitions } from "./repetitions.ts";

/** Most deaths of a run that is killed at random moments. */
const MOST_DEATHS = 3;

/**
 * Kills runs of a pipeline at each of their writes, before it has reached the store and after it was committed but not yet
 * acknowledged, and at random moments; goes on with each by a new runner on the same store; and holds what came of it
 * against the undisturbed run: output, context, error, usage, the entries of all steps, and the effects that steps wrote down.
 *
 * The drivers live and die in this process: a dead one is cut off from the store, its steps are aborted, and what they
 * still do is not looked at. `crashProcesses` kills processes.
 *
 * @throws {@link CrashTestError} if a run came to harm, `InvalidOptionError` for an option that can't be used
 */
export async function crashTest<Input, Output, Context>(
  pipeline: PipelineUnderTest<Input, Output, Context>,
  options: CrashTestOptions<NoInfer<Input>, NoInfer<Context>>,
): Promise<CrashReport> {
  const test = resolveCrashTest(pipeline, options);
  const startedAt = performance.now();
  const first = await liveThrough(test, [], "run");
  const durationMs = performance.now() - startedAt;
  const { account: undisturbed } = first;
  // Nobody is to blame but whoever wrote the test.
  if (undisturbed instanceof Error) throw undisturbed;
  const report = { pipeline: first.pipeline, seed: test.seed, runs: 0, kills: 0, findings: [] as CrashFinding[] };
  report.findings.push(...unsteadiness(first, undisturbed, await liveThrough(test, [], "run")));
  if (report.findings.length > 0) return passed(report);

  /** Whether the run was killed at all. */
  const examine = async (points: readonly CrashPoint[], way: Way): Promise<boolean> => {
    const killed = await liveThrough(test, points, way);
    if (killed.deaths === 0) return false;
    report.runs += 1;
    report.kills += killed.deaths;
    const problems = problemsOf(killed, undisturbed);
    if (problems.length > 0) report.findings.push({ moments: killed.moments, problems });
    return true;
  };
  // A run that outlives a point has no more writes than that.
  for (let write = 1; await examine([{ write, phase: "before" }], wayOf(write)); write++) {
    await examine([{ write, phase: "after" }], wayOf(write + 1));
  }
  const random = seededRandom(test.seed);
  for (let index = 0; index < test.randomRuns; index++) {
    await examine(drawPoints(random, first.writes, durationMs), wayOf(index));
  }
  return passed(report);
}

function drawPoints(random: Random, writes: number, durationMs: number): readonly CrashPoint[] {
  const deaths = 1 + drawIndex(random, MOST_DEATHS);
  return Array.from({ length: deaths }, (): CrashPoint => {
    // Each driver has less to do than the one before.
    if (random.next() < 0.5) return { afterMs: (random.next() * durationMs) / deaths };
    const phase = random.next() < 0.5 ? "before" : "after";
    return { write: 1 + drawIndex(random, Math.ceil(writes / deaths)), phase };
  });
}

function problemsOf({ problems, account, happenings }: Lived, undisturbed: Account): readonly Problem[] {
  if (!(account instanceof Error)) return [...problems, ...judge(undisturbed, account)];
  const stuck = { kind: "stuck", message: `it could not go on: ${account.name}: ${account.message}` } as const;
  return [...problems, ...repetitions(happenings), stuck];
}

/** What is wrong without anybody being killed. */
function unsteadiness(first: Lived, undisturbed: Account, second: Lived): readonly CrashFinding[] {
  const own = problemsOf(first, undisturbed);
  if (own.length > 0) return [{ moments: first.moments, problems: own }];
  const between = problemsOf(second, undisturbed).map((problem) => ({ ...problem, kind: "unsteady" as const }));
  if (between.length === 0) return [];
  return [
    {
      moments: ["two runs that nobody killed differ, so that killed ones can't be held against them"],
      problems: between,
    },
  ];
}

function wayOf(index: number): Way {
  return WAYS[index % WAYS.length] as Way;
}
