export type { PostgresClient, PostgresPool, PostgresQuery } from "./connection/postgres-pool.ts";
export { postgresState } from "./module.ts";
export { PostgresStateBackend } from "./postgres-state-backend.ts";
export type { PostgresConnectionOptions, PostgresStateOptions } from "./postgres-state-options.ts";
