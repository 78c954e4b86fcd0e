import { NO_USAGE, type RunEnding } from "@flujo/core/protocols";
import { PostgresStateBackend, type PostgresStateOptions } from "@flujo/state-postgres";
import { describeStateBackend, ManualClock } from "@flujo/testing";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLeased, leased, newEntry, newRun } from "./samples.ts";
import { useServer } from "./server/use-server.ts";

const used = useServer();
const optionsOf = new WeakMap<PostgresStateBackend, PostgresStateOptions>();
let pool: Pool;
beforeAll(() => {
  if (used.isAvailable) pool = new Pool({ connectionString: used.server.connectionString });
});
afterAll(() => pool?.end());

function open(options: PostgresStateOptions): PostgresStateBackend {
  const backend = new PostgresStateBackend(options);
  optionsOf.set(backend, options);
  return backend;
}

/** Two ways to use a server that have as little in common as can be. */
const WAYS: Readonly<Record<string, () => PostgresStateOptions>> = {
  "a pool of its own": () => used.newPlace(),
  "a pool that it was given, every text kept apart": () => {
    const { schema } = used.newPlace();
    return { pool, schema, durability: "normal", sharedTextLength: 1 };
  },
};

for (const [way, options] of Object.entries(WAYS)) {
  describeStateBackend<PostgresStateBackend>({
    name: `PostgreSQL (${way})`,
    open: (clock) => open({ ...options(), clock }),
    reopen: async (backend, clock) => {
      await backend[Symbol.asyncDispose]();
      return open({ ...optionsOf.get(backend), clock });
    },
    share: (backend, clock) => open({ ...optionsOf.get(backend), clock }),
  });
}

function ending(costPico: bigint): RunEnding {
  const usage = { ...NO_USAGE, requests: 1, costPico, known: { ...NO_USAGE.known, costPico } };
  return { status: "completed", output: "1", finalContext: "{}", awaiting: [], usage, endedAt: 5 };
}

