import { setTimeout as wait } from "node:timers/promises";
import { type Lease, type StateBackend, StateError } from "@flujo/core/protocols";
import { beforeAll, describe, expect, test } from "vitest";
import type { Account } from "../crash/account.ts";
import type { ChildProgram } from "../crash/child-program.ts";
import { crashProcesses, signOfLife, undisturbedRun } from "../crash/crash-processes.ts";
import { type CrashProgram, resolveCrashProgram } from "../crash/crash-program.ts";
import { openRunner } from "../crash/driver.ts";
import { judge } from "../crash/judge.ts";
import { Life } from "../crash/life.ts";
import { mortalBackend } from "../crash/mortal-backend.ts";
import { ProcessRun } from "../crash/process-run.ts";

/** How the suite gets at the store under test, from several processes. */
export interface StateProcessesHarness<Input, Output, Context> {
  /** Of the backend, as the suite's title shows it. */
  readonly name: string;
  /** Opens the store: `demandingProgram(open)`, or a program of your own that asks something before it ends. */
  readonly program: CrashProgram<Input, Output, Context>;
  /** The module that has the program as its default export. */
  readonly module: string | URL;
  /**
   * Opens the store, for the test's own process, so that it gives up soon where another process holds it up: one that is stopped in
   * the midst of a write does. Default: as the program does.
   */
  readonly openImpatient?: (folder: string) => StateBackend | Promise<StateBackend>;
  /** How many driver processes are killed. Whole, at least 1. Default 10. */
  readonly kills?: number;
  /** Draws who is killed, and when. Whole. Default 2026. */
  readonly seed?: number;
}

/** How often a driver that appends is killed. */
const TIMES = 5;
/** How often a driver is to be stopped, and how often that may be tried: one that writes nearly all the time is rarely stopped elsewhere. */
const [STOPS, MOST_TRIES] = [3, 15];
/** A driver is stopped at different places, so many milliseconds apart. */
const STOP_AFTER_MS = 31;
const [PROCESSES, CALLERS] = [5, 20];
/** How long processes that are all ready have to hear when they start, in milliseconds. */
const HEAD_START_MS = 50;
const LEASE_TTL_MS = 60;
/** How long a driver that was woken may take to notice that it has lost its run, in milliseconds. */
const LOST_AFTER_MS = 5_000;
/** How long a test may take for each process in it, in milliseconds. */
const PATIENCE_MS = 20_000;

/**
 * What no suite of one process can show of a {@link StateBackend}: what processes leave behind that are killed or stopped, and how
 * they share a store. For each backend that outlives its process. Call it at the top of a test file that Vitest runs.
 */
