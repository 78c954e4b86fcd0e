export { sqliteState } from "./module.ts";
export { SqliteStateBackend } from "./sqlite-state-backend.ts";
export type { SqliteStateOptions } from "./sqlite-state-options.ts";
export type { SqlParameters, SqlRow, SqlValue } from "./upkeep/query-database.ts";
