import { StateError } from "@flujo/core/protocols";
import type { Session } from "../connection/session.ts";

/** The oldest version that knows all that is asked of it. */
const OLDEST_VERSION = 14;

/** @throws {@link StateError} if the server can't keep what it would be given, or not as safely as was promised */
export async function checkServer(session: Session, durability: "full" | "normal"): Promise<void> {
  const [server] = await session.execute<{
    readonly version: number;
    readonly encoding: string;
    readonly fsync: string;
  }>(`
    SELECT current_setting('server_version_num')::integer AS version,
           current_setting('server_encoding') AS encoding,
           current_setting('fsync') AS fsync`);
  if (server === undefined) return;
  if (server.version < OLDEST_VERSION * 10_000) {
    throw new StateError(`@flujo/state-postgres needs PostgreSQL ${OLDEST_VERSION} or later`);
  }
  if (server.encoding !== "UTF8") {
    throw new StateError(
      `The database's encoding is ${server.encoding}, which can't hold every text: create it with UTF8`,
    );
  }
  if (server.fsync === "off" && durability === "full") {
    throw new StateError(
      `The server runs with fsync off, so that a loss of power damages its files: turn it on, or ask for durability "normal"`,
    );
  }
}
