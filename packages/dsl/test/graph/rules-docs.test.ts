import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import * as dsl from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ALL_RULES } from "../../src/graph/rules/all-rules.ts";

const page = readFileSync(join(import.meta.dirname, "../../../../docs/rules.md"), "utf8");
const sections = [...page.matchAll(/^## (FLJ\d+)\n(.*?)(?=^## )/gms)].map(([, id = "", text = ""]) => ({
  id,
  severities: /Severity: (.*?)\.$/m.exec(text)?.[1] ?? "",
  snippets: [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code),
}));

/** Runs a snippet and gives its `graph`. */
function graphOf(code: string): dsl.AnyStep {
  const script = stripTypeScriptTypes(code)
    .replace(/^import (\{.*?\}) from "@flujo\/dsl";$/m, "const $1 = dsl;")
    .replace(/^import .*? from "zod";$/m, "")
    .replace("export const graph", "const graph");
  return new Function("dsl", "z", `${script}\nreturn graph;`)(dsl, z) as dsl.AnyStep;
}

test("the page has each rule once, in order", () => {
  const ids = sections.map(({ id }) => id);
  expect(ids).toEqual(ids.map((_, index) => `FLJ${String(index + 1).padStart(3, "0")}`));
  // Two of them are the kinds' own.
  expect(ids).toHaveLength(ALL_RULES.length + 2);
  for (const id of ids) expect(page).toContain(`| [${id}](#${id.toLowerCase()}) |`);
});

describe.each(sections)("the page on $id", ({ id, severities, snippets: [failing = "", passing = ""] }) => {
  test("shows a graph in which that rule, and no other, finds something", () => {
    const findings = graphOf(failing).validateGraph();
    expect(findings).toMatchObject([{ rule: id }]);
    expect(severities).toContain(findings[0]?.severity);
  });

  test("shows a graph in which nothing is found", () => {
    expect(graphOf(passing).validateGraph()).toEqual([]);
  });
});
