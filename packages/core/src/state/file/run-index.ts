import { closeSync, openSync, readSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { RunRecord, RunStatus } from "../../protocols/run-record.ts";
import type { ResolvedRunRetention } from "../../protocols/run-retention.ts";
import type { RunPage, RunQuery } from "../../protocols/state-backend.ts";
import { isPastRetention, type RunStanding } from "../retained-runs.ts";
import { isOneOf, matches, newestFirst, type RunHead, resolveRunQuery, toPage } from "../run-listing.ts";
import { codeOf } from "./file-error.ts";
import { checkFirstLine, damaged, framesIn } from "./log-format.ts";
import { recordFromPayload } from "./log-record.ts";
import { checkName, headOf, type ReadLog } from "./read-log.ts";
import { LOG_SUFFIX } from "./state-folder.ts";

interface Indexed {
  readonly file: string;
  readonly head: RunHead;
  /** How the run stood when its log had this size. */
  seen: { readonly size: number; readonly standing: RunStanding } | undefined;
}

/** Enough for the first record of a log, unless it has many tags. */
const HEAD_BYTES = 4_096;
/** Logs that are looked at within one turn of the event loop. */
const LOGS_A_TURN = 200;

/**
 * Which runs there are, in the order in which they are listed. A log's head never changes and is read once, by the first
 * listing that finds the log. How a run stands changes, and may do so by another process: that is asked when
 * a listing comes to the run, and of its log's size alone if it is known how it stood when the log had that size.
 */
export class RunIndex {
  readonly #folder: string;
  readonly #read: (file: string) => Promise<ReadLog | undefined>;
  #newestFirst: readonly Indexed[] = [];

  /**
   * @param folder - with the logs
   * @param read - how the run of a log stands; undefined if there is none of that name
   */
  constructor(folder: string, read: (file: string) => Promise<ReadLog | undefined>) {
    this.#folder = folder;
    this.#read = read;
  }

  async list(query: RunQuery, now: number): Promise<RunPage> {
    const resolved = resolveRunQuery(query);
    await this.#refresh();
    const found: RunRecord[] = [];
    let looked = 0;
    for (const indexed of this.#newestFirst) {
      if (found.length > resolved.limit) break;
      if (!matches(indexed.head, resolved)) continue;
      if (++looked % LOGS_A_TURN === 0) await nextTurn();
      if (query.status !== undefined && !mayStand(indexed, query.status)) continue;
      const log = await this.#look(indexed);
      if (log === undefined) continue;
      if (query.status?.includes(log.run.status) ?? true) found.push(log.run.toRecord(now));
    }
    return toPage(found, resolved);
  }

  /** The logs of runs that are not kept any longer, as far as can be told without their locks; those first that ended first. */
  async past(retention: ResolvedRunRetention): Promise<readonly string[]> {
    await this.#refresh();
    const past: { readonly file: string; readonly endedAt: number }[] = [];
    let looked = 0;
    for (const indexed of this.#newestFirst) {
      if (!isOneOf(indexed.head, retention)) continue;
      if (++looked % LOGS_A_TURN === 0) await nextTurn();
      if (mayStand(indexed, retention.status)) await this.#look(indexed);
      const { file, head, seen } = indexed;
      if (seen && isPastRetention(head, seen.standing, retention))
        past.push({ file, endedAt: seen.standing.endedAt ?? 0 });
    }
    return past.sort((a, b) => a.endedAt - b.endedAt).map(({ file }) => file);
  }

  async #look(indexed: Indexed): Promise<ReadLog | undefined> {
    const log = await this.#read(indexed.file);
    indexed.seen = log && { size: log.end, standing: { status: log.run.status, endedAt: log.run.endedAt } };
    return log;
  }

  async #refresh(): Promise<void> {
    const known = new Map(this.#newestFirst.map((indexed) => [indexed.file, indexed]));
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(LOG_SUFFIX));
    const runs: Indexed[] = [];
    let looked = 0;
    for (const file of names.map((name) => join(this.#folder, name))) {
      const indexed = known.get(file);
      if (indexed === undefined && ++looked % LOGS_A_TURN === 0) await nextTurn();
      const head = indexed?.head ?? readHead(file);
      if (head !== undefined) runs.push(indexed ?? { file, head, seen: undefined });
    }
    this.#newestFirst = runs.sort((a, b) => newestFirst(a.head, b.head));
  }
}

/** Whether a run may have one of these statuses, as far as its log's size says. */
function mayStand({ file, seen }: Indexed, status: readonly RunStatus[]): boolean {
  if (seen === undefined) return true;
  return statSync(file, { throwIfNoEntry: false })?.size !== seen.size || status.includes(seen.standing.status);
}

/** Undefined if the log is gone. */
function readHead(file: string): RunHead | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    for (let size = HEAD_BYTES; ; size *= 2) {
      const bytes = Buffer.allocUnsafe(size);
      const length = readSync(descriptor, bytes, 0, size, 0);
      const start = checkFirstLine(bytes.subarray(0, length), file);
      const frame = framesIn(bytes.subarray(start, length), start, file).next();
      const record = frame.done ? undefined : recordFromPayload(frame.value.payload);
      if (record?.type === "run") {
        const head = headOf(record);
        checkName(head, file);
        return head;
      }
      if (length < size || record !== undefined) throw damaged(file, start, "what its run began with is cut off");
    }
  } finally {
    closeSync(descriptor);
  }
}
