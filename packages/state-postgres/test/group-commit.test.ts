import { describe, expect, test } from "vitest";
import { GroupCommit } from "../src/group-commit.ts";
import { type Append, JournalTable } from "../src/tables/journal-table.ts";
import { newEntry } from "./samples.ts";

const journal = new JournalTable(`"schema"`, 16_384, "owner");

function append(runId: string, ...paths: readonly string[]): Append {
  return journal.prepareAppend(
    { runId, epoch: 1 },
    paths.map((path) => newEntry(path)),
  );
}

/** Commits when it is told to, and says what it was given. */
class Commits {
  readonly batches: (readonly string[])[] = [];
  readonly group: GroupCommit;
  #release = (): void => {};

  constructor(refuse: (path: string) => Error | undefined = () => undefined) {
    this.group = new GroupCommit(async (batch) => {
      const paths = batch.map(({ runId, entries }) => `${runId} ${entries.map(({ path }) => path)}`);
      this.batches.push(paths);
      await new Promise<void>((resolve) => {
        this.#release = resolve;
      });
      return paths.map(refuse);
    });
  }

  /** Lets batches through until all of `writes` are settled. */
  async settle(writes: readonly Promise<void>[]): Promise<readonly PromiseSettledResult<void>[]> {
    const settled = Promise.allSettled(writes);
    let done = false;
    void settled.then(() => {
      done = true;
    });
    while (!done) {
      this.#release();
      await new Promise(setImmediate);
    }
    return settled;
  }
}

describe("GroupCommit", () => {
  test("commits together what is asked for in one turn of the event loop, and what comes while that is on its way", async () => {
    const commits = new Commits();
    const writes = [commits.group.add(append("run", "a"))];
    // In a later microtask of the same turn.
    await Promise.resolve();
    writes.push(commits.group.add(append("other", "a")));
    await new Promise(setImmediate);
    expect(commits.batches).toStrictEqual([["run a", "other a"]]);
    writes.push(commits.group.add(append("run", "b")), commits.group.add(append("run", "c", "d")));
    await new Promise(setImmediate);
    expect(commits.batches).toHaveLength(1);
    await commits.settle(writes);
    expect(commits.batches).toStrictEqual([
      ["run a", "other a"],
      ["run b", "run c,d"],
    ]);
  });

  test("acknowledges nothing before it is committed", async () => {
    const commits = new Commits();
    let acknowledged = false;
    const write = commits.group.add(append("run", "a")).then(() => {
      acknowledged = true;
    });
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(commits.batches).toHaveLength(1);
    expect(acknowledged).toBe(false);
    await commits.settle([write]);
    expect(acknowledged).toBe(true);
  });

  test("tells each what became of it, and goes on", async () => {
    const commits = new Commits((path) => (path.endsWith("b") ? new Error("no") : undefined));
    const results = await commits.settle(["a", "b", "c"].map((path) => commits.group.add(append("run", path))));
    expect(results.map(({ status }) => status)).toStrictEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await commits.settle([commits.group.add(append("run", "d"))])).toMatchObject([{ status: "fulfilled" }]);
  });

  test("tells all if nothing is known of any, and goes on", async () => {
    let fail = true;
    const group = new GroupCommit(async (batch) => {
      if (fail) throw new Error("gone");
      return batch.map(() => undefined);
    });
    const results = await Promise.allSettled(["a", "b"].map((path) => group.add(append("run", path))));
    expect(results).toMatchObject(Array(2).fill({ status: "rejected", reason: { message: "gone" } }));
    fail = false;
    await group.add(append("run", "a"));
  });

  test("puts two writes for one path of one run into two batches, in order", async () => {
    const commits = new Commits();
    const all = [append("run", "a"), append("other", "a"), append("run", "b", "a"), append("run", "c")];
    await commits.settle(all.map((write) => commits.group.add(write)));
    expect(commits.batches).toStrictEqual([
      ["run a", "other a"],
      ["run b,a", "run c"],
    ]);
  });

  test("makes no batch of more than a thousand entries or four million characters, but of one write that has so many", async () => {
    const commits = new Commits();
    const many = Array.from({ length: 1_500 }, (_, index) => `${index}`);
    const large = { output: "x".repeat(3_000_000) };
    const lease = { runId: "run", epoch: 1 };
    const all = [
      append("run", ...many),
      append("other", "a"),
      ...["b", "c"].map((path) => journal.prepareAppend(lease, [newEntry(path, large)])),
      append("other", "d"),
    ];
    await commits.settle(all.map((write) => commits.group.add(write)));
    expect(commits.batches.map((batch) => batch.map((write) => write.slice(0, 7)))).toStrictEqual([
      ["run 0,1"],
      ["other a", "run b"],
      ["run c", "other d"],
    ]);
  });
});
