import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Place } from "../server/use-server.ts";

const PROGRAM = new URL("./append-entries.ts", import.meta.url).pathname;

export interface Driver {
  readonly child: ChildProcess;
  /** The lines that it has printed. */
  readonly lines: readonly string[];
  /** Resolves to how the process ended, once all that it printed is in `lines`. */
  readonly ended: Promise<readonly [code: number | null, signal: string | null]>;
}

/** Drives the run in a process of its own, and waits until the first of its entries is acknowledged. */
export async function drive({ connectionString, schema }: Place, runId: string, ttlMs: number): Promise<Driver> {
  const child = spawn(process.execPath, [PROGRAM, connectionString, schema, runId, `${ttlMs}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  const output = createInterface(child.stdout);
  const began = once(output, "line");
  output.on("line", (line) => lines.push(line));
  const ended = Promise.all([once(child, "exit"), once(output, "close")]).then(([exit]) => exit as [null, string]);
  await began;
  return { child, lines, ended };
}
