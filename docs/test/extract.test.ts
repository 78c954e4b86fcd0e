import { describe, expect, test } from "vitest";
import { snippetsOf } from "../snippets/extract.ts";

const page = (...lines: string[]): string => lines.join("\n");

describe("snippetsOf", () => {
  test("finds each ts block, with the line of the page its code starts on", () => {
    const markdown = page("# Title", "```ts", "const a = 1;", "const b = 2;", "```", "", "```ts run", "a();", "```");
    expect(snippetsOf(markdown)).toEqual([
      { line: 3, mode: "check", code: "const a = 1;\nconst b = 2;" },
      { line: 8, mode: "run", code: "a();" },
    ]);
  });

  test("leaves blocks of other languages alone, and fences that they show", () => {
    expect(snippetsOf(page("```sh", "npm test", "```", "````md", "```ts", "x", "```", "````"))).toEqual([]);
  });

  test("takes the indent of a list item off the code", () => {
    expect(snippetsOf(page("- item", "  ```ts", "  if (a) {", "    b();", "  }", "  ```"))).toEqual([
      { line: 3, mode: "check", code: "if (a) {\n  b();\n}" },
    ]);
  });

  test("wants a reason for a snippet that is ignored", () => {
    expect(snippetsOf(page("```ts ignore shows a compile error", "x", "```"))).toMatchObject([{ mode: "ignore" }]);
    expect(() => snippetsOf(page("```ts ignore", "x", "```"))).toThrow("line 1: say why");
  });

  test("refuses a mode it does not know, so that a typing error can't switch a check off", () => {
    expect(() => snippetsOf(page("text", "```ts ignored", "x", "```"))).toThrow("line 2: `ts ignored` is not known");
  });

  test("refuses to continue what is not there or is ignored", () => {
    expect(() => snippetsOf(page("```ts continue", "x", "```"))).toThrow("line 1: there is no snippet to continue");
    expect(() => snippetsOf(page("```ts ignore why", "x", "```", "```ts continue", "y", "```"))).toThrow("line 4:");
  });

  test("refuses a fence that is never closed", () => {
    expect(() => snippetsOf(page("", "```ts", "x"))).toThrow("line 2: the fence is never closed");
  });
});
