import { beforeAll, describe, expect, test } from "vitest";
import { COMPILERS, compile } from "./compilers.ts";
import { type Diagnostic, readDiagnostics } from "./diagnostics.ts";
import { type Mistake, readMistakes } from "./read-mistakes.ts";

const mistakes = readMistakes();

test("there are enough mistakes, each with a title of its own", () => {
  expect(mistakes.length).toBeGreaterThanOrEqual(40);
  expect(new Set(mistakes.map(({ title }) => title)).size).toBe(mistakes.length);
});

describe.each(COMPILERS)("%s", (compiler) => {
  let diagnostics: readonly Diagnostic[] = [];
  beforeAll(async () => {
    diagnostics = readDiagnostics((await compile(compiler, "-p", "mistakes")).output);
  }, 60_000);

  test("finds no error outside the mistakes", () => {
    expect(diagnostics.filter((found) => !mistakes.some((mistake) => isIn(mistake, found)))).toEqual([]);
  });

  test.each(mistakes)("refuses $title", (mistake) => {
    const [found, ...more] = diagnostics.filter((diagnostic) => isIn(mistake, diagnostic));
    expect(more).toEqual([]);
    expect(found).toMatchObject(mistake.at);
    const message = found?.lines.join("\n") ?? "";
    for (const words of mistake.says) expect(message).toContain(words);
    expect(message).not.toMatch(/\bany\b(?! key)/);
    expect(found?.lines.length).toBeLessThan(3);
  });
});

function isIn({ file, firstLine, lastLine }: Mistake, diagnostic: Diagnostic): boolean {
  return diagnostic.file === file && diagnostic.line >= firstLine && diagnostic.line <= lastLine;
}
