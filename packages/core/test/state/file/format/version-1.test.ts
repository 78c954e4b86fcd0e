import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { logNameOf } from "../../../../src/state/file/state-folder.ts";
import { openQuick } from "../samples.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const root = temporaryFolder();
/** Written when version 1 was the newest, with records of all types. Never changed. */
const LOG: string = join(import.meta.dirname, "version-1.log");

test("A log of version 1 is read with all that it holds", async () => {
  await using backend = openQuick(root);
  copyFileSync(LOG, join(root, "runs", logNameOf("article-42")));
  const totals = { inputTokens: 1, outputTokens: 2.5, cachedInputTokens: 0, totalTokens: 3.5 };
  const costPico = 9_007_199_254_740_993n;
  const known = { ...totals, reasoningTokens: 0, costPico };
  const usage = { requests: 1, ...totals, reasoningTokens: undefined, costPico, costUsd: 9_007.25, known };
  const run = {
    runId: "article-42",
    pipeline: "article",
    plan: "{}",
    input: `"€"`,
    context: `{"seen":[]}`,
    tags: { team: "docs" },
    createdAt: 1_763_800_000_000.25,
    status: "completed",
    output: "1",
    finalContext: `{"seen":[1]}`,
    awaiting: [],
    usage,
    endedAt: 8,
    updatedAt: 8,
    driven: false,
  };
  expect(await backend.getRun("article-42")).toStrictEqual(run);
  expect((await backend.listRuns()).runs).toStrictEqual([run]);
  const rest = { kind: "function", attempts: 1, startedAt: 1.5, endedAt: 2.25 };
  expect(await backend.readEntries("article-42")).toStrictEqual([
    { ...rest, path: "fetch", name: "fetch", status: "completed", output: `"\\ud83d"`, usage },
    { ...rest, path: "read", name: "read", status: "failed", error: "{}", patches: "[]" },
    { ...rest, path: "approve", name: "approve", status: "completed", output: "1" },
  ]);
  expect(await backend.readSignals("article-42")).toStrictEqual([{ path: "approve", value: `{"ok":true}`, at: 4 }]);
});
