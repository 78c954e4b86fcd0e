import { StateError, StateFormatError } from "@flujo/core/protocols";
import type { Connections } from "./connection/connections.ts";
import type { ResolvedPostgresStateOptions } from "./postgres-state-options.ts";
import { checkServer } from "./schema/check-server.ts";
import { formatOf, isCurrent, migrate } from "./schema/migrate.ts";

/**
 * Makes a schema ready: in the newest format, created or migrated if need be, or refused if `readonly`.
 *
 * @throws {@link StateFormatError} if the schema's format is not one that can be used
 * @throws {@link StateError} if the schema or the server can't be used
 */
export async function openSchema(
  connections: Connections,
  { schema, durability, readonly }: ResolvedPostgresStateOptions,
): Promise<void> {
  await connections.use((session) => checkServer(session, durability));
  if (!readonly) return migrate(connections, schema);
  await connections.use(async (session) => {
    if (!(await formatOf(session, schema))) throw new StateError(`There is no schema "${schema}" of Flujo's to read`);
    if (await isCurrent(session, schema)) return;
    throw new StateFormatError(
      `The schema "${schema}" has an older format: open it once for writing, which brings it up to date`,
    );
  });
}
