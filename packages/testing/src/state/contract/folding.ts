import type { StateBackend } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import type { OpenBackend } from "./opened-backend.ts";
import { createLeased, lease, sampleEntry, sampleRun } from "./samples.ts";

/** Entries that stand for others spare a reader those, and lose nothing of them. */
export function describeFolding(open: OpenBackend): void {
  describe("folds entries:", () => {
    test("what a later one stands for is left out if that is asked for, and kept", async () => {
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      const entries = [
        sampleEntry("fetch"),
        sampleEntry("refine#1/draft"),
        sampleEntry("refine#1:until", { kind: "decision" }),
        sampleEntry("refine", { folds: true }),
        sampleEntry("publish"),
      ];
      for (const entry of entries) await backend.appendEntries(held, [entry]);
      expect(await backend.readEntries("run", { unfolded: true })).toStrictEqual([entries[0], entries[3], entries[4]]);
      expect(await backend.readEntries("run", { unfolded: false })).toStrictEqual(entries);
      expect(await backend.readEntries("run", {})).toStrictEqual(entries);
      expect(await backend.readEntries("nobody", { unfolded: true })).toStrictEqual([]);
    });

    test("that is below its node, by any sign, and nothing that only begins alike", async () => {
      const below = ["n/a", "n[case]", "n#1/a", "n@0/a", "n!catch", "n:until", "n:attempt#1", "n//", "n#10"];
      const beside = [
        "n",
        "n-2",
        "n-2/a",
        "nn/a",
        "n.a",
        "n 1",
        "n0",
        "n$",
        'n"',
        "n\\",
        "n]",
        "N/a",
        "m/n/a",
        "%/a",
        "_/a",
        "/n/a",
      ];
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      await backend.appendEntries(
        held,
        [...below, ...beside].map((path) => sampleEntry(path)),
      );
      await backend.appendEntries(held, [sampleEntry("n:checkpoint#1", { folds: true })]);
      expect(await unfoldedPaths(backend)).toStrictEqual([...beside, "n:checkpoint#1"]);
    });

    test("by nodes of any spelling, and by no pattern", async () => {
      const { backend } = await open();
      const nodes = [
        "%",
        "_",
        "*",
        "[a-z]",
        `it's "n"`,
        "\0",
        "caf\u00e9",
        "👩‍👩‍👧",
        "a/b#3",
        "\u{10ffff}",
        "__proto__",
      ];
      for (const [index, node] of nodes.entries()) {
        const runId = `run ${index}`;
        const held = await createLeased(backend, runId);
        const others = ["x/a", "ab/a", "cafe\u0301/a", "a/b#30/a", "a/b", "a/b#3x/a"];
        await backend.appendEntries(
          held,
          [...others, `${node}/a`, `${node}@1`].map((path) => sampleEntry(path)),
        );
        await backend.appendEntries(held, [sampleEntry(node, { folds: true })]);
        expect(await unfoldedPaths(backend, runId)).toStrictEqual([...others, node]);
      }
    });

    test("earlier ones only, and never itself", async () => {
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      const paths = ["n#1/a", "n:checkpoint#1", "n#2/a", "n#3/a", "n:checkpoint#2", "n#4/a"];
      for (const path of paths) {
        await backend.appendEntries(held, [sampleEntry(path, path.includes("checkpoint") ? { folds: true } : {})]);
      }
      expect(await unfoldedPaths(backend)).toStrictEqual(["n:checkpoint#2", "n#4/a"]);
      expect(await backend.readEntries("run")).toHaveLength(paths.length);
    });

    test("all that there is before it, if its path begins with a colon", async () => {
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      const paths = ["a", "b/c", ":x", "\0"];
      await backend.appendEntries(held, [
        ...paths.map((path) => sampleEntry(path)),
        sampleEntry(":all", { folds: true }),
        sampleEntry("after"),
      ]);
      expect(await unfoldedPaths(backend)).toStrictEqual([":all", "after"]);
    });

    test("those that were appended in the same call, in the order of that call", async () => {
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      await backend.appendEntries(held, [sampleEntry("n/a"), sampleEntry("n", { folds: true }), sampleEntry("n/b")]);
      expect(await unfoldedPaths(backend)).toStrictEqual(["n", "n/b"]);
    });

    test("those of the history that a run begins with", async () => {
      const { backend } = await open();
      const history = [sampleEntry("n/a"), sampleEntry("n", { folds: true }), sampleEntry("m/a")];
      await backend.createRun(sampleRun("run"), history);
      expect(await unfoldedPaths(backend)).toStrictEqual(["n", "m/a"]);
      expect(await backend.readEntries("run")).toStrictEqual(history);
    });

    test("of its own run, and of no other", async () => {
      const { backend } = await open();
      const [one, other] = [await createLeased(backend, "one"), await createLeased(backend, "other")];
      for (const held of [one, other]) await backend.appendEntries(held, [sampleEntry("n/a")]);
      await backend.appendEntries(one, [sampleEntry(":all", { folds: true })]);
      expect(await unfoldedPaths(backend, "one")).toStrictEqual([":all"]);
      expect(await unfoldedPaths(backend, "other")).toStrictEqual(["n/a"]);
    });

    test("none by one that was refused", async () => {
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      await backend.appendEntries(held, [sampleEntry("n/a"), sampleEntry("taken")]);
      const refused = [sampleEntry("n", { folds: true }), sampleEntry("taken")];
      await expect(backend.appendEntries(held, refused)).rejects.toMatchObject({ code: "state" });
      expect(await unfoldedPaths(backend)).toStrictEqual(["n/a", "taken"]);
    });

    test("a path that is folded stays taken", async () => {
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      const folded = [sampleEntry("n/a"), sampleEntry("n", { folds: true })];
      const again = sampleEntry("n/a");
      await expect(backend.appendEntries(held, [...folded, again])).rejects.toMatchObject({ code: "state" });
      await backend.appendEntries(held, folded);
      await expect(backend.appendEntries(held, [again])).rejects.toMatchObject({ code: "state" });
      await backend.createRun(sampleRun("fork"), folded);
      const fork = await lease(backend, "fork");
      await expect(backend.appendEntries(fork, [again])).rejects.toMatchObject({ code: "state" });
      for (const runId of ["run", "fork"]) expect(await backend.readEntries(runId)).toStrictEqual(folded);
    });

    test("of thousands, those that nothing stands for", async () => {
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      for (let round = 1; round <= 20; round++) {
        const entries = Array.from({ length: 100 }, (_, item) => sampleEntry(`loop#${round}/map@${item}`));
        await backend.appendEntries(held, [...entries, sampleEntry(`loop:state#${round}`, { folds: true })]);
      }
      expect(await unfoldedPaths(backend)).toStrictEqual(["loop:state#20"]);
      expect(await backend.readEntries("run")).toHaveLength(2_020);
    });
  });
}

async function unfoldedPaths(backend: StateBackend, runId = "run"): Promise<readonly string[]> {
  return (await backend.readEntries(runId, { unfolded: true })).map(({ path }) => path);
}
