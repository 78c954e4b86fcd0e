import { InvalidOptionError, StateError } from "@flujo/core/protocols";
import type { Database, Statement } from "better-sqlite3";
import { primaryCodeOf, toStateError } from "../sqlite-error.ts";

/** A value as SQLite has it. An integer is a number where that holds it exactly, else a bigint. */
export type SqlValue = string | number | bigint | Uint8Array | null;

/** The columns of a row, by name. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** For `?` by place, for `@name` by name. */
export type SqlParameters = readonly SqlValue[] | SqlRow;

/**
 * Answers a SELECT.
 *
 * @param reader - a connection that can't write
 * @throws {@link InvalidOptionError} for what is no single statement that reads and gives rows
 * @throws {@link StateError} if SQLite can't answer it, with what it says of it
 */
export function queryDatabase(reader: Database, sql: string, parameters: SqlParameters): readonly SqlRow[] {
  try {
    const statement = prepare(reader, sql);
    return statement.all(parameters).map(exactly);
  } catch (error) {
    throw explained(error, reader.name, sql);
  }
}

function prepare(reader: Database, sql: string): Statement<[SqlParameters], SqlRow> {
  const statement = reader.prepare<[SqlParameters], SqlRow>(sql).safeIntegers();
  if (!statement.reader || !statement.readonly)
    throw new InvalidOptionError("sql", sql, "one statement that only reads");
  return statement;
}

function exactly(row: SqlRow): SqlRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, isExact(value) ? Number(value) : value]));
}

function isExact(value: SqlValue): boolean {
  return typeof value === "bigint" && Number.isSafeInteger(Number(value));
}

/** What is wrong with a query is the query's affair, and says nothing about the file. */
function explained(error: unknown, file: string, sql: string): unknown {
  // The driver's own words for several statements in one, none at all, and parameters that do not fit.
  if (error instanceof RangeError || error instanceof TypeError) {
    return error instanceof TypeError || /statement|parameter/i.test(error.message)
      ? new StateError(`The query ${JSON.stringify(sql)} can't be answered: ${error.message}`, { cause: error })
      : error;
  }
  if (primaryCodeOf(error) === "SQLITE_ERROR") {
    const { message } = error as Error;
    return new StateError(`The query ${JSON.stringify(sql)} can't be answered: ${message}`, { cause: error });
  }
  return toStateError(error, file);
}
