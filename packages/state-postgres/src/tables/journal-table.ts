import { randomUUID } from "node:crypto";
import {
  type JournalEntry,
  type Lease,
  LeaseLostError,
  type ReadEntriesOptions,
  StateError,
} from "@flujo/core/protocols";
import type { Session } from "../connection/session.ts";
import { type Statement, statement } from "../connection/statement.ts";
import {
  type AppendOneOutcome,
  type AppendOutcome,
  appendOneStatement,
  appendStatement,
  type BatchFeatures,
  PLAIN_COLUMNS,
} from "./append-statement.ts";
import { ENTRY_TEXTS, entryFromRow, entryToRow, type JournalEntryRow, type SentEntry } from "./journal-entry-row.ts";
import { type SharedText, TextPlacer, textOf } from "./shared-texts.ts";
import { restored, storable } from "./storable.ts";

/** Entries in the form in which they are sent. */
export interface SentEntries {
  readonly entries: readonly SentEntry[];
  readonly texts: readonly SharedText[];
  /** Of the texts in them, in UTF-16 code units. */
  readonly size: number;
}

/** One call of `appendEntries`, ready to be sent. */
export interface Append extends SentEntries {
  readonly lease: Lease;
  /** In the form that is stored. */
  readonly runId: string;
  readonly writeId: string;
}

/** What the drivers of runs recorded: `journal_entries`. */
export class JournalTable {
  readonly #sharedTextLength: number;
  readonly #owner: string;
  readonly #appendOne: Statement<AppendOneOutcome>;
  /** By what there is in a batch. */
  readonly #appends: ReadonlyMap<string, Statement<AppendOutcome>>;
  readonly #select: Statement<JournalEntryRow>;
  readonly #selectUnfolded: Statement<JournalEntryRow>;

  /**
   * @param s - the quoted name of the schema
   * @param owner - whose leases are good for writing, as `newLeaseOwner()` gives it
   */
  constructor(s: string, sharedTextLength: number, owner: string) {
    this.#sharedTextLength = sharedTextLength;
    this.#owner = owner;
    this.#appendOne = statement(appendOneStatement(s));
    const features = [false, true].flatMap((texts) => [false, true].map((folds) => ({ texts, folds })));
    this.#appends = new Map(features.map((batch) => [keyOf(batch), statement(appendStatement(s, batch))]));
    const texts: readonly string[] = ENTRY_TEXTS;
    const select = (which: string): Statement<JournalEntryRow> =>
      statement(`
        SELECT ${PLAIN_COLUMNS.map((column) => (texts.includes(column) ? textOf(s, column) : column)).join(", ")}
        FROM ${s}.journal_entries
        WHERE run = (SELECT id FROM ${s}.runs WHERE run_id = $1) ${which}
        ORDER BY sequence`);
    this.#select = select("");
    this.#selectUnfolded = select("AND NOT folded");
  }

  /** @throws {@link StateError} if an entry can't be kept as it is, or two of them have one path */
  prepare(entries: readonly JournalEntry[]): SentEntries {
    const placer = new TextPlacer(this.#sharedTextLength);
    const paths = new Set<string>();
    const rows = entries.map((entry) => {
      if (paths.has(entry.path)) throw pathTaken(entry.path);
      paths.add(entry.path);
      return entryToRow(entry, placer);
    });
    return { entries: rows, texts: placer.shared, size: entries.reduce((sum, entry) => sum + sizeOf(entry), 0) };
  }

  /** A call as it is sent; repeated, it is known by its id for the same. @throws as {@link prepare} does */
  prepareAppend(lease: Lease, entries: readonly JournalEntry[]): Append {
    return { lease, runId: storable(lease.runId, "runId"), writeId: randomUUID(), ...this.prepare(entries) };
  }

  /**
   * Does several calls in one transaction, each as if it were alone: all of it or nothing.
   * No two of them may be for the same path of the same run.
   *
   * @returns for each call what it is refused with, or undefined if it is done
   */
  async append(session: Session, appends: readonly Append[]): Promise<readonly (Error | undefined)[]> {
    const [first] = appends;
    if (first !== undefined && appends.length === 1 && isPlain(first)) {
      const { fenced, appended } = await this.#tryOne(session, first);
      if (!fenced) return [new LeaseLostError(first.lease.runId)];
      if (appended) return [undefined];
    }
    return this.#appendBatch(session, appends);
  }

  async #tryOne(session: Session, { runId, lease, writeId, entries: [entry] }: Append): Promise<AppendOneOutcome> {
    const values = PLAIN_COLUMNS.map((column) => entry?.[column]);
    const [outcome] = await session.query(this.#appendOne, [runId, this.#owner, lease.epoch, writeId, ...values]);
    return outcome as AppendOneOutcome;
  }

  async #appendBatch(session: Session, appends: readonly Append[]): Promise<readonly (Error | undefined)[]> {
    const writes = appends.map(({ lease, runId, writeId }, write) => ({
      write,
      run_id: runId,
      epoch: lease.epoch,
      write_id: writeId,
    }));
    const texts = sentTexts(appends);
    const features = {
      texts: texts.length > 0,
      folds: appends.some(({ entries }) => entries.some(({ folds }) => folds)),
    };
    const sets: readonly (readonly object[])[] = [writes, sentRows(appends), ...(features.texts ? [texts] : [])];
    const outcomes = await session.query(this.#appends.get(keyOf(features)) as Statement<AppendOutcome>, [
      this.#owner,
      ...sets.map((rows) => JSON.stringify(rows)),
    ]);
    const outcomeOf = new Map(outcomes.map((outcome) => [outcome.write, outcome]));
    return appends.map(({ lease }, write) => {
      const outcome = outcomeOf.get(write);
      if (!outcome?.fenced) return new LeaseLostError(lease.runId);
      return outcome.taken === null ? undefined : pathTaken(restored(outcome.taken));
    });
  }

  /** In the order in which they were appended. */
  async read(
    session: Session,
    runId: string,
    { unfolded = false }: ReadEntriesOptions,
  ): Promise<readonly JournalEntry[]> {
    const select = unfolded ? this.#selectUnfolded : this.#select;
    return (await session.query(select, [storable(runId, "runId")])).map(entryFromRow);
  }
}

/** The entries of all writes, each with the number of its write and its place among all. */
export function sentRows(
  writes: readonly SentEntries[],
): readonly (SentEntry & { readonly write: number; readonly place: number })[] {
  let place = 0;
  return writes.flatMap(({ entries }, write) => entries.map((entry) => ({ write, place: place++, ...entry })));
}

/** The texts of all writes, each with the number of its write. */
export function sentTexts(
  writes: readonly Pick<SentEntries, "texts">[],
): readonly (SharedText & { readonly write: number })[] {
  return writes.flatMap(({ texts }, write) => texts.map((text) => ({ write, ...text })));
}

/** Whether it is one entry that folds nothing and has no text apart. */
function isPlain({ entries, texts }: Append): boolean {
  return entries.length === 1 && texts.length === 0 && entries[0]?.folds !== true;
}

function sizeOf(entry: JournalEntry): number {
  return ENTRY_TEXTS.reduce((sum, name) => sum + (entry[name]?.length ?? 0), 0);
}

function keyOf({ texts, folds }: BatchFeatures): string {
  return `${texts} ${folds}`;
}

function pathTaken(path: string): StateError {
  return new StateError(`The run already has an entry at "${path}"`, { path });
}
