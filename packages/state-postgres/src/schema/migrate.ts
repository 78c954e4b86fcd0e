import { StateError, StateFormatError } from "@flujo/core/protocols";
import { escapeIdentifier, escapeLiteral } from "pg";
import type { Connections } from "../connection/connections.ts";
import type { Session } from "../connection/session.ts";
import { MIGRATIONS, type Migration } from "./migrations.ts";

/**
 * Brings a schema to the newest format, a missing or empty one from nothing; all of it or none of it, and once,
 * however many processes open it at the same moment, on however many hosts.
 *
 * Its table `flujo_format` says what was done and when, a row for each format. A schema that has other tables
 * and not this one belongs to something else.
 *
 * @throws {@link StateFormatError} if the format is newer than the newest that is known here
 * @throws {@link StateError} if it is some other program's schema
 */
export async function migrate(
  connections: Connections,
  schema: string,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  if (await connections.use((session) => isCurrent(session, schema, migrations))) return;
  await connections.transaction(async (session) => {
    await session.execute(`SELECT pg_advisory_xact_lock(hashtext('flujo format'), hashtext(${escapeLiteral(schema)}))`);
    // Asked again, now that nobody else is at it: another may have done it all in the meantime.
    if (await isCurrent(session, schema, migrations)) return;
    const format = await formatOf(session, schema);
    const name = escapeIdentifier(schema);
    // Looked for first: who may not create schemas may not even say IF NOT EXISTS.
    if (format === undefined) await session.execute(`CREATE SCHEMA ${name}`);
    if (!format) {
      await session.execute(
        `CREATE TABLE ${name}.flujo_format (version integer PRIMARY KEY, made_at timestamptz NOT NULL DEFAULT now())`,
      );
    }
    for (const [index, migration] of migrations.entries()) {
      if (index < (format ?? 0)) continue;
      await session.execute(migration(name));
      await session.execute(`INSERT INTO ${name}.flujo_format (version) VALUES (${index + 1})`);
    }
  });
}

/**
 * Whether a schema has the newest format, so that it can be read as it is.
 *
 * @throws as {@link migrate} does
 */
export async function isCurrent(
  session: Session,
  schema: string,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<boolean> {
  const format = (await formatOf(session, schema)) ?? 0;
  if (format > migrations.length) {
    throw new StateFormatError(
      `The schema "${schema}" has format ${format}, and this version of @flujo/state-postgres knows ` +
        `formats up to ${migrations.length}: update the package`,
    );
  }
  return format === migrations.length;
}

/** The format of a schema of Flujo's; 0 of an empty one, undefined if there is none of that name. */
export async function formatOf(session: Session, schema: string): Promise<number | undefined> {
  const name = escapeLiteral(schema);
  const [found] = await session.execute<{ readonly ours: boolean; readonly tables: boolean }>(`
    SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = pg_namespace.oid AND relname = 'flujo_format') AS ours,
           EXISTS (SELECT FROM pg_class WHERE relnamespace = pg_namespace.oid) AS tables
    FROM pg_namespace WHERE nspname = ${name}`);
  if (found === undefined) return undefined;
  if (!found.ours && !found.tables) return 0;
  if (!found.ours) {
    throw new StateError(`The schema "${schema}" is not one of Flujo's; it was left as it is. Name another schema`);
  }
  const [row] = await session.execute<{ readonly format: number }>(
    `SELECT coalesce(max(version), 0) AS format FROM ${escapeIdentifier(schema)}.flujo_format`,
  );
  return row?.format ?? 0;
}
