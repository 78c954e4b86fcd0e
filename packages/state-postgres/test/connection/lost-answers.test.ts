import { type Lease, NO_USAGE, type RunEnding } from "@flujo/core/protocols";
import { PostgresStateBackend } from "@flujo/state-postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createLeased, newEntry, newRun } from "../samples.ts";
import { type Loss, LossyProxy } from "../server/lossy-proxy.ts";
import { useServer } from "../server/use-server.ts";

const used = useServer();
let proxy: LossyProxy;
/** Beyond the network that loses things. */
let backend: PostgresStateBackend;
/** At the server's side of it. */
let witness: PostgresStateBackend;

beforeAll(async () => {
  if (!used.isAvailable) return;
  const { connectionString, schema } = used.newPlace();
  proxy = await LossyProxy.start(used.server.port);
  backend = new PostgresStateBackend({
    host: "127.0.0.1",
    port: proxy.port,
    user: "flujo",
    database: "postgres",
    schema,
  });
  witness = new PostgresStateBackend({ connectionString, schema });
});
afterAll(async () => {
  for (const each of [backend, witness, proxy]) await each?.[Symbol.asyncDispose]();
});

let runs = 0;
let runId = "";
beforeEach(() => {
  runId = `the run ${runs++}`;
});

const ending: RunEnding = {
  status: "completed",
  output: "1",
  finalContext: "{}",
  awaiting: [],
  usage: NO_USAGE,
  endedAt: 5,
};
const pause: RunEnding = {
  ...ending,
  status: "paused",
  awaiting: [{ token: "token", path: "approve", prompt: "Publish?" }],
};

/** The end of a transaction, and not of the words READ COMMITTED. */
const COMMIT = "COMMIT\0";

/** Does `work` while the network loses `loss` of what has `marker` in it. */
async function losing<Result>(loss: Loss, marker: string, work: () => Promise<Result>): Promise<Result> {
  const before = proxy.losses;
  proxy.loseNext(loss, marker);
  const result = await work();
  expect(proxy.losses).toBe(before + 1);
  return result;
}

