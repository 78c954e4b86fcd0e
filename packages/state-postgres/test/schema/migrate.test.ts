import { readFileSync } from "node:fs";
import { PostgresStateBackend } from "@flujo/state-postgres";
import { describe, expect, test } from "vitest";
import { Connections } from "../../src/connection/connections.ts";
import { resolvePostgresStateOptions } from "../../src/postgres-state-options.ts";
import { migrate } from "../../src/schema/migrate.ts";
import { MIGRATIONS } from "../../src/schema/migrations.ts";
import { newRun } from "../samples.ts";
import { type Place, useServer } from "../server/use-server.ts";

const used = useServer();
const version1 = readFileSync(new URL("./version-1.sql", import.meta.url), "utf8");

async function withConnections<Result>(
  place: Place,
  work: (connections: Connections) => Promise<Result>,
): Promise<Result> {
  const connections = new Connections(resolvePostgresStateOptions(place));
  try {
    return await work(connections);
  } finally {
    await connections.close();
  }
}

/** All that a schema has, as the server describes it, but for the schema's own name. */
async function describeSchema(schema: string): Promise<readonly string[]> {
  const rows = await used.query<{ readonly line: string }>(
    `SELECT line FROM (
       SELECT format('%s %s %s %s', table_name, column_name, data_type, is_nullable) AS line
       FROM information_schema.columns WHERE table_schema = $1
       UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = $1
       UNION ALL SELECT format('%s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
         WHERE connamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
       UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc
         WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
       UNION ALL SELECT format('%s %s', viewname, definition) FROM pg_views WHERE schemaname = $1
     ) AS lines ORDER BY line COLLATE "C"`,
    [schema],
  );
  return rows.map(({ line }) => line.replaceAll(`"${schema}".`, "").replaceAll(`${schema}.`, ""));
}

describe("A schema of format 1", () => {
  async function version1Place(): Promise<Place> {
    const place = used.newPlace();
    await used.query(version1.replaceAll("flujo_of_version_1", `"${place.schema}"`));
    return place;
  }

  test("is opened with all that is in it, and brought up to date", async () => {
    const place = await version1Place();
    await using backend = new PostgresStateBackend(place);
    const totals = {
      inputTokens: 1200,
      outputTokens: 34.5,
      cachedInputTokens: 0,
      reasoningTokens: 12,
      totalTokens: 1234.5,
    };
    const usage = { requests: 3, ...totals, costPico: 9_007_199_254_740_993n, costUsd: 9_007.25 };
    expect((await backend.listRuns()).runs).toStrictEqual([
      {
        runId: "paused",
        pipeline: "article",
        plan: `{"kind":"pipeline"}`,
        input: `"it's in"`,
        context: "a text that is kept once",
        tags: { kind: "draft", "n\0ul": "\u0001" },
        createdAt: 1_767_225_600_000.25,
        status: "paused",
        finalContext: `{"seen":1}`,
        awaiting: [{ token: "t", path: "approve", prompt: "Publish?" }],
        usage: { ...usage, known: { ...totals, costPico: 9_007_199_254_740_993n } },
        endedAt: 1_767_225_600_009,
        updatedAt: 1_767_225_600_009,
        driven: false,
      },
      {
        runId: "running",
        pipeline: "article",
        plan: "{}",
        input: "1",
        context: "{}",
        tags: {},
        createdAt: 0,
        status: "running",
        awaiting: [],
        updatedAt: 5,
        driven: false,
      },
    ]);
    const unknown = Object.fromEntries(
      [...Object.keys(totals), "costPico", "costUsd"].map((name) => [name, undefined]),
    );
    const zero = Object.fromEntries([...Object.keys(totals).map((name) => [name, 0]), ["costPico", 0n]]);
    const entries = [
      {
        path: "z/a",
        kind: "attempt",
        name: "a",
        status: "failed",
        error: "{}",
        attempts: 1,
        startedAt: 1,
        endedAt: 2,
        retryAt: 2.5,
      },
      {
        path: "z",
        kind: "function",
        name: "z",
        status: "completed",
        output: "a text that is kept once",
        patches: "[]",
        attempts: 2,
        startedAt: 1,
        endedAt: 2.5,
        usage: { requests: 1, ...unknown, known: zero },
        folds: true,
      },
    ];
    expect(await backend.readEntries("paused")).toStrictEqual(entries);
    expect(await backend.readEntries("paused", { unfolded: true })).toStrictEqual(entries.slice(1));
    expect(await backend.readSignals("paused")).toStrictEqual([{ path: "other", value: "true", at: 7 }]);
    expect(await backend.acquireLease("running", 1_000)).toStrictEqual({ runId: "running", epoch: 4 });
    expect(await used.query(`SELECT max(version) AS format FROM "${place.schema}".flujo_format`)).toStrictEqual([
      { format: MIGRATIONS.length },
    ]);
  });

  test("has the same tables, indexes, functions and views as the one that this version creates first", async () => {
    const [dumped, created] = [await version1Place(), used.newPlace()];
    await withConnections(created, (connections) => migrate(connections, created.schema, MIGRATIONS.slice(0, 1)));
    const described = await describeSchema(created.schema);
    expect(described.length).toBeGreaterThan(100);
    expect(described).toStrictEqual(await describeSchema(dumped.schema));
  });
});