export function describeStateProcesses<Input, Output, Context>(
  harness: StateProcessesHarness<Input, Output, Context>,
): void {
  const { name, program, module, openImpatient = program.open, kills = 10, seed = 2026 } = harness;
  const file = { module };
  const resolved = resolveCrashProgram(program);
  const begin = (): Promise<ProcessRun> => ProcessRun.begin(resolved, file);
  let undisturbed: Account;

  beforeAll(async () => {
    ({ account: undisturbed } = await undisturbedRun(resolved));
  });

  /** Lets the run end, which must then be like the undisturbed one. */
  async function endLikeUndisturbed(run: ProcessRun): Promise<readonly Account[]> {
    const { accounts, problems } = await run.conclude();
    expect(problems).toStrictEqual([]);
    expect(accounts.flatMap((account) => judge(undisturbed, account))).toStrictEqual([]);
    return accounts;
  }

  describe(`Processes that share the ${name} state backend`, () => {
    test(
      "end a run as if nothing had happened when they are killed again and again",
      async () => {
        const report = await crashProcesses(program, { module, kills, seed });
        expect(report.kills).toBeGreaterThanOrEqual(kills);
      },
      kills * PATIENCE_MS,
    );

    test(
      "leave everything behind that was acknowledged, in order, when they are killed while they append",
      async () => {
        await using run = await begin();
        const { runId, log } = run;
        const store = await run.store();
        await store.createRun({ runId, pipeline: "p", plan: "{}", input: "1", context: "{}", tags: {}, createdAt: 0 });
        for (let kill = 1; kill <= TIMES; kill++) {
          const child = run.start({ task: "append", leaseTtlMs: LEASE_TTL_MS });
          await signOfLife(run, [child]);
          await wait(7 * kill);
          expect(await child.kill(), child.errors).toStrictEqual({ code: null, signal: "SIGKILL" });

          const acknowledged = log.read().flatMap((line) => (line.type === "settled" ? line.paths : []));
          const stored = (await store.readEntries(runId)).map(({ path }) => path);
          expect(stored.filter((path) => acknowledged.includes(path))).toStrictEqual(acknowledged);
          // What was in flight may be there too.
          expect(stored.length - acknowledged.length).toBeLessThanOrEqual(2 * kill);
          await expect.poll(async () => (await store.getRun(runId))?.driven, { timeout: PATIENCE_MS }).toBe(false);
          expect(await store.getRun(runId)).toMatchObject({ status: "running" });
        }
      },
      TIMES * PATIENCE_MS,
    );

    test(
      "create a new store once and give each run's lease to one of them, when they open it at the same moment",
      async () => {
        await using run = await begin();
        const runIds = Array.from({ length: 30 }, (_, index) => `${run.runId} ${String(index).padStart(2, "0")}`);
        const children = [1, 2, 3].map(() => run.start({ task: "lease", runIds }));
        await startTogether(children);
        const won = await Promise.all(children.map(async (child) => (await child.printed(2))[1] as string));
        expect(won.flatMap((line) => JSON.parse(line) as string[]).toSorted()).toStrictEqual(runIds);

        const store = await run.store();
        const driven = async (): Promise<readonly (boolean | undefined)[]> =>
          Promise.all(runIds.map(async (runId) => (await store.getRun(runId))?.driven));
        expect(new Set(await driven())).toStrictEqual(new Set([true]));
        for (const child of children) child.endInput();
        for (const child of children) expect(await child.ended, child.errors).toStrictEqual({ code: 0, signal: null });
        expect(new Set(await driven())).toStrictEqual(new Set([false]));
      },
      3 * PATIENCE_MS,
    );

    test(
      `let one of ${PROCESSES * CALLERS} callers drive a run that all answer and resume at once`,
      async () => {
        await using run = await begin();
        const { runId } = run;
        const life = new Life(-1, undefined, (happening) => {
          run.log.append(happening);
        });
        const { backend } = mortalBackend(await run.store(), life);
        await using runner = openRunner(resolved.build(life.effects), resolved.run, backend, (path) => {
          life.note({ type: "begun", by: life.number, path });
        });
        const paused = await runner.run(resolved.run.input, { runId });
        if (paused.status !== "paused") throw new Error(`The program asks nothing: its run is ${paused.status}`);

        const children = Array.from({ length: PROCESSES }, () => run.start({ task: "contend", callers: CALLERS }));
        await startTogether(children);
        for (const child of children) child.endInput();
        for (const child of children) expect(await child.ended, child.errors).toStrictEqual({ code: 0, signal: null });
        const told = children.flatMap((child) => child.lines.slice(1));
        expect(told.filter((line) => line.startsWith("resume "))).toHaveLength(PROCESSES * CALLERS);
        const allowed =
          /^signal (answered|signal_refused|run_conflict)$|^resume (paused|completed|run_conflict|signal_refused)$/;
        expect(told.filter((line) => !allowed.test(line))).toStrictEqual([]);
        expect(told).toContain("resume run_conflict");
        const answered = run.log.read().flatMap((line) => (line.type === "answered" ? [line.path] : []));
        expect(answered.toSorted()).toStrictEqual(paused.awaiting.map(({ path }) => path).toSorted());

        run.start({ task: "drive" });
        const accounts = await endLikeUndisturbed(run);
        // Nobody died, so that nothing was done twice.
        for (const { happenings } of accounts) expect(effectsIn(happenings)).toBe(effectsIn(undisturbed.happenings));
      },
      PROCESSES * PATIENCE_MS,
    );

    test(
      "write nothing when they were stopped and wake after their lease was taken, wherever they were stopped",
      async () => {
        let [shown, tries] = [0, 0];
        while (shown < STOPS) {
          if (++tries > MOST_TRIES)
            throw new Error(`A driver could be stopped in time ${shown} times out of ${MOST_TRIES}`);
          await using run = await ProcessRun.begin({ ...resolved, open: openImpatient }, file);
          const child = run.start({ task: "drive", leaseTtlMs: LEASE_TTL_MS });
          await signOfLife(run, [child]);
          await wait(STOP_AFTER_MS * (tries % STOPS));
          // Before, since one that is stopped in the midst of a write may also keep others from opening it.
          const store = await run.store();
          child.stop();
          const taken = await takeFrom(run, child);
          if (taken === undefined) continue;
          const before = await store.readEntries(run.runId);
          child.wake();
          // One that was stopped while the run waited for an answer had nothing to lose.
          const printed = await Promise.race([child.printed(1), wait(LOST_AFTER_MS)]);
          if (printed === undefined) continue;
          expect(printed[0]).toBe("lease_lost");
          expect(await store.readEntries(run.runId)).toStrictEqual(before);
          expect(await run.takeStock()).toStrictEqual([]);
          await store.releaseLease(taken);
          await endLikeUndisturbed(run);
          shown += 1;
        }
      },
      MOST_TRIES * PATIENCE_MS,
    );
  });
}

/**
 * Takes the run of a driver that is stopped. One that was stopped in the midst of a write may hold up all others: it is woken
 * then, and stopped somewhere else. Undefined if it got to its end that way.
 */
async function takeFrom(run: ProcessRun, child: ChildProgram): Promise<Lease | undefined> {
  const store = await run.store();
  while (!child.isOver && !(await run.hasEnded())) {
    const asked = store.acquireLease(run.runId, 3_600_000).catch((error: unknown) => {
      if (error instanceof StateError) return "locked" as const;
      throw error;
    });
    const answer = await Promise.race([asked, wait(3_000, "locked" as const)]);
    if (typeof answer === "object") return answer;
    if (answer === "locked") {
      child.wake();
      const late = await asked;
      if (typeof late === "object") return late;
      await signOfLife(run, [child]);
      await wait(Math.random() * STOP_AFTER_MS);
      child.stop();
    } else await wait(LEASE_TTL_MS / 3);
  }
  return undefined;
}

/** Lets processes that wait for it start at the same moment. */
async function startTogether(children: readonly ChildProgram[]): Promise<void> {
  for (const child of children) await child.printed(1);
  const moment = Date.now() + HEAD_START_MS;
  for (const child of children) child.tell(`${moment}`);
}

function effectsIn(happenings: Account["happenings"]): number {
  return happenings.filter(({ type }) => type === "effect").length;
}
