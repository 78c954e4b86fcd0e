import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StateBackend } from "@flujo/core/protocols";
import { type Account, readAccount } from "./account.ts";
import type { ChildProgram, ProgramEnd } from "./child-program.ts";
import type { ResolvedCrashProgram } from "./crash-program.ts";
import { type DriverFile, type DriverOrders, MOST_DRIVERS, startDriver } from "./driver-orders.ts";
import type { Happening } from "./happening.ts";
import { lostEntries } from "./lost-writes.ts";
import type { Problem } from "./problem.ts";
import { type LogLine, ProcessLog } from "./process-log.ts";
import { repetitions } from "./repetitions.ts";

/** What is special about one driver: what it is to do, and how. */
type Task = DriverOrders extends infer Orders
  ? Orders extends DriverOrders
    ? Omit<Orders, keyof Place>
    : never
  : never;

type Place = Pick<DriverOrders, "runId" | "folder" | "log" | "by">;

/** What is known of a run once all its drivers are gone. */
export interface Concluded {
  /** One for each driver that saw the run end. */
  readonly accounts: readonly Account[];
  readonly problems: readonly Problem[];
}

/** One run that several processes drive, with a folder and a store of its own, as the test's own process sees it. */
export class ProcessRun implements AsyncDisposable {
  readonly runId: string = `crash-test-${randomUUID()}`;
  readonly #folder: string;
  readonly #file: DriverFile;
  readonly #open: ResolvedCrashProgram["open"];
  readonly log: ProcessLog;
  readonly #children: ChildProgram[] = [];
  #store: Promise<StateBackend> | undefined;

  private constructor(folder: string, open: ResolvedCrashProgram["open"], file: DriverFile) {
    this.#folder = folder;
    this.#open = open;
    this.#file = file;
    this.log = new ProcessLog(join(folder, "seen.jsonl"));
  }

  static async begin({ open }: ResolvedCrashProgram, file: DriverFile): Promise<ProcessRun> {
    return new ProcessRun(await mkdtemp(join(tmpdir(), "flujo-crash-test-")), open, file);
  }

  /** The store of the run, as this process has it. Opened by the first call. */
  store(): Promise<StateBackend> {
    this.#store ??= Promise.resolve(this.#open(this.#place));
    return this.#store;
  }

  /** Where the store is. */
  get #place(): string {
    return join(this.#folder, "store");
  }

  /** Starts a process that drives the run. */
  start(task: Task): ChildProgram {
    const place: Place = {
      runId: this.runId,
      folder: this.#place,
      log: this.log.file,
      by: this.#children.length,
    };
    const child = startDriver(this.#file, { ...place, ...task } as DriverOrders);
    this.#children.push(child);
    return child;
  }

  /** Which of the drivers was the last to write something down. */
  lastAtWork(drivers: readonly ChildProgram[]): number | undefined {
    const by = this.log.lastWriter;
    const child = by === undefined ? undefined : this.#children[by % MOST_DRIVERS];
    const index = child === undefined ? -1 : drivers.indexOf(child);
    return index === -1 ? undefined : index;
  }

  /** Writes down what is in the store: from now on, nothing of it may begin again. Gives what is missing there. */
  async takeStock(): Promise<readonly Problem[]> {
    const acknowledged = happeningsIn(this.log.read());
    const entries = await (await this.store()).readEntries(this.runId);
    this.log.append({ type: "settled", paths: entries.map(({ path }) => path) });
    return lostEntries(acknowledged, entries);
  }

  async hasEnded(): Promise<boolean> {
    const record = await (await this.store()).getRun(this.runId);
    return record !== undefined && record.status !== "running" && record.status !== "paused";
  }

  /** Waits until those that are alive have ended, and gives what is known then. */
  async conclude(): Promise<Concluded> {
    const ends = await Promise.all(this.#children.map(async (child) => problemsOf(await child.ended, child.errors)));
    const lines = this.log.read();
    const happenings = happeningsIn(lines);
    const accounts: Account[] = [];
    const store = await this.store();
    for (const line of lines) {
      if (line.type === "ended") accounts.push(await readAccount(store, this.runId, happenings, line.reported));
    }
    if (accounts.length > 0) return { accounts, problems: ends.flat() };
    const unseen = { kind: "stuck", message: "no driver saw the run end" } as const;
    return { accounts, problems: [...ends.flat(), ...repetitions(happenings), unseen] };
  }

  /** Kills what is left of its processes, and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) await child[Symbol.asyncDispose]();
    await (await this.#store)?.[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function happeningsIn(lines: readonly LogLine[]): readonly Happening[] {
  return lines.filter((line) => line.type !== "ended");
}

function problemsOf({ code, signal }: ProgramEnd, errors: string): readonly Problem[] {
  if (code === 0 || signal === "SIGKILL") return [];
  return [{ kind: "stuck", message: `a driver ended by itself (${signal ?? code}): ${errors.trim().slice(-2_000)}` }];
}
