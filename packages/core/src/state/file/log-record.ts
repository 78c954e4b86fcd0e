import type { JournalEntry } from "../../protocols/journal-entry.ts";
import type { NewRun, RunEnding } from "../../protocols/run-record.ts";
import type { Signal } from "../../protocols/state-backend.ts";
import type { RunHead } from "../run-listing.ts";
import { toFrame } from "./log-format.ts";
import { type StoredUsage, usageFromStored, usageToStored } from "./stored-usage.ts";

/** What happened to a run, as its log has it: a record is there as a whole or not at all. */
export type LogRecord =
  /** The first of every log: by this it is listed. `life` is there for its checksum, which so differs between runs that had the same id. */
  | ({ readonly type: "run"; readonly life?: string } & RunHead)
  /** The second: what is large. */
  | ({ readonly type: "beginning" } & Omit<NewRun, keyof RunHead>)
  | {
      readonly type: "lease";
      readonly epoch: number;
      readonly owner: string;
      readonly until: number;
      readonly at: number;
    }
  | { readonly type: "renewal"; readonly until: number }
  | { readonly type: "release"; readonly at: number }
  | { readonly type: "entries"; readonly entries: readonly JournalEntry[] }
  /** The end of a run or a pause; gives the lease back. */
  | { readonly type: "ending"; readonly ending: RunEnding }
  | { readonly type: "signal"; readonly signal: Signal };

export type LogRecordType = LogRecord["type"];

/** The payload is the record's type, a blank and JSON, so that a reader can leave out what it does not need. */
export function recordToFrame(record: LogRecord): Buffer {
  const { type, ...body } = storable(record);
  return toFrame(`${type} ${JSON.stringify(body)}`);
}

export function recordTypeOf(payload: Buffer): LogRecordType {
  return payload.toString("latin1", 0, payload.indexOf(" ")) as LogRecordType;
}

export function recordFromPayload(payload: Buffer): LogRecord {
  const type = recordTypeOf(payload);
  const body = JSON.parse(payload.toString("utf8", type.length + 1)) as never;
  switch (type) {
    case "entries": {
      const { entries } = body as { readonly entries: readonly Stored[] };
      return { type, entries: entries.map((entry) => fromStored<JournalEntry>(entry)) };
    }
    case "ending": {
      const { ending } = body as { readonly ending: Stored };
      return { type, ending: fromStored<RunEnding>(ending) };
    }
    default:
      return { type, ...(body as object) } as LogRecord;
  }
}

/** What bears a usage, which is all that JSON can't write as it is. */
interface Stored {
  readonly usage?: StoredUsage;
}

function storable(record: LogRecord): { readonly type: LogRecordType } {
  switch (record.type) {
    case "entries":
      return { ...record, entries: record.entries.map(toStored) } as { readonly type: LogRecordType };
    case "ending":
      return { ...record, ending: toStored(record.ending) } as { readonly type: LogRecordType };
    default:
      return record;
  }
}

function toStored(bearer: JournalEntry | RunEnding): Stored {
  const { usage, ...rest } = bearer;
  return { ...rest, ...(usage && { usage: usageToStored(usage) }) };
}

function fromStored<Bearer extends JournalEntry | RunEnding>({ usage, ...rest }: Stored): Bearer {
  return { ...rest, ...(usage && { usage: usageFromStored(usage) }) } as Bearer;
}
