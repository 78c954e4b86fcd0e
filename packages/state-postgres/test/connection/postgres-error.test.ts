import { StateError } from "@flujo/core/protocols";
import { PostgresStateBackend } from "@flujo/state-postgres";
import { DatabaseError } from "pg";
import { describe, expect, test } from "vitest";
import { isConflict, isConnectionLost, toStateError } from "../../src/connection/postgres-error.ts";
import { newRun } from "../samples.ts";
import { useServer } from "../server/use-server.ts";

const used = useServer();

function databaseError(code: string): DatabaseError {
  const error = new DatabaseError("words of the server's", 0, "error");
  error.code = code;
  return error;
}

function systemError(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}

describe("Trouble with the database is a StateError that says what it is:", () => {
  test("a database that does not exist", async () => {
    const connectionString = used.server.connectionString.replace(/postgres$/, "nowhere");
    await using backend = new PostgresStateBackend({ connectionString });
    await expect(backend.getRun("run")).rejects.toMatchObject({
      code: "state",
      message: `The PostgreSQL database of the schema "flujo" has no such database (database "nowhere" does not exist)`,
      cause: { code: "3D000" },
    });
  });

  test("a user who is not let in", async () => {
    const connectionString = used.server.connectionString.replace("flujo@", "stranger@");
    await using backend = new PostgresStateBackend({ connectionString });
    await expect(backend.getRun("run")).rejects.toMatchObject({
      code: "state",
      message: expect.stringMatching(/does not let this user in \(role "stranger" does not exist\)/),
    });
  });

  test("a user who may not do it, and nothing is left of what he tried", async () => {
    const place = used.newPlace();
    await using owner = new PostgresStateBackend(place);
    await owner.createRun(newRun("run"));
    await used.query(`
      CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA "${place.schema}" TO reader;
      GRANT SELECT ON ALL TABLES IN SCHEMA "${place.schema}" TO reader`);
    const connectionString = place.connectionString.replace("flujo@", "reader@");
    await using backend = new PostgresStateBackend({ ...place, connectionString });
    expect(await backend.getRun("run")).toMatchObject({ runId: "run" });
    await expect(backend.createRun(newRun("another"))).rejects.toMatchObject({
      code: "state",
      message: expect.stringMatching(/does not allow this user to do that \(permission denied for table runs\)/),
    });
    expect((await owner.listRuns()).runs).toHaveLength(1);
  });

  test("a server that allows reading only", async () => {
    const place = used.newPlace();
    await used.query("CREATE ROLE auditor LOGIN SUPERUSER; ALTER ROLE auditor SET default_transaction_read_only = on");
    await using owner = new PostgresStateBackend(place);
    await owner.createRun(newRun("run"));
    const connectionString = place.connectionString.replace("flujo@", "auditor@");
    await using backend = new PostgresStateBackend({ ...place, connectionString });
    expect(await backend.getRun("run")).toMatchObject({ runId: "run" });
    await expect(backend.acquireLease("run", 1_000)).rejects.toMatchObject({
      code: "state",
      message: expect.stringMatching(/allows reading only: .* \(cannot execute UPDATE in a read-only transaction\)$/),
    });
  });

  test.each([
    ["53100", "can't grow: the disk is full"],
    ["53300", "has no connection left"],
    ["53200", "is short of resources"],
    ["54000", "can't take a value of this size"],
    ["57014", "gave up the statement: somebody cancelled it, or it took too long"],
    ["57P01", "is shutting down or starting up"],
    ["58030", "has trouble with its files"],
    ["XX001", "is damaged; restore it from a backup"],
    ["08006", "is not connected any more"],
    ["22003", "can't be used"],
  ])("%s", (code, meaning) => {
    const cause = databaseError(code);
    const error = toStateError(cause, "here");
    expect(error).toBeInstanceOf(StateError);
    expect(error).toMatchObject({
      cause,
      message: `The PostgreSQL database of here ${meaning} (words of the server's)`,
    });
  });

  test("one that has no words but a code", () => {
    const cause = Object.assign(new AggregateError([systemError("ECONNREFUSED")], ""), { code: "ECONNREFUSED" });
    expect(toStateError(cause, "here").message).toBe("The PostgreSQL database of here can't be reached (ECONNREFUSED)");
  });

  test("what is an error of Flujo's already, as it is", () => {
    const error = new StateError("told");
    expect(toStateError(error, "here")).toBe(error);
  });
});

test("A lost connection is told from an answer", () => {
  const lost = ["08006", "08P01", "57P01", "57P02", "57P03", "57P05", "25P03", "53300"].map(databaseError);
  const unreachable = ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EAI_AGAIN"].map(systemError);
  const words = ["Connection terminated unexpectedly", "timeout expired", "Query read timeout"].map(
    (text) => new Error(text),
  );
  const aggregate = new AggregateError([systemError("ECONNREFUSED"), systemError("ENETUNREACH")]);
  for (const error of [...lost, ...unreachable, ...words, aggregate]) expect(isConnectionLost(error)).toBe(true);
  const answers = ["23505", "42501", "57014", "40001", "22003"].map(databaseError);
  for (const error of [...answers, systemError("ENOTFOUND"), new Error("else"), "text", undefined]) {
    expect(isConnectionLost(error)).toBe(false);
  }
});

test("What may do when it is repeated is told from what won't", () => {
  for (const code of ["40001", "40P01", "23505", "23503"]) expect(isConflict(databaseError(code))).toBe(true);
  for (const code of ["23502", "57P01", "22003"]) expect(isConflict(databaseError(code))).toBe(false);
});
