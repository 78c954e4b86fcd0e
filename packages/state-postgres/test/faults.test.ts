import { postgresState } from "@flujo/state-postgres";
import { describeStateFaults } from "@flujo/testing";
import { type Place, useServer } from "./server/use-server.ts";

const used = useServer();
const unreachable = { code: "state", message: /^The PostgreSQL database of the schema ".*" can't be reached/ } as const;

async function stopServer(): Promise<() => Promise<void>> {
  await used.server.stop("immediate");
  return () => used.server.run();
}

describeStateFaults<Place>({
  name: "PostgreSQL",
  newStore: () => used.newPlace(),
  module: (place) => postgresState({ ...place, reconnectTimeoutMs: 0 }),
  underWay: {
    "the server is gone": { refused: unreachable, strike: stopServer },
    "a table is gone": {
      refused: { code: "state", message: /lacks a table that it had; restore it from a backup/ },
      strike: async ({ schema }) => {
        await used.query(`ALTER TABLE "${schema}".journal_entries RENAME TO elsewhere`);
        return async () => void (await used.query(`ALTER TABLE "${schema}".elsewhere RENAME TO journal_entries`));
      },
    },
  },
  left: {
    "the server is gone": { refused: unreachable, strike: stopServer },
    "a newer version brought the schema to its format": {
      refused: { code: "state_format", message: /^The schema ".*" has format 99, .*: update the package/ },
      strike: async ({ schema }) => {
        await used.query(`INSERT INTO "${schema}".flujo_format (version) VALUES (99)`);
        return async () => void (await used.query(`DELETE FROM "${schema}".flujo_format WHERE version = 99`));
      },
    },
  },
});
