import { describe, expect, test } from "vitest";
import { repair } from "../../src/index.ts";

const ROW = '{"id": 12, "name": "some name", "tags": ["a", "b"], "ok": true}';
const ROWS = 16_000;
const schema = {
  type: "array",
  items: {
    type: "object",
    properties: {
      id: { type: "integer" },
      name: { type: "string" },
      tags: { type: "array", items: { type: "string" } },
      ok: { type: "boolean" },
    },
    required: ["id", "name", "tags", "ok"],
  },
};

/** A megabyte of rows. */
function rows(row: string): string {
  return `[${Array(ROWS).fill(row).join(",\n")}]`;
}

const whole = JSON.parse(rows(ROW)) as readonly object[];

// A parser that goes back over what it has read would take minutes for each, and the run would end it.
describe("a megabyte", () => {
  test.each([
    ["of nothing wrong", rows(ROW)],
    ["in prose", `See:\n${rows(ROW)}\nend`],
    ["of commas too many", rows(ROW.replace("]", ",]").replace(/\}$/, ",}"))],
    ["of commas too few", rows(ROW.replaceAll(", ", " "))],
    ["of colons too few", rows(ROW.replaceAll('":', '"'))],
    ["of single quotes", rows(ROW.replaceAll('"', "'"))],
    ["of keys without quotes", rows(ROW.replaceAll(/"(\w+)":/g, "$1:"))],
    ["of texts without quotes", rows(ROW.replace('"some name"', "some name"))],
    ["of literals of Python's", rows(ROW.replace("true", "True"))],
    ["of comments", rows(ROW.replaceAll(", ", ", /* and */"))],
    ["of missing last quotes", rows(ROW.replace('name",', "name,"))],
    ["of missing first quotes", rows(ROW.replace('"some', "some"))],
    ["of brackets of another kind", rows(ROW.replace("]", "}"))],
    ["of brackets that are missing", rows(ROW.replace("]", ""))],
    ["of numbers as texts", rows(ROW.replace("12", '"12"'))],
    ["of escapes", JSON.stringify(rows(ROW)).slice(1, -1)],
    ["in a text", JSON.stringify(rows(ROW))],
  ])("%s is read", (_, text) => {
    const result = repair(text, { schema });
    // Compared as text: taking sixteen thousand rows apart takes longer than reading them.
    expect(result.ok && JSON.stringify(result.value) === JSON.stringify(whole)).toBe(true);
  });

  test("that is cut off is read up to there", () => {
    const result = repair(rows(ROW).slice(0, -20), { schema });
    expect(result.ok && JSON.stringify(result.value) === JSON.stringify(whole.slice(1))).toBe(true);
  });

  test.each([
    ["quotes", '{"a": "'.padEnd(1_000_000, '"')],
    ["quotes and commas", `{"a": "${'", "'.repeat(250_000)}`],
    ["keys in a text", `{"a": "${'x, "b": '.repeat(120_000)}`],
    ["first brackets", "x {".repeat(300_000)],
    ["first brackets of arrays", '["'.repeat(500_000)],
    ["values that can't be read", '{"a": 1, oops '.repeat(70_000)],
    ["thoughts", '<think>{"a": oops </think>'.repeat(40_000)],
    ["values in fences", '```json\n{"a": oops\n```\n'.repeat(45_000)],
    ["the same key", `{${'"a": 1, '.repeat(120_000)}"a": oops`],
  ])("of %s is refused", (_, text) => {
    expect(repair(text)).toMatchObject({ ok: false });
  });
});
