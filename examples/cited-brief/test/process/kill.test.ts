import { existsSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { SqliteStateBackend } from "@flujo/state-sqlite";
import { expect, it } from "vitest";
import { type Ended, runIdIn, Workplace } from "./example.ts";

const KILLS = 20;
/** Rounds at the same time: the machine is to be busy, as it is when processes get killed. */
const AT_ONCE = 2;
const SEED = Number(process.env["KILL_SEED"] ?? 20_261_122);

const ARGS = ["--input", "documents", "--work-log"];

it("gives the same brief, byte for byte, after SIGKILL at 20 random moments, and runs no settled step twice", {
  timeout: 300_000,
}, async () => {
  console.log(`kill moments follow from KILL_SEED=${SEED}`);
  const random = randomFrom(SEED);
  await using undisturbed = await Workplace.withDocuments();
  expect((await undisturbed.run([...ARGS, "first.log"])).code).toBe(0);
  const expected = await undisturbed.brief();
  const lines = logOf(undisturbed, "first.log").length;

  const inTheMiddle: number[] = [];
  // A moment near the end may come too late; then another one is drawn.
  for (let attempts = 0; inTheMiddle.length < KILLS && attempts < 3 * KILLS; attempts += AT_ONCE) {
    const moments = Array.from({ length: Math.min(AT_ONCE, KILLS - inTheMiddle.length) }, () => ({
      line: Math.floor(random() * lines),
      delayMs: Math.floor(random() * 12),
    }));
    const killed = await Promise.all(moments.map((moment) => killAndResume(moment, expected)));
    inTheMiddle.push(...killed.filter((lines) => lines !== undefined));
  }
  console.log(`killed after ${inTheMiddle.join(", ")} of ${lines} lines of the work log`);
  expect(inTheMiddle).toHaveLength(KILLS);
  expect(new Set(inTheMiddle).size).toBeGreaterThan(KILLS / 4);
});

it("comes to the same brief when one process after another is killed", { timeout: 120_000 }, async () => {
  await using undisturbed = await Workplace.withDocuments();
  await undisturbed.run([...ARGS, "first.log"]);
  await using workplace = await Workplace.withDocuments();
  const settled = new Set<string>();
  for (const [index, line] of [1, 6, 3, 8, 5, 7].entries()) {
    const killed = await startAndKill(workplace, `${index}.log`, { line, delayMs: 2 * index });
    expect(begunIn(workplace, `${index}.log`).filter((path) => isSettled(path, settled))).toEqual([]);
    for (const path of (await recorded(workplace, runIdIn(killed))).settled) settled.add(path);
  }
  expect((await workplace.run([...ARGS, "last.log"])).code).toBe(0);
  expect(begunIn(workplace, "last.log").filter((path) => isSettled(path, settled))).toEqual([]);
  expect(settled.size).toBeGreaterThan(0);
  expect(await workplace.brief()).toBe(await undisturbed.brief());
});

interface Moment {
  /** How many lines the work log has. */
  readonly line: number;
  /** What is then still waited, in milliseconds. */
  readonly delayMs: number;
}

async function startAndKill(workplace: Workplace, log: string, { line, delayMs }: Moment): Promise<Ended> {
  const { child, ended } = workplace.start([...ARGS, log]);
  let over = false;
  void ended.then(() => (over = true));
  while (!over && logOf(workplace, log).length < line) await sleep(1);
  await sleep(delayMs);
  child.kill("SIGKILL");
  return ended;
}

/** The number of lines in the killed process's work log, or undefined if it was done before it could be killed. */
async function killAndResume(moment: Moment, expected: string): Promise<number | undefined> {
  await using workplace = await Workplace.withDocuments();
  const killed = await startAndKill(workplace, "first.log", moment);
  const run = await recorded(workplace, runIdIn(killed));
  if (killed.signal !== "SIGKILL" || run.status === "completed") return undefined;

  const second = await workplace.run([...ARGS, "second.log"]);
  expect(second.code, second.stderr).toBe(0);
  expect(await workplace.brief()).toBe(expected);
  expect((await readdir(workplace.path("out"))).filter((file) => file.endsWith(".tmp"))).toEqual([]);
  if (run.status === "running") {
    const done = run.settled.filter((path) => /^documents@\d+\/study$/.test(path)).length;
    expect(second.stdout).toContain(`Resuming run ${runIdIn(killed)}: ${done} of 3 documents were done.`);
  }

  const begunAgain = begunIn(workplace, "second.log");
  // By the journal as the killed process left it.
  expect(begunAgain.filter((path) => isSettled(path, run.settled))).toEqual([]);
  // By the work log alone: what another step had already built on.
  const before = logOf(workplace, "first.log").map((entry) => entry.replace(/^\w+ /, ""));
  expect(begunAgain.filter((path) => before.includes(path) && before.some((later) => buildsOn(later, path)))).toEqual(
    [],
  );
  return before.length;
}

/** The run as its journal has it, read while no process has it open. */
async function recorded(
  workplace: Workplace,
  runId: string,
): Promise<{ status: string | undefined; settled: string[] }> {
  if (!existsSync(workplace.path("out", "flujo.db"))) return { status: undefined, settled: [] };
  await using state = new SqliteStateBackend({ file: workplace.path("out", "flujo.db") });
  const run = await state.getRun(runId);
  const entries = await state.readEntries(runId);
  return { status: run?.status, settled: entries.map(({ path }) => path) };
}

function logOf(workplace: Workplace, file: string): string[] {
  if (!existsSync(workplace.path(file))) return [];
  return readFileSync(workplace.path(file), "utf8").split("\n").slice(0, -1);
}

function begunIn(workplace: Workplace, file: string): string[] {
  return logOf(workplace, file).flatMap((entry) => (entry.startsWith("begin ") ? [entry.slice(6)] : []));
}

/** Whether a path is that of a settled node, or of something inside one. */
function isSettled(path: string, settled: Iterable<string>): boolean {
  return Iterator.from(settled).some(
    (other) => path === other || (path.startsWith(other) && "/[#@".includes(path.charAt(other.length))),
  );
}

/** The steps of the pipeline in the order in which one builds on another. */
const ORDER = [
  /^open$/,
  /\/classify$/,
  /\/find-\w+$/,
  /\/note$/,
  /^gather$/,
  /^compose/,
  /^draft$/,
  /^refine#1/,
  /^refine#2/,
  /^refine#3/,
  /^write$/,
];

function buildsOn(later: string, earlier: string): boolean {
  const [document, other] = [/^documents@\d+/.exec(later)?.[0], /^documents@\d+/.exec(earlier)?.[0]];
  const apart = document !== undefined && other !== undefined && document !== other;
  return !apart && stageOf(later) > stageOf(earlier);
}

function stageOf(path: string): number {
  const stage = ORDER.findIndex((pattern) => pattern.test(path));
  if (stage < 0) throw new Error(`The test does not know where ${path} stands.`);
  return stage;
}

/** The same numbers in [0, 1) for the same seed. Source: mulberry32, T. Ettinger. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
