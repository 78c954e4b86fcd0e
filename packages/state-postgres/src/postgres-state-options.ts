import type { ConnectionOptions } from "node:tls";
import { type Clock, checkKeys, InvalidOptionError } from "@flujo/core/protocols";
import type { PostgresPool } from "./connection/postgres-pool.ts";

/** Which server, database and user; under the names that `pg` gives them. What is left out is as the environment says: `PGHOST`, `PGUSER` … */
export interface PostgresConnectionOptions {
  /** `postgres://user:password@host:5432/database`; what it says goes before the options below. */
  readonly connectionString?: string;
  /** Name or address of the server, or the folder of its socket. */
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  /** Asked for each connection, if it is a function: for passwords that run out. */
  readonly password?: string | (() => string | Promise<string>);
  readonly ssl?: boolean | ConnectionOptions;
  /** What the server calls the connections: in its log, in `pg_stat_activity`. Default `flujo`. */
  readonly application_name?: string;
  /** Most connections at once. Whole, at least 1. Default 10. */
  readonly max?: number;
  /** Longest wait for a connection, in milliseconds. Whole, at least 1. Default 5000. */
  readonly connectionTimeoutMillis?: number;
  /** Longest wait for an answer, in milliseconds, after which the server is asked again. Whole, at least 1. Default: as long as the connection seems to be there. */
  readonly query_timeout?: number;
  /** After how many milliseconds a connection that nobody needs is closed. Whole, at least 0; 0: never. Default 10 000. */
  readonly idleTimeoutMillis?: number;
}

export interface PostgresStateOptions extends PostgresConnectionOptions {
  /** A pool of `pg`'s, in place of all that says how to connect. It stays the caller's: it is not ended, and its sessions' settings are not changed. */
  readonly pool?: PostgresPool;
  /** The schema that all tables are in. It is created if it is missing. Default `flujo`. */
  readonly schema?: string;
  /**
   * `full`: what was written survives a loss of the server's power; every commit waits for the disk.
   * `normal`: it survives the end of this process, and many times as many commits fit in a second; a crash
   * of the server may undo the newest of them, and damages nothing. Default `full`.
   */
  readonly durability?: "full" | "normal";
  /** Longest wait for a server that is gone to come back, in milliseconds. At least 0. Default 10 000. */
  readonly reconnectTimeoutMs?: number;
  /** From what length on, in UTF-16 code units, a text is kept once for all that have the same. Whole, at least 0. Default 16 384. */
  readonly sharedTextLength?: number;
  /** Whether to read only: nothing is created or migrated, and every write is refused. Default false. */
  readonly readonly?: boolean;
  /** What leases are timed by. Default: the server's clock, which is one for all hosts. */
  readonly clock?: Pick<Clock, "now">;
}

/** Options with their defaults filled in and their ranges checked. */
export interface ResolvedPostgresStateOptions {
  readonly connection: PostgresConnectionOptions;
  readonly pool: PostgresPool | undefined;
  readonly schema: string;
  readonly durability: "full" | "normal";
  readonly reconnectTimeoutMs: number;
  readonly sharedTextLength: number;
  readonly readonly: boolean;
  readonly clock: Pick<Clock, "now"> | undefined;
}

const CONNECTION_OPTIONS = [
  "connectionString",
  "host",
  "port",
  "database",
  "user",
  "password",
  "ssl",
  "application_name",
  "max",
  "connectionTimeoutMillis",
  "query_timeout",
  "idleTimeoutMillis",
] as const satisfies readonly (keyof PostgresConnectionOptions)[];

const OWN_OPTIONS = [
  "pool",
  "schema",
  "durability",
  "reconnectTimeoutMs",
  "sharedTextLength",
  "readonly",
  "clock",
] as const satisfies readonly (keyof PostgresStateOptions)[];

const CONNECTION_DEFAULTS = {
  application_name: "flujo",
  max: 10,
  connectionTimeoutMillis: 5_000,
  idleTimeoutMillis: 10_000,
} as const;

