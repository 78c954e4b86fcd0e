import { VERSION_1 } from "./version-1.ts";
import { VERSION_2 } from "./version-2.ts";

/**
 * What makes each format out of the one before; the first, out of an empty database. An entry is
 * never changed once it was released: a new format is a new file and a new entry.
 */
export const MIGRATIONS: readonly string[] = [VERSION_1, VERSION_2];
