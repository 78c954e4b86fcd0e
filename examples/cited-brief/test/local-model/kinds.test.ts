import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { kindOf } from "../../src/local-model/kinds.ts";

it.each([
  ["council-minutes-2025-03.md", "minutes"],
  ["council-minutes-2025-09.txt", "minutes"],
  ["engineering-report.md", "report"],
  ["essay-on-living-with-water.md", "opinion"],
  ["how-we-measure-overtopping.md", "guide"],
  ["letter-from-harbour-traders.txt", "opinion"],
  ["marsh-restoration-notes.md", "report"],
])("takes %s for %s", async (file, kind) => {
  expect(kindOf(await readFile(new URL(`../../documents/${file}`, import.meta.url), "utf8"))).toBe(kind);
});
