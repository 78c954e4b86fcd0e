import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { Flujo } from "@flujo/core";
import { PostgresStateBackend } from "@flujo/state-postgres";
import { afterAll, expect, test } from "vitest";
import { CONTEXT, longPipeline } from "./processes/long-pipeline.ts";
import { type Place, useServer } from "./server/use-server.ts";

const used = useServer();
const root = mkdtempSync(join(tmpdir(), "flujo-state-postgres-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const PROGRAM = new URL("./processes/drive-pipeline.ts", import.meta.url).pathname;
/** `pnpm proof` kills 500 processes; a sample does for every day. */
const KILLS = process.env["FLUJO_PROOF"] === undefined ? 6 : 500;
/** Of one run, before it is left to end. */
const KILLS_A_RUN = 6;

interface Driver {
  readonly child: ChildProcess;
  /** What it printed, once it has ended. */
  readonly printed: Promise<string>;
  readonly ended: Promise<unknown>;
}

function drive({ connectionString, schema }: Place, begun: string): Driver {
  const child = spawn(process.execPath, [PROGRAM, connectionString, schema, "run", begun], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return { child, printed: text(child.stdout), ended: once(child, "exit") };
}

async function undisturbed(): Promise<readonly unknown[]> {
  await using flujo = new Flujo(
    longPipeline(() => {}),
    { context: CONTEXT },
  );
  await flujo.run(0, { runId: "run" });
  const result = await flujo.resume("run", { signals: { approve: { right: true } } });
  if (result.status !== "completed") throw new Error(`The undisturbed run is ${result.status}`);
  const { output, context, usage } = result;
  return [output, context, usage.requests, `${usage.costPico}`, usage.totalTokens];
}

/** Lets two processes drive one run, kills them again and again, and checks what is left after each kill and at the end. Returns how many it killed. */
async function driveAndKill(
  place: Place,
  begun: string,
  random: () => number,
  expected: readonly unknown[],
): Promise<number> {
  const linesBegun = (): readonly string[] => (existsSync(begun) ? readFileSync(begun, "utf8").split("\n") : []);
  /** What was settled when so many leaves had begun. */
  const settled: { readonly paths: ReadonlySet<string>; readonly before: number }[] = [];
  await using backend = new PostgresStateBackend(place);
  const drivers = [drive(place, begun), drive(place, begun)];
  while (settled.length < KILLS_A_RUN) {
    await expect.poll(() => linesBegun().length, { timeout: 30_000 }).toBeGreaterThan(settled.at(-1)?.before ?? 0);
    await wait(random() * 120);
    const victim = Math.floor(random() * drivers.length);
    const { child, ended } = drivers[victim] as Driver;
    child.kill("SIGKILL");
    await ended;
    const paths = new Set((await backend.readEntries("run")).map((entry) => entry.path));
    settled.push({ paths, before: linesBegun().length - 1 });
    if ((await backend.getRun("run"))?.status === "completed") break;
    drivers[victim] = drive(place, begun);
  }
  for (const { printed, ended, child } of drivers) {
    if (child.signalCode !== null) continue;
    expect(JSON.parse(await printed)).toStrictEqual(expected);
    expect(await ended).toStrictEqual([0, null]);
  }
  expect(await backend.getRun("run")).toMatchObject({ status: "completed" });
  const lines = linesBegun();
  for (const { paths, before } of settled) {
    expect(lines.slice(before).filter((path) => paths.has(path))).toStrictEqual([]);
  }
  return settled.length;
}

/** Numbers in [0, 1), the same in every run of the test. From Numerical Recipes, third edition, section 7.1. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test(
  "A run driven by two processes that are killed again and again ends as if nothing had happened, and settles no step twice",
  async () => {
    const expected = await undisturbed();
    const random = seededRandom(2026);
    for (let killed = 0, run = 0; killed < KILLS; run++) {
      killed += await driveAndKill(used.newPlace(), join(root, `${run}`), random, expected);
    }
  },
  KILLS * 20_000,
);
