import { NO_USAGE, type RunEnding } from "@flujo/core/protocols";
import { PostgresStateBackend } from "@flujo/state-postgres";
import { describe, expect, test } from "vitest";
import { createLeased } from "./samples.ts";
import { type Place, useServer } from "./server/use-server.ts";

const used = useServer();
const signal = { path: "approve", value: "1", at: 0 };
const pause: RunEnding = {
  status: "paused",
  finalContext: "{}",
  awaiting: [{ token: "token", path: "approve", prompt: "Publish?" }],
  usage: NO_USAGE,
  endedAt: 5,
};

/** Makes each row that is added to a table take half a second. */
async function slowDown({ schema }: Place, table: string): Promise<void> {
  await used.query(`
    CREATE FUNCTION "${schema}".wait() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM pg_sleep(0.5); RETURN NEW; END$$;
    CREATE TRIGGER wait BEFORE INSERT ON "${schema}".${table} FOR EACH ROW EXECUTE FUNCTION "${schema}".wait()`);
}

async function someoneIsSlow(): Promise<void> {
  const asleep = () => used.query("SELECT 1 AS one FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
  await expect.poll(asleep, { interval: 5 }).toHaveLength(1);
}

describe("Of a pause and a signal at the same time, one sees the other:", () => {
  test("a signal that comes while the run is about to pause is there when it has paused, and not before", async () => {
    const place = used.newPlace();
    await using driver = new PostgresStateBackend(place);
    await using other = new PostgresStateBackend(place);
    const lease = await createLeased(driver, "run");
    await slowDown(place, "run_endings");
    const paused = driver.endRun(lease, pause);
    await someoneIsSlow();
    expect(await other.putSignal("run", signal)).toBe(true);
    // Whoever put it looks now whether the run waits for it.
    expect(await other.getRun("run")).toMatchObject({ status: "paused" });
    expect(await paused).toBe(true);
  });

  test("a pause that comes while a signal is about to be stored waits for it, and is called off", async () => {
    const place = used.newPlace();
    await using driver = new PostgresStateBackend(place);
    await using other = new PostgresStateBackend(place);
    const lease = await createLeased(driver, "run");
    await slowDown(place, "signals");
    const put = other.putSignal("run", signal);
    await someoneIsSlow();
    expect(await driver.endRun(lease, pause)).toBe(false);
    expect(await put).toBe(true);
    expect(await driver.getRun("run")).toMatchObject({ status: "running", driven: true });
  });
});

test("Of a lease that is taken and an append at the same time, the append is done before or refused", async () => {
  const place = used.newPlace();
  await using driver = new PostgresStateBackend(place);
  await using other = new PostgresStateBackend(place);
  const lease = await createLeased(driver, "run", 1);
  await slowDown(place, "journal_entries");
  const entry = { kind: "function", status: "completed", attempts: 1, startedAt: 1, endedAt: 2 } as const;
  const appended = driver.appendEntries(lease, [{ ...entry, path: "a", name: "a" }]);
  await someoneIsSlow();
  expect(await other.acquireLease("run", 60_000)).toMatchObject({ epoch: 2 });
  // What the new driver reads first is all that the one before has written, and ever will.
  expect((await other.readEntries("run")).map(({ path }) => path)).toStrictEqual(["a"]);
  await appended;
  await expect(driver.appendEntries(lease, [{ ...entry, path: "b", name: "b" }])).rejects.toMatchObject({
    code: "lease_lost",
  });
});
