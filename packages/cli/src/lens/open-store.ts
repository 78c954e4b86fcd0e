import { SqliteStateBackend } from "@flujo/state-sqlite";
import { checkDbExists } from "../drive/open-runner.ts";

/**
 * Opens a database to look into it. Nothing is written; whoever works with it is not disturbed.
 *
 * @throws UsageError if there is no such file.
 */
export function openStore(db: string): SqliteStateBackend {
  checkDbExists(db);
  return new SqliteStateBackend({ file: db, readonly: true });
}
