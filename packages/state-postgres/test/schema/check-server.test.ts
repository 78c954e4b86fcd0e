import { PostgresStateBackend } from "@flujo/state-postgres";
import { Pool } from "pg";
import { describe, expect, test } from "vitest";
import { createLeased, newRun } from "../samples.ts";
import { useServer } from "../server/use-server.ts";

const used = useServer(["fsync=off", "synchronous_commit=off"]);

describe("On a server that does not wait for the disk", () => {
  test("what asks for safety from a loss of power is refused", async () => {
    await using backend = new PostgresStateBackend(used.newPlace());
    await expect(backend.createRun(newRun("run"))).rejects.toMatchObject({
      code: "state",
      message: expect.stringMatching(/^The server runs with fsync off/),
    });
  });

  test("what does not is not", async () => {
    await using backend = new PostgresStateBackend({ ...used.newPlace(), durability: "normal" });
    expect(await backend.createRun(newRun("run"))).toBe(true);
  });
});

test("A database that can't hold every text is refused", async () => {
  await used.query("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
  const connectionString = used.server.connectionString.replace(/postgres$/, "latin");
  await using backend = new PostgresStateBackend({ connectionString, durability: "normal" });
  await expect(backend.createRun(newRun("run"))).rejects.toMatchObject({
    code: "state",
    message: "The database's encoding is LATIN1, which can't hold every text: create it with UTF8",
  });
});

describe("Settings of the server's", () => {
  // The server waits for the disk here, so that only the settings of sessions are at stake.
  const sound = useServer(["synchronous_commit=off", "extra_float_digits=0"]);

  /** What commits wait for, as the backend's own connection has it. */
  async function commitOf(durability: "full" | "normal"): Promise<unknown> {
    const { connectionString, schema } = sound.newPlace();
    await using backend = new PostgresStateBackend({ connectionString, schema, durability });
    await createLeased(backend, "run");
    // A trigger tells what the session that appends is set to.
    await sound.query(`
      CREATE FUNCTION "${schema}".tell() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN NEW.name = current_setting('synchronous_commit'); RETURN NEW; END$$;
      CREATE TRIGGER tell BEFORE INSERT ON "${schema}".journal_entries FOR EACH ROW EXECUTE FUNCTION "${schema}".tell()`);
    const entry = { kind: "step", status: "completed", attempts: 1, startedAt: 0.1, endedAt: 1 / 3 } as const;
    await backend.appendEntries({ runId: "run", epoch: 1 }, [{ ...entry, path: "a", name: "a" }]);
    const [stored] = await backend.readEntries("run");
    // Numbers are read to their last digit, whatever the server would round them to.
    expect(stored).toMatchObject({ startedAt: 0.1, endedAt: 1 / 3 });
    return stored?.name;
  }

  test("are not what decides whether a commit waits for the disk", async () => {
    expect(await commitOf("full")).toBe("on");
    expect(await commitOf("normal")).toBe("off");
  });

  test("that a pool's sessions have are left as they are, and refused if they don't do", async () => {
    const { connectionString, schema } = sound.newPlace();
    const pool = new Pool({ connectionString, max: 1 });
    const commit = async (): Promise<unknown> => (await pool.query("SHOW synchronous_commit")).rows[0];
    await using full = new PostgresStateBackend({ pool, schema });
    await expect(full.createRun(newRun("run"))).rejects.toMatchObject({
      code: "state",
      message: expect.stringMatching(/^The pool's connections have synchronous_commit off/),
    });
    await using normal = new PostgresStateBackend({ pool, schema, durability: "normal" });
    await expect(normal.createRun(newRun("run"))).rejects.toMatchObject({
      code: "state",
      message: expect.stringMatching(/round numbers: set extra_float_digits to 1/),
    });
    await pool.query("SET extra_float_digits = 3");
    expect(await normal.createRun(newRun("run"))).toBe(true);
    expect(await commit()).toStrictEqual({ synchronous_commit: "off" });
    await pool.query("SET synchronous_commit = remote_write");
    expect(await full.getRun("run")).toMatchObject({ runId: "run" });
    expect(await commit()).toStrictEqual({ synchronous_commit: "remote_write" });
    for (const backend of [full, normal]) await backend[Symbol.asyncDispose]();
    await pool.end();
  });
});
