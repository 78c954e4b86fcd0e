import { VERSION_1 } from "./version-1.ts";

/** Given the quoted name of a schema, the SQL that brings it from one format to the next. */
export type Migration = (schema: string) => string;

/**
 * What makes each format out of the one before; the first, out of an empty schema. An entry is
 * never changed once it was released: a new format is a new file and a new entry.
 */
export const MIGRATIONS: readonly Migration[] = [VERSION_1];
