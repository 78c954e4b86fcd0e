import { randomUUID } from "node:crypto";
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { StateError } from "@flujo/core/protocols";
import type { Database } from "better-sqlite3";

/**
 * Copies a database while it is in use. The copy has its name only once it is whole and on the disk, and takes nobody else's.
 *
 * @throws {@link StateError} if there is something of that name
 */
export async function backUp(database: Database, file: string): Promise<void> {
  const target = resolve(file);
  if (existsSync(target)) throw taken(target);
  mkdirSync(dirname(target), { recursive: true });
  const draft = `${target}.${randomUUID()}.draft`;
  try {
    await database.backup(draft);
    const descriptor = openSync(draft, "r+");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    link(draft, target);
  } finally {
    rmSync(draft, { force: true });
    rmSync(`${draft}-journal`, { force: true });
  }
}

/** Unlike a renaming, it never takes the place of a file that came to be in the meantime. */
function link(draft: string, target: string): void {
  try {
    linkSync(draft, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw taken(target);
    throw error;
  }
}

function taken(target: string): StateError {
  return new StateError(
    `There is something at ${target} already; it was left as it is. Name another file for the backup`,
  );
}
