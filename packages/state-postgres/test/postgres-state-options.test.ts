import { PostgresStateBackend, type PostgresStateOptions, postgresState } from "@flujo/state-postgres";
import { Pool } from "pg";
import { describe, expect, test } from "vitest";
import { resolvePostgresStateOptions } from "../src/postgres-state-options.ts";

describe("The options of a PostgreSQL backend", () => {
  test("are filled in, those that are undefined too", () => {
    expect(resolvePostgresStateOptions({ schema: undefined, host: undefined } as never)).toStrictEqual({
      connection: {
        application_name: "flujo",
        max: 10,
        connectionTimeoutMillis: 5_000,
        idleTimeoutMillis: 10_000,
      },
      pool: undefined,
      schema: "flujo",
      durability: "full",
      reconnectTimeoutMs: 10_000,
      sharedTextLength: 16_384,
      readonly: false,
      clock: undefined,
    });
  });

  test.each<[string, unknown]>([
    ["connectionString", ""],
    ["connectionString", 5],
    ["host", ""],
    ["port", 0],
    ["port", 65_536],
    ["user", "nul\0"],
    ["max", 0],
    ["max", 2.5],
    ["connectionTimeoutMillis", 0],
    ["idleTimeoutMillis", -1],
    ["query_timeout", 0],
    ["pool", {}],
    ["schema", ""],
    ["schema", "nul\0"],
    ["schema", "half \ud83d"],
    ["schema", "€".repeat(22)],
    ["schema", "pg_temp"],
    ["schema", "information_schema"],
    ["durability", "sometimes"],
    ["reconnectTimeoutMs", -1],
    ["reconnectTimeoutMs", Number.POSITIVE_INFINITY],
    ["sharedTextLength", 0.5],
    ["readonly", "yes"],
    ["clock", {}],
  ])("refuse %s = %j", (option, value) => {
    const refused = expect.objectContaining({ code: "invalid_option", option });
    expect(() => new PostgresStateBackend({ [option]: value } as PostgresStateOptions)).toThrow(refused);
    expect(() => postgresState({ [option]: value } as PostgresStateOptions)).toThrow(refused);
  });

  test("refuse one that nobody knows, and anything but an object", () => {
    const refused = (option: string) => expect.objectContaining({ code: "invalid_option", option });
    expect(() => postgresState({ shema: "flujo" } as never)).toThrow(refused("postgresState.shema"));
    expect(() => postgresState(undefined as never)).toThrow(refused("postgresState"));
  });

  test("refuse to be told how to connect in two ways, and show no password", () => {
    const pool = new Pool();
    const connectionString = "postgres://user:secret@host/database";
    const thrown = (options: PostgresStateOptions): Error => {
      try {
        resolvePostgresStateOptions(options);
      } catch (error) {
        return error as Error;
      }
      throw new Error("Nothing was thrown");
    };
    expect(thrown({ pool, host: "elsewhere" })).toMatchObject({ code: "invalid_option", option: "host" });
    for (const error of [thrown({ pool, connectionString }), thrown({ connectionString: `${connectionString}\0` })]) {
      expect(error).toMatchObject({ code: "invalid_option", option: "connectionString" });
      expect(`${error.message} ${JSON.stringify(error)}`).not.toContain("secret");
    }
  });
});
