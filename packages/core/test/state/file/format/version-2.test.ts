import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { logNameOf } from "../../../../src/state/file/state-folder.ts";
import { openQuick } from "../samples.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const root = temporaryFolder();
/** Written when version 2 was the newest. Never changed. */
const LOG: string = join(import.meta.dirname, "version-2.log");

test("A log of version 2 is read with what it holds that version 1 did not have", async () => {
  await using backend = openQuick(root);
  copyFileSync(LOG, join(root, "runs", logNameOf("article-43")));
  expect((await backend.listRuns({ tags: { team: "docs" } })).runs).toMatchObject([
    { runId: "article-43", status: "completed", createdAt: 1_763_800_000_000.25, endedAt: 8 },
  ]);
  const rest = { kind: "function", name: "draft", attempts: 1, startedAt: 1.5, endedAt: 2.25 };
  const retryAt = 1_763_800_000_500.5;
  const entries = [
    { ...rest, path: "fetch", name: "fetch", status: "completed", output: "1", attempts: 2, startedAt: 1, endedAt: 2 },
    { ...rest, path: "refine#1/draft:attempt#1", kind: "attempt", status: "failed", error: "{}", retryAt },
    { ...rest, path: "refine#1/draft", status: "completed", output: `"€"` },
    { ...rest, path: "refine", kind: "loop", name: "refine", status: "completed", output: "2", folds: true },
  ];
  expect(await backend.readEntries("article-43")).toStrictEqual(entries);
  expect(await backend.readEntries("article-43", { unfolded: true })).toStrictEqual([entries[0], entries[3]]);
  expect(await backend.readSignals("article-43")).toStrictEqual([{ path: "approve", value: "true", at: 4 }]);
});

test("A log of version 1 becomes one of version 2 before it is written to, and keeps what it holds", async () => {
  await using backend = openQuick(root);
  const file = join(root, "runs", logNameOf("article-42"));
  copyFileSync(join(import.meta.dirname, "version-1.log"), file);
  const before = readFileSync(file);
  const [run, entries] = [await backend.getRun("article-42"), await backend.readEntries("article-42")];
  expect(readFileSync(file)).toStrictEqual(before);
  expect(await backend.putSignal("article-42", { path: "sign", value: "1", at: 9 })).toBe(true);
  const after = readFileSync(file);
  expect(after.toString("latin1", 0, 21)).toBe("flujo run log 000002\n");
  expect(after.subarray(21, before.length)).toStrictEqual(before.subarray(21));
  expect(await backend.getRun("article-42")).toStrictEqual(run);
  expect(await backend.readEntries("article-42")).toStrictEqual(entries);
  expect(await backend.readSignals("article-42")).toHaveLength(2);
});
