import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { FileStateBackend, Flujo } from "@flujo/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CONTEXT, longPipeline } from "./processes/long-pipeline.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = temporaryFolder();
const PROGRAM = new URL("./processes/drive-pipeline.ts", import.meta.url).pathname;
/** `pnpm proof` kills 500 processes; a sample does for every day. */
const KILLS = process.env["FLUJO_PROOF"] === undefined ? 6 : 500;
/** Of one run, before it is left to end. */
const KILLS_A_RUN = 6;

interface Kill {
  /** Which of the two processes. */
  readonly victim: number;
  readonly afterMs: number;
}

interface Driver {
  readonly child: ChildProcess;
  /** What it printed, once it has ended. */
  readonly printed: Promise<string>;
  readonly ended: Promise<unknown>;
}

function drive(folder: string, begun: string): Driver {
  const child = spawn(process.execPath, [PROGRAM, folder, "run", begun], { stdio: ["ignore", "pipe", "inherit"] });
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

/** Lets two processes drive one run, kills them again and again, and checks what is left after each kill and at the end. */
async function driveAndKill(folder: string, kills: readonly Kill[], expected: readonly unknown[]): Promise<void> {
  const begun = `${folder}.begun`;
  const linesBegun = (): readonly string[] => (existsSync(begun) ? readFileSync(begun, "utf8").split("\n") : []);
  /** What was settled when so many leaves had begun. */
  const settled: { readonly paths: ReadonlySet<string>; readonly before: number }[] = [];
  await using backend = new FileStateBackend({ folder });
  const drivers = [drive(folder, begun), drive(folder, begun)];
  for (const { victim, afterMs } of kills) {
    await expect.poll(() => linesBegun().length, { timeout: 30_000 }).toBeGreaterThan(settled.at(-1)?.before ?? 0);
    await wait(afterMs);
    const { child, ended } = drivers[victim] as Driver;
    child.kill("SIGKILL");
    await ended;
    const paths = new Set((await backend.readEntries("run")).map((entry) => entry.path));
    settled.push({ paths, before: linesBegun().length - 1 });
    if ((await backend.getRun("run"))?.status === "completed") break;
    drivers[victim] = drive(folder, begun);
  }
  for (const { printed, ended, child } of drivers) {
    if (child.signalCode !== null) continue;
    expect(JSON.parse(await printed)).toStrictEqual(expected);
    expect(await ended).toStrictEqual([0, null]);
  }
  const lines = linesBegun();
  for (const { paths, before } of settled) {
    expect(lines.slice(before).filter((path) => paths.has(path))).toStrictEqual([]);
  }
}

test(
  "A run driven by two processes that are killed again and again ends as if nothing had happened, and settles no step twice",
  async () => {
    const expected = await undisturbed();
    const kill = fc.record({ victim: fc.integer({ min: 0, max: 1 }), afterMs: fc.integer({ min: 0, max: 120 }) });
    const kills = fc.sample(kill, { seed: 2026, numRuns: KILLS });
    for (let from = 0; from < kills.length; from += KILLS_A_RUN) {
      await driveAndKill(join(root, `${from}`), kills.slice(from, from + KILLS_A_RUN), expected);
    }
  },
  KILLS * 10_000,
);
