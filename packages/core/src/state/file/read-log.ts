import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { NewRun } from "../../protocols/run-record.ts";
import type { RunHead } from "../run-listing.ts";
import { codeOf } from "./file-error.ts";
import { checkFirstLine, damaged, framesIn } from "./log-format.ts";
import { type LogRecord, type LogRecordType, recordFromPayload, recordTypeOf } from "./log-record.ts";
import { RunState } from "./run-state.ts";
import { logNameOf } from "./state-folder.ts";

/** What records a reader needs. The others are not parsed. */
export type Wanted = (type: LogRecordType) => boolean;

export interface ReadLog {
  readonly run: RunState;
  /** Where the last whole record ends; the file may be longer, by a write that was cut short or is going on. */
  readonly end: number;
}

export interface ParsedLog extends ReadLog {
  /** Those that were wanted, after what the run began with. */
  readonly records: readonly LogRecord[];
}

/**
 * The wanted records of a log, and what they make of its run; undefined if there is no such file.
 *
 * @throws {@link StateError} if it is damaged, or holds another run than its name says
 * @throws {@link StateFormatError} if a newer version wrote it
 */
export async function readLog(file: string, wanted: Wanted): Promise<ParsedLog | undefined> {
  try {
    return parseLog(await readFile(file), file, wanted);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** As {@link readLog} does, of a log's bytes. */
export function parseLog(bytes: Buffer, file: string, wanted: Wanted): ParsedLog {
  const start = checkFirstLine(bytes, file);
  const frames = framesIn(bytes.subarray(start), start, file);
  const [first, second] = [nextRecord(frames), nextRecord(frames)];
  if (first?.record.type !== "run" || second?.record.type !== "beginning") {
    throw damaged(file, start, "what its run began with is cut off");
  }
  const head = headOf(first.record);
  const { type: _, ...beginning } = second.record;
  checkName(head, file);
  const run = new RunState({ ...head, ...beginning });
  const records: LogRecord[] = [];
  let { end } = second;
  for (const frame of frames) {
    end = frame.end;
    if (!wanted(recordTypeOf(frame.payload))) continue;
    const record = recordFromPayload(frame.payload);
    run.apply(record);
    records.push(record);
  }
  return { run, end, records };
}

/** What of a log's first record its run is listed by. */
export function headOf({ runId, pipeline, tags, createdAt }: RunHead): RunHead {
  return { runId, pipeline, tags, createdAt };
}

/** A log that was renamed, or put in another's place, is not the log of the run that its name stands for. */
export function checkName({ runId }: Pick<NewRun, "runId">, file: string): void {
  if (logNameOf(runId) !== basename(file)) throw damaged(file, 0, `it is the log of the run ${JSON.stringify(runId)}`);
}

function nextRecord(frames: ReturnType<typeof framesIn>): { record: LogRecord; end: number } | undefined {
  const next = frames.next();
  return next.done ? undefined : { record: recordFromPayload(next.value.payload), end: next.value.end };
}