describe("A schema of a format that this version does not know", () => {
  test.each([false, true])("is refused, naming both formats, and left as it is (readonly: %s)", async (readonly) => {
    const place = used.newPlace();
    await using first = new PostgresStateBackend(place);
    await first.createRun(newRun("run"));
    const newer = MIGRATIONS.length + 6;
    await used.query(`INSERT INTO "${place.schema}".flujo_format (version) VALUES (${newer})`);
    await using backend = new PostgresStateBackend({ ...place, readonly });
    await expect(backend.getRun("run")).rejects.toMatchObject({
      code: "state_format",
      message: expect.stringMatching(
        new RegExp(`has format ${newer},.* up to ${MIGRATIONS.length}: update the package`),
      ),
    });
    expect(await used.query(`SELECT max(version) AS format FROM "${place.schema}".flujo_format`)).toStrictEqual([
      { format: newer },
    ]);
  });
});

describe("migrate", () => {
  const steps = [
    (s: string) => `CREATE TABLE ${s}.a (at serial, x text)`,
    (s: string) => `INSERT INTO ${s}.a (x) VALUES ('second')`,
    (s: string) => `INSERT INTO ${s}.a (x) VALUES ('third')`,
  ];
  const rowsOf = async ({ schema }: Place): Promise<readonly string[]> =>
    (await used.query<{ readonly x: string }>(`SELECT x FROM "${schema}".a ORDER BY at`)).map(({ x }) => x);
  const formatsOf = async ({ schema }: Place): Promise<readonly number[]> =>
    (
      await used.query<{ readonly version: number }>(
        `SELECT version FROM "${schema}".flujo_format WHERE made_at <= now() ORDER BY version`,
      )
    ).map(({ version }) => version);

  test("does each step once, in order, from the format that it finds, and notes when", async () => {
    const place = used.newPlace();
    await withConnections(place, async (connections) => {
      await migrate(connections, place.schema, steps.slice(0, 2));
      expect(await rowsOf(place)).toStrictEqual(["second"]);
      await migrate(connections, place.schema, steps);
      await migrate(connections, place.schema, steps);
    });
    expect(await rowsOf(place)).toStrictEqual(["second", "third"]);
    expect(await formatsOf(place)).toStrictEqual([1, 2, 3]);
  });

  test("does each step once, however many do it at the same moment", async () => {
    const place = used.newPlace();
    const all = Array.from({ length: 8 }, () =>
      withConnections(place, (connections) => migrate(connections, place.schema, steps)),
    );
    await Promise.all(all);
    expect(await rowsOf(place)).toStrictEqual(["second", "third"]);
  });

  test("does all steps or none", async () => {
    const place = used.newPlace();
    await withConnections(place, async (connections) => {
      await migrate(connections, place.schema, steps.slice(0, 1));
      const failing = migrate(connections, place.schema, [...steps, (s) => `INSERT INTO ${s}.nowhere VALUES (1)`]);
      await expect(failing).rejects.toThrow(/nowhere" does not exist/);
    });
    expect(await rowsOf(place)).toStrictEqual([]);
    expect(await formatsOf(place)).toStrictEqual([1]);
  });

  test.each([false, true])("leaves a schema with another program's tables alone (readonly: %s)", async (readonly) => {
    const place = used.newPlace();
    await used.query(`CREATE SCHEMA "${place.schema}"; CREATE TABLE "${place.schema}".runs (theirs text)`);
    await using backend = new PostgresStateBackend({ ...place, readonly });
    await expect(backend.getRun("run")).rejects.toMatchObject({
      code: "state",
      message: `The schema "${place.schema}" is not one of Flujo's; it was left as it is. Name another schema`,
    });
    expect(await describeSchema(place.schema)).toStrictEqual(["runs theirs text YES"]);
  });

  test("makes an empty schema its own, for a user who may not create any", async () => {
    const place = used.newPlace();
    await used.query(`
      CREATE ROLE clerk LOGIN; CREATE SCHEMA "${place.schema}" AUTHORIZATION clerk; REVOKE CREATE ON DATABASE postgres FROM PUBLIC`);
    await using backend = new PostgresStateBackend({
      ...place,
      connectionString: place.connectionString.replace("flujo@", "clerk@"),
    });
    expect(await backend.createRun(newRun("run"))).toBe(true);
  });
});

describe("A backend that only reads", () => {
  test("reads what others write, and refuses every write", async () => {
    const place = used.newPlace();
    await using writer = new PostgresStateBackend(place);
    await writer.createRun(newRun("run"));
    await writer.acquireLease("run", 60_000);
    await using reader = new PostgresStateBackend({ ...place, readonly: true });
    expect(await reader.getRun("run")).toMatchObject({ runId: "run", driven: true });
    const refused = { code: "state", message: expect.stringMatching(/was opened for reading only$/) };
    await expect(reader.createRun(newRun("third"))).rejects.toMatchObject(refused);
    await expect(reader.acquireLease("run", 1_000)).rejects.toMatchObject(refused);
    await expect(reader.appendEntries({ runId: "run", epoch: 1 }, [])).rejects.toMatchObject(refused);
    await expect(reader.putSignal("run", { path: "a", value: "1", at: 0 })).rejects.toMatchObject(refused);
    await expect(reader.deleteRuns({ endedBefore: 0 })).rejects.toMatchObject(refused);
  });

  test("creates no schema, and migrates none", async () => {
    const place = used.newPlace();
    await using reader = new PostgresStateBackend({ ...place, readonly: true });
    await expect(reader.getRun("run")).rejects.toMatchObject({
      code: "state",
      message: `There is no schema "${place.schema}" of Flujo's to read`,
    });
    expect(await describeSchema(place.schema)).toStrictEqual([]);
    // It is looked for again: somebody may have made it since.
    await using writer = new PostgresStateBackend(place);
    await writer.createRun(newRun("run"));
    expect(await reader.getRun("run")).toMatchObject({ runId: "run" });
  });
});
