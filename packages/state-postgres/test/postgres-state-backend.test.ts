import { PostgresStateBackend, type PostgresStateOptions } from "@flujo/state-postgres";
import { describeStateBackend } from "@flujo/testing";
import { useServer } from "./server/use-server.ts";

const place = useServer();
let schemas = 0;
const newSchema = (): string => `schema ${schemas++}`;

const optionsOf = new WeakMap<PostgresStateBackend, PostgresStateOptions>();

for (const durability of ["full", "normal"] as const) {
  describeStateBackend<PostgresStateBackend>({
    name: `PostgreSQL (${durability})`,
    open: (clock) => {
      const options = { connectionString: place.connectionString, schema: newSchema(), durability, clock };
      const backend = new PostgresStateBackend(options);
      optionsOf.set(backend, options);
      return backend;
    },
    reopen: async (backend, clock) => {
      await backend[Symbol.asyncDispose]();
      return new PostgresStateBackend({ ...optionsOf.get(backend), clock });
    },
    share: (backend, clock) => new PostgresStateBackend({ ...optionsOf.get(backend), clock }),
  });
}