describe.each(["request", "answer"] as const)("When the connection is lost with a write's %s", (loss) => {
  const lose = <Result>(work: () => Promise<Result>, marker = runId): Promise<Result> => losing(loss, marker, work);
  const paths = async (): Promise<readonly string[]> => (await witness.readEntries(runId)).map(({ path }) => path);

  test("a run is created once, and its creator is told so", async () => {
    expect(await lose(() => backend.createRun(newRun(runId), [newEntry("a")]))).toBe(true);
    expect(await paths()).toStrictEqual(["a"]);
    expect(await backend.createRun(newRun(runId), [newEntry("a")])).toBe(false);
  });

  test("a run of somebody else's is not taken for one's own", async () => {
    await witness.createRun(newRun(runId));
    expect(await lose(() => backend.createRun(newRun(runId)))).toBe(false);
  });

  test("a lease is given once, and good", async () => {
    await backend.createRun(newRun(runId));
    const lease = await lose(() => backend.acquireLease(runId, 60_000));
    expect(lease).toStrictEqual({ runId, epoch: 1 });
    await backend.appendEntries(lease as Lease, [newEntry("a")]);
    expect(await witness.acquireLease(runId, 60_000)).toBeUndefined();
    expect(await backend.acquireLease(runId, 60_000)).toBeUndefined();
  });

  test("a lease is renewed, and given back", async () => {
    const lease = await createLeased(backend, runId);
    expect(await lose(() => backend.renewLease(lease, 60_000))).toBe(true);
    await lose(() => backend.releaseLease(lease));
    expect(await witness.acquireLease(runId, 60_000)).toMatchObject({ epoch: 2 });
  });

  test("an entry is appended once", async () => {
    const lease = await createLeased(backend, runId);
    await lose(() => backend.appendEntries(lease, [newEntry("a")]));
    expect(await paths()).toStrictEqual(["a"]);
    await expect(backend.appendEntries(lease, [newEntry("a")])).rejects.toMatchObject({ code: "state", path: "a" });
  });

  test("entries are appended once, with what they fold and their texts", async () => {
    const lease = await createLeased(backend, runId);
    const output = "large".repeat(10_000);
    const entries = [newEntry("n/a", { output }), newEntry("n", { output, folds: true })];
    await lose(() => backend.appendEntries(lease, entries));
    expect(await witness.readEntries(runId)).toStrictEqual(entries);
    expect(await witness.readEntries(runId, { unfolded: true })).toStrictEqual([entries[1]]);
    await expect(backend.appendEntries(lease, entries)).rejects.toMatchObject({ code: "state", path: "n/a" });
  });

  test("of many appends at once each is done once, but for one whose path is taken", async () => {
    const lease = await createLeased(backend, runId);
    await backend.appendEntries(lease, [newEntry("25")]);
    const appends = await lose(() =>
      Promise.allSettled(
        Array.from({ length: 50 }, (_, index) => backend.appendEntries(lease, [newEntry(`${index}`)])),
      ),
    );
    expect(appends.flatMap(({ status }, index) => (status === "rejected" ? index : []))).toStrictEqual([25]);
    expect((await paths()).toSorted()).toStrictEqual(Array.from({ length: 50 }, (_, index) => `${index}`).toSorted());
  });

  test("a run ends once", async () => {
    const lease = await createLeased(backend, runId);
    expect(await lose(() => backend.endRun(lease, ending))).toBe(true);
    expect(await witness.getRun(runId)).toMatchObject({ status: "completed", output: "1", driven: false });
    await expect(backend.endRun(lease, ending)).rejects.toMatchObject({ code: "lease_lost" });
  });

  test.each([
    ["at its beginning", "BEGIN"],
    ["at its end", COMMIT],
  ])("a run pauses once: %s", async (_, marker) => {
    const lease = await createLeased(backend, runId);
    expect(await lose(() => backend.endRun(lease, pause), marker)).toBe(true);
    expect(await witness.getRun(runId)).toMatchObject({ status: "paused", driven: false });
    await expect(backend.endRun(lease, pause)).rejects.toMatchObject({ code: "lease_lost" });
  });

  test("a signal is put once, and the first of two stays the first", async () => {
    await backend.createRun(newRun(runId));
    const signal = { path: "approve", value: "1", at: 0 };
    expect(await lose(() => backend.putSignal(runId, signal))).toBe(true);
    expect(await lose(() => backend.putSignal(runId, signal))).toBe(false);
    expect(await witness.readSignals(runId)).toStrictEqual([signal]);
  });

  test("runs are deleted, and counted", async () => {
    const tags = { test: runId };
    for (const suffix of ["a", "b"]) {
      await backend.createRun(newRun(`${runId} ${suffix}`, { tags }));
      const lease = await backend.acquireLease(`${runId} ${suffix}`, 60_000);
      await backend.endRun(lease as Lease, ending);
    }
    expect(await lose(() => backend.deleteRuns({ endedBefore: 10, tags }), COMMIT)).toBe(2);
    expect(await witness.listRuns({ tags })).toStrictEqual({ runs: [] });
  });

  test("what is read is read again", async () => {
    await backend.createRun(newRun(runId));
    expect(await lose(() => backend.getRun(runId))).toMatchObject({ runId });
  });
});

test("When nothing more is heard of a driver in the midst of a pause, others wait a while and go on", async () => {
  const lease = await createLeased(backend, runId, 1);
  const before = proxy.losses;
  const paused = losing("silence", COMMIT, () => backend.endRun(lease, pause));
  await expect.poll(() => proxy.losses).toBe(before + 1);
  const [outcome, taken] = await Promise.allSettled([paused, witness.acquireLease(runId, 60_000)]);
  expect(taken).toMatchObject({ status: "fulfilled", value: { epoch: 2 } });
  expect(outcome).toMatchObject({ status: "rejected", reason: { code: "lease_lost" } });
  expect(await witness.getRun(runId)).toMatchObject({ status: "running", awaiting: [] });
});

test("When nothing more is heard of the server, it is asked again after as long as it was told to be waited for", async () => {
  const options = { host: "127.0.0.1", port: proxy.port, user: "flujo", database: "postgres", query_timeout: 200 };
  await using impatient = new PostgresStateBackend({ ...options, schema: used.newPlace().schema });
  const lease = await createLeased(impatient, runId);
  await losing("silence", runId, () => impatient.appendEntries(lease, [newEntry("a")]));
  expect((await impatient.readEntries(runId)).map(({ path }) => path)).toStrictEqual(["a"]);
});
