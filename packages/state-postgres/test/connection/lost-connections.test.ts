import type { Lease } from "@flujo/core/protocols";
import { PostgresStateBackend } from "@flujo/state-postgres";
import { Pool } from "pg";
import { describe, expect, test } from "vitest";
import { createLeased, newEntry, newRun } from "../samples.ts";
import { useServer } from "../server/use-server.ts";

const used = useServer();
const KILLS = 30;

/** Appends to a run until it is told to stop; returns the paths that were acknowledged. */
async function append(backend: PostgresStateBackend, lease: Lease, stop: AbortSignal): Promise<readonly string[]> {
  const acknowledged: string[] = [];
  for (let index = 0; !stop.aborted; index++) {
    await backend.appendEntries(lease, [newEntry(`${index}`)]);
    acknowledged.push(`${index}`);
  }
  return acknowledged;
}

/** Drives ten runs while `disturb` does what it does; then all that was acknowledged has to be there once, in order, and nothing else. */
async function driveMeanwhile(backend: PostgresStateBackend, disturb: () => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const leases = await Promise.all(Array.from({ length: 10 }, (_, index) => createLeased(backend, `run ${index}`)));
  const driving = leases.map((lease) => append(backend, lease, stop.signal));
  await disturb();
  stop.abort();
  const acknowledged = await Promise.all(driving);
  for (const [index, { runId }] of leases.entries()) {
    const stored = (await backend.readEntries(runId)).map(({ path }) => path);
    expect(stored.length).toBeGreaterThan(0);
    expect(stored).toStrictEqual(acknowledged[index]);
  }
}

describe("Writes go on, none of them lost and none done twice,", () => {
  test("when their connections are killed", async () => {
    const { connectionString, schema } = used.newPlace();
    await using backend = new PostgresStateBackend({ connectionString, schema, application_name: schema });
    let killed = 0;
    await driveMeanwhile(backend, async () => {
      for (let kill = 0; kill < KILLS; kill++) {
        killed += (
          await used.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()",
            [schema],
          )
        ).length;
      }
    });
    expect(killed).toBeGreaterThan(0);
  });

  test("when those are of a pool that was given", async () => {
    const { connectionString, schema } = used.newPlace();
    const pool = new Pool({ connectionString, application_name: schema });
    pool.on("error", () => {});
    const backend = new PostgresStateBackend({ pool, schema });
    await driveMeanwhile(backend, async () => {
      for (let kill = 0; kill < KILLS; kill++) {
        await used.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", [
          schema,
        ]);
      }
    });
    await backend[Symbol.asyncDispose]();
    expect(pool.totalCount).toBe(pool.idleCount);
    await pool.end();
  });

  test.each(["fast", "immediate"] as const)("when the server is stopped and started again (%s)", async (how) => {
    await using backend = new PostgresStateBackend({ ...used.newPlace(), reconnectTimeoutMs: 60_000 });
    await driveMeanwhile(backend, async () => {
      await used.server.stop(how);
      await used.server.run();
      await backend.createRun(newRun("after"));
    });
  });
});

describe("A server that stays away", () => {
  test("is a StateError after as long as it was to be waited for, and no trouble once it is back", async () => {
    await using backend = new PostgresStateBackend({ ...used.newPlace(), reconnectTimeoutMs: 50 });
    const lease = await createLeased(backend, "run");
    await backend.appendEntries(lease, [newEntry("before")]);
    await used.server.stop();
    try {
      const unreachable = {
        code: "state",
        message: expect.stringMatching(
          /^The PostgreSQL database of the schema "flujo \d+" can't be reached \(.*ECONNREFUSED/,
        ),
        cause: expect.objectContaining({ code: "ECONNREFUSED" }),
      };
      await expect(backend.getRun("run")).rejects.toMatchObject(unreachable);
      const appends = ["a", "b"].map((path) => backend.appendEntries(lease, [newEntry(path)]));
      for (const answer of await Promise.allSettled(appends)) expect(answer).toMatchObject({ reason: unreachable });
    } finally {
      await used.server.run();
    }
    expect((await backend.readEntries("run")).map(({ path }) => path)).toStrictEqual(["before"]);
    await backend.appendEntries(lease, [newEntry("after")]);
    expect(await backend.renewLease(lease, 60_000)).toBe(true);
  });

  test("can be left: a backend is disposed of without it", async () => {
    const place = used.newPlace();
    const backend = new PostgresStateBackend(place);
    await createLeased(backend, "run", 1);
    await used.server.stop();
    try {
      await backend[Symbol.asyncDispose]();
    } finally {
      await used.server.run();
    }
    await using next = new PostgresStateBackend(place);
    expect(await next.acquireLease("run", 1_000)).toMatchObject({ epoch: 2 });
  });

  test("is found by a backend that could not begin without it", async () => {
    const place = used.newPlace();
    await using backend = new PostgresStateBackend({ ...place, reconnectTimeoutMs: 0 });
    await used.server.stop();
    try {
      await expect(backend.createRun(newRun("run"))).rejects.toMatchObject({ code: "state" });
    } finally {
      await used.server.run();
    }
    expect(await backend.createRun(newRun("run"))).toBe(true);
  });
});