describe("PostgresStateBackend", () => {
  test("says what its durability is, and that hosts share it", async () => {
    await using full = new PostgresStateBackend(used.newPlace());
    await using normal = new PostgresStateBackend({ ...used.newPlace(), durability: "normal" });
    expect(full.capabilities).toStrictEqual({ durability: "power", sharedBy: "network" });
    expect(normal.capabilities).toStrictEqual({ durability: "process", sharedBy: "network" });
  });

  test("connects when it is first needed, and has nothing to do if it never is", async () => {
    const backend = new PostgresStateBackend({ connectionString: "postgres://flujo@127.0.0.1:1/nowhere" });
    await backend[Symbol.asyncDispose]();
  });

  test("is kept apart from another in another schema of the same database, whatever they are called", async () => {
    await using one = new PostgresStateBackend({ pool, schema: `it's "quoted"; DROP SCHEMA x` });
    await using other = new PostgresStateBackend({ pool, schema: "Größe %s $1" });
    expect(await one.createRun(newRun("run", { input: "one" }))).toBe(true);
    expect(await other.createRun(newRun("run", { input: "other" }))).toBe(true);
    expect((await one.getRun("run"))?.input).toBe("one");
    expect((await other.getRun("run"))?.input).toBe("other");
  });

  test("gives back its own leases when it is disposed of, and nobody else's", async () => {
    const place = used.newPlace();
    const one = new PostgresStateBackend(place);
    await using other = new PostgresStateBackend(place);
    await createLeased(one, "its own");
    await createLeased(other, "another's");
    await one[Symbol.asyncDispose]();
    expect((await other.getRun("its own"))?.driven).toBe(false);
    expect((await other.getRun("another's"))?.driven).toBe(true);
  });

  test("ends the pool that it made, and leaves one that it was given as it is", async () => {
    const { schema, connectionString } = used.newPlace();
    const connections = (): Promise<readonly { readonly count: number }[]> =>
      used.query("SELECT count(*)::integer AS count FROM pg_stat_activity WHERE application_name = $1", [schema]);
    const own = new PostgresStateBackend({ connectionString, schema, application_name: schema });
    await own.createRun(newRun("run"));
    expect(await connections()).not.toStrictEqual([{ count: 0 }]);
    await own[Symbol.asyncDispose]();
    await expect.poll(connections).toStrictEqual([{ count: 0 }]);

    const given = new Pool({ connectionString, max: 2 });
    await new PostgresStateBackend({ pool: given, schema })[Symbol.asyncDispose]();
    const backend = new PostgresStateBackend({ pool: given, schema });
    expect((await backend.getRun("run"))?.runId).toBe("run");
    await backend[Symbol.asyncDispose]();
    expect((await given.query("SELECT 1 AS one")).rows).toStrictEqual([{ one: 1 }]);
    expect([given.totalCount, given.idleCount, given.waitingCount]).toStrictEqual([1, 1, 0]);
    await given.end();
  });

  test("keeps ids, names and paths that no index could hold", async () => {
    await using backend = new PostgresStateBackend(used.newPlace());
    // No two alike, and nothing in it that could be compressed away.
    const long = Array.from({ length: 12_000 }, (_, at) => String.fromCodePoint(0x4e00 + ((at * 7_919) % 20_000))).join(
      "",
    );
    const [one, other] = [`${long}1`, `${long}2`];
    for (const runId of [one, other]) {
      await backend.createRun(newRun(runId, { pipeline: long, tags: { [long]: runId } }), [newEntry("a")]);
    }
    expect(await backend.createRun(newRun(one))).toBe(false);
    expect(
      (await backend.listRuns({ tags: { [long]: one }, pipeline: long })).runs.map(({ runId }) => runId),
    ).toStrictEqual([one]);
    const page = await backend.listRuns({ limit: 1 });
    expect(page.runs[0]?.runId).toBe(other);
    expect((await backend.listRuns({ limit: 1, cursor: page.next ?? "" })).runs[0]?.runId).toBe(one);
    const lease = await leased(backend, one);
    await backend.appendEntries(lease, [newEntry(`${long}/1`), newEntry(`${long}/2`), newEntry(`${long}-2`)]);
    await expect(backend.appendEntries(lease, [newEntry(`${long}/2`)])).rejects.toMatchObject({ code: "state" });
    await backend.appendEntries(lease, [newEntry(long, { folds: true })]);
    const unfolded = await backend.readEntries(one, { unfolded: true });
    expect(unfolded.map(({ path }) => path)).toStrictEqual(["a", `${long}-2`, long]);
    expect(await backend.putSignal(one, { path: one, value: "1", at: 0 })).toBe(true);
    expect(await backend.putSignal(one, { path: one, value: "2", at: 0 })).toBe(false);
  });

  test("refuses what PostgreSQL can't take, and disturbs none of those that are written with it", async () => {
    await using backend = new PostgresStateBackend(used.newPlace());
    const lease = await createLeased(backend, "run");
    const appends = Array.from({ length: 50 }, (_, index) =>
      backend.appendEntries(lease, [newEntry(`${index}`, index === 25 ? { attempts: 2 ** 70 } : {})]),
    );
    const refused = (await Promise.allSettled(appends)).flatMap((append, index) =>
      append.status === "rejected" ? [[index, append.reason]] : [],
    );
    expect(refused).toMatchObject([[25, { code: "state", message: expect.stringMatching(/for type bigint/) }]]);
    expect(await backend.readEntries("run")).toHaveLength(49);
  });

  test("keeps costs of any size to the last pico-dollar", async () => {
    await using backend = new PostgresStateBackend(used.newPlace());
    const lease = await createLeased(backend, "run");
    await backend.endRun(lease, ending(123_456_789_012_345_678_901_234_567_890n));
    const usage = (await backend.getRun("run"))?.usage;
    expect([usage?.costPico, usage?.known.costPico]).toStrictEqual(
      Array(2).fill(123_456_789_012_345_678_901_234_567_890n),
    );
  });

  test("refuses half of a surrogate pair in any text, and says in which", async () => {
    await using backend = new PostgresStateBackend(used.newPlace());
    const half = "half \ud83d";
    const lease = await createLeased(backend, "run");
    const refused = (what: string) => ({
      code: "state",
      message: `A text for ${what} holds half of a surrogate pair, which can't be stored as it is`,
    });
    await expect(backend.createRun(newRun("a", { input: half }))).rejects.toMatchObject(refused("input"));
    await expect(backend.createRun(newRun("a", { tags: { [half]: "" } }))).rejects.toMatchObject(refused("tags"));
    await expect(backend.appendEntries(lease, [newEntry("a", { output: half })])).rejects.toMatchObject(
      refused("output"),
    );
    await expect(backend.endRun(lease, { ...ending(0n), finalContext: half })).rejects.toMatchObject(
      refused("finalContext"),
    );
    await expect(backend.putSignal("run", { path: half, value: "", at: 0 })).rejects.toMatchObject(refused("path"));
    await expect(backend.getRun(half)).rejects.toMatchObject(refused("runId"));
    expect(await backend.getRun("a")).toBeUndefined();
    expect(await backend.readEntries("run")).toStrictEqual([]);
  });
});

describe("Leases are timed", () => {
  test("by the server's clock, so that hosts with other ones agree", async () => {
    const place = used.newPlace();
    await using backend = new PostgresStateBackend(place);
    await createLeased(backend, "run", 1_000_000);
    const [row] = await used.query<{ readonly updated: number; readonly left: number }>(`
      SELECT abs(updated_at - extract(epoch FROM now()) * 1000)::float8 AS updated, lease_expires_at - updated_at AS left
      FROM "${place.schema}".runs`);
    expect(row?.updated).toBeLessThan(60_000);
    expect(row?.left).toBe(1_000_000);
    await used.query(`UPDATE "${place.schema}".runs SET lease_expires_at = extract(epoch FROM now()) * 1000 - 1`);
    expect(await backend.getRun("run")).toMatchObject({ driven: false });
    expect(await backend.acquireLease("run", 1_000)).toMatchObject({ epoch: 2 });
  });

  test("by a clock that was given", async () => {
    const clock = new ManualClock(5_000);
    await using backend = new PostgresStateBackend({ ...used.newPlace(), clock });
    await createLeased(backend, "run", 1_000);
    expect(await backend.getRun("run")).toMatchObject({ updatedAt: 5_000, driven: true });
    clock.advance(1_000);
    expect(await backend.getRun("run")).toMatchObject({ driven: false });
  });
});