const DEFAULTS = {
  pool: undefined,
  schema: "flujo",
  durability: "full",
  reconnectTimeoutMs: 10_000,
  sharedTextLength: 16_384,
  readonly: false,
  clock: undefined,
} as const;

/** Longest name that PostgreSQL keeps whole: a longer one would be cut off, and could become another's. */
const MAX_NAME_BYTES = 63;

/** @throws {@link InvalidOptionError} naming the first option that can't be used */
export function resolvePostgresStateOptions(options: PostgresStateOptions): ResolvedPostgresStateOptions {
  checkKeys("postgresState", options, [...CONNECTION_OPTIONS, ...OWN_OPTIONS]);
  const { pool, schema, durability, reconnectTimeoutMs, sharedTextLength, readonly, clock } = {
    ...DEFAULTS,
    ...defined(options),
  };
  const connection = resolveConnection(options);
  if (pool !== undefined) checkPool(pool, options);
  checkSchema(schema);
  if (durability !== "full" && durability !== "normal") {
    throw new InvalidOptionError("durability", durability, `"full" or "normal"`);
  }
  if (!Number.isFinite(reconnectTimeoutMs) || reconnectTimeoutMs < 0) {
    throw new InvalidOptionError("reconnectTimeoutMs", reconnectTimeoutMs, "a finite number of at least 0");
  }
  checkWhole("sharedTextLength", sharedTextLength, 0);
  if (typeof readonly !== "boolean") throw new InvalidOptionError("readonly", readonly, "true or false");
  if (clock !== undefined && typeof clock?.now !== "function") {
    throw new InvalidOptionError("clock", clock, "an object with a method now()");
  }
  return { connection, pool, schema, durability, reconnectTimeoutMs, sharedTextLength, readonly, clock };
}

function resolveConnection(options: PostgresStateOptions): PostgresConnectionOptions {
  const named = Object.fromEntries(
    CONNECTION_OPTIONS.map((name) => [name, options[name]]).filter(([, value]) => value !== undefined),
  ) as PostgresConnectionOptions;
  const connection = { ...CONNECTION_DEFAULTS, ...named };
  for (const name of ["connectionString", "host", "database", "user", "application_name"] as const) {
    const value = connection[name];
    if (value === undefined) continue;
    if (typeof value !== "string" || value === "" || value.includes("\0")) {
      // Its value is not shown: a connection string may hold a password.
      throw new InvalidOptionError(name, typeof value, "a text that is not empty");
    }
  }
  if (connection.port !== undefined) checkWhole("port", connection.port, 1, 65_535);
  checkWhole("max", connection.max, 1);
  checkWhole("connectionTimeoutMillis", connection.connectionTimeoutMillis, 1);
  if (connection.query_timeout !== undefined) checkWhole("query_timeout", connection.query_timeout, 1);
  checkWhole("idleTimeoutMillis", connection.idleTimeoutMillis, 0);
  return connection;
}

function checkPool(pool: PostgresPool, options: PostgresStateOptions): void {
  if (typeof pool?.connect !== "function") {
    throw new InvalidOptionError("pool", typeof pool, "a Pool of pg's");
  }
  const beside = CONNECTION_OPTIONS.find((name) => options[name] !== undefined);
  if (beside !== undefined) throw new InvalidOptionError(beside, "beside pool", "left out, as the pool says it");
}

function checkSchema(schema: string): void {
  const usable =
    typeof schema === "string" &&
    schema !== "" &&
    schema.isWellFormed() &&
    !schema.includes("\0") &&
    Buffer.byteLength(schema) <= MAX_NAME_BYTES &&
    !schema.startsWith("pg_") &&
    schema !== "information_schema";
  if (usable) return;
  throw new InvalidOptionError(
    "schema",
    schema,
    `a name of 1 to ${MAX_NAME_BYTES} bytes that PostgreSQL does not keep for itself`,
  );
}

function checkWhole(option: string, value: number, min: number, max: number = 2 ** 31 - 1): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new InvalidOptionError(option, value, `a whole number from ${min} to ${max}`);
}

/** An option that is given as undefined is left out: its default stands. */
function defined(options: PostgresStateOptions): PostgresStateOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
