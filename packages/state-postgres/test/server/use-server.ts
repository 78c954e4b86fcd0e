import { afterAll, beforeAll } from "vitest";
import { PostgresServer } from "./postgres-server.ts";

/** A server for the tests of one file, gone with all that it had when they are done. */
export function useServer(settings: readonly string[] = []): {
  readonly connectionString: string;
  readonly server: PostgresServer;
} {
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    server = await PostgresServer.start(settings);
  });
  afterAll(() => server?.[Symbol.asyncDispose]());
  const started = (): PostgresServer => {
    if (server === undefined) throw new Error("The server runs while the tests do");
    return server;
  };
  return {
    get server() {
      return started();
    },
    get connectionString() {
      return started().connectionString;
    },
  };
}
