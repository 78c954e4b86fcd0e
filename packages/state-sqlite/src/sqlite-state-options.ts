import { resolve } from "node:path";
import { type Clock, checkKeys, InvalidOptionError } from "@flujo/core/protocols";

export interface SqliteStateOptions {
  /**
   * Path of the database file, from the working directory if it is relative.
   * The file, and the folders that it is in, are created if they are missing.
   */
  readonly file: string;
  /**
   * `full`: what was written survives a loss of power; every commit waits for the disk.
   * `normal`: it survives the end of the process, and many times as many commits fit in a second;
   * a loss of power may undo the newest of them, and damages nothing. Default `full`.
   */
  readonly durability?: "full" | "normal";
  /** Longest wait for another process that is writing, in milliseconds; it blocks. Whole, at least 0. Default 5000. */
  readonly busyTimeoutMs?: number;
  /** Whether to read only: nothing is created or migrated, and every write is refused. Default false. */
  readonly readonly?: boolean;
  /** What leases are timed by. Default: the machine's clock. */
  readonly clock?: Pick<Clock, "now">;
}

/** Options with their defaults filled in and their ranges checked; `file` is absolute. */
export type ResolvedSqliteStateOptions = Readonly<Required<SqliteStateOptions>>;

/** The longest that SQLite can be told to wait: a 32-bit number. */
const MAX_BUSY_TIMEOUT_MS = 2_147_483_647;

const DEFAULTS = {
  durability: "full",
  busyTimeoutMs: 5_000,
  readonly: false,
  clock: { now: () => Date.now() },
} as const;

/** @throws {@link InvalidOptionError} naming the first option that can't be used */
export function resolveSqliteStateOptions(options: SqliteStateOptions): ResolvedSqliteStateOptions {
  checkKeys("sqliteState", options, ["file", ...Object.keys(DEFAULTS)]);
  const { file, durability, busyTimeoutMs, readonly, clock } = { ...DEFAULTS, ...options };
  // The driver trims names, and takes ":memory:" for a database that no other process could see.
  if (typeof file !== "string" || file === "" || file === ":memory:" || file.trim() !== file || file.includes("\0")) {
    throw new InvalidOptionError("file", file, "the path of a file, without blanks at its ends");
  }
  if (durability !== "full" && durability !== "normal") {
    throw new InvalidOptionError("durability", durability, `"full" or "normal"`);
  }
  if (!Number.isInteger(busyTimeoutMs) || busyTimeoutMs < 0 || busyTimeoutMs > MAX_BUSY_TIMEOUT_MS) {
    throw new InvalidOptionError("busyTimeoutMs", busyTimeoutMs, `a whole number from 0 to ${MAX_BUSY_TIMEOUT_MS}`);
  }
  return { file: resolve(file), durability, busyTimeoutMs, readonly, clock };
}