describe("What is stored can be queried", () => {
  test("by usage that SQL adds up, with money in dollars and large texts in their places", async () => {
    const place = used.newPlace();
    await using backend = new PostgresStateBackend(place);
    const output = JSON.stringify("x".repeat(20_000));
    await backend.createRun(newRun("run", { tags: { team: "docs" }, createdAt: 1_000, input: output }));
    const lease = await leased(backend, "run");
    const { usage } = ending(2_500_000_000_000n);
    await backend.appendEntries(lease, [
      newEntry("a", { usage, output }),
      newEntry("b", { usage: { ...usage, costPico: undefined } }),
      newEntry("c"),
    ]);
    await backend.endRun(lease, { ...ending(5_000_000_000_001n), endedAt: 3_500 });
    expect(
      await used.query(`
        SELECT count(*)::integer AS steps, sum(requests)::integer AS requests, sum(cost_usd)::float8 AS usd,
               count(*) FILTER (WHERE cost_usd IS NULL AND requests > 0)::integer AS unpriced,
               max(length(output)) AS longest
        FROM "${place.schema}".step_report WHERE run_id = 'run'`),
    ).toStrictEqual([{ steps: 3, requests: 2, usd: 2.5, unpriced: 1, longest: output.length }]);
    expect(
      await used.query(`
        SELECT run_id, status, tags->>'team' AS team, seconds, cost_usd::text AS usd, length(input) AS length,
               created_at = timestamptz 'epoch' + interval '1 s' AS dated
        FROM "${place.schema}".run_report`),
    ).toMatchObject([
      {
        run_id: "run",
        status: "completed",
        team: "docs",
        seconds: 2.5,
        usd: expect.stringMatching(/^5\.0000000000010*$/),
        length: output.length,
        dated: true,
      },
    ]);
  });

  test("with large texts kept once, and for as long as a run has use for them", async () => {
    const place = used.newPlace();
    await using backend = new PostgresStateBackend(place);
    const texts = async (): Promise<readonly number[]> =>
      (
        await used.query<{ readonly length: number }>(
          `SELECT length(content) AS length FROM "${place.schema}".texts ORDER BY length`,
        )
      ).map(({ length }) => length);
    const large = "€".repeat(16_384);
    for (const runId of ["one", "other"]) {
      await backend.createRun(newRun(runId, { input: large, context: large, plan: "p".repeat(1_024) }));
      const lease = await leased(backend, runId);
      await backend.appendEntries(lease, [newEntry("a", { output: large }), newEntry("b", { output: large.slice(1) })]);
      await backend.endRun(lease, { ...ending(0n), output: large, finalContext: `${large}${runId}` });
    }
    expect(await texts()).toStrictEqual([1_024, 16_384, 16_387, 16_389]);
    await backend.deleteRuns({ endedBefore: 10, limit: 1 });
    expect(await texts()).toStrictEqual([1_024, 16_384, 16_389]);
    await backend.deleteRuns({ endedBefore: 10 });
    expect(await texts()).toStrictEqual([]);
    const [left] = await used.query<object>(`
      SELECT (SELECT count(*) FROM "${place.schema}".runs)::integer AS runs,
             (SELECT count(*) FROM "${place.schema}".journal_entries)::integer AS entries,
             (SELECT count(*) FROM "${place.schema}".text_uses)::integer AS uses,
             (SELECT count(*) FROM "${place.schema}".run_endings)::integer AS endings`);
    expect(left).toStrictEqual({ runs: 0, entries: 0, uses: 0, endings: 0 });
  });

  test("and texts that are deleted and used anew at the same time are there afterwards", async () => {
    await using backend = new PostgresStateBackend({ ...used.newPlace(), sharedTextLength: 1 });
    for (let round = 0; round < 20; round++) {
      const before = await createLeased(backend, `before ${round}`);
      await backend.endRun(before, { ...ending(0n), output: `text ${round}` });
      const [deleted, created] = await Promise.all([
        backend.deleteRuns({ endedBefore: 10 }),
        backend.createRun(newRun(`after ${round}`, { input: `text ${round}` })),
      ]);
      expect([deleted, created]).toStrictEqual([1, true]);
      expect((await backend.getRun(`after ${round}`))?.input).toBe(`text ${round}`);
    }
  });
});
