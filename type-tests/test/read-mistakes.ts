import { readdirSync, readFileSync } from "node:fs";
import { WORKSPACE } from "./compilers.ts";

/** A piece of code that must not compile. */
export interface Mistake {
  readonly title: string;
  /** As the compilers print it. */
  readonly file: string;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Where the error must be, counted from 1. */
  readonly at: { readonly line: number; readonly column: number };
  /** What its message must have in it. */
  readonly says: readonly string[];
}

const TITLE = /^\/\/ mistake: (.+)$/;
const SAYS = /^\/\/ says: (.+)$/;
const MARKER = /\/\* here \*\/\s*/;

/** The mistakes in the files of `mistakes/`. Each begins with its title and ends where the next one begins. */
export function readMistakes(): readonly Mistake[] {
  return readdirSync(`${WORKSPACE}mistakes`)
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => mistakesOf(`mistakes/${name}`));
}

function mistakesOf(file: string): readonly Mistake[] {
  const rows = readFileSync(WORKSPACE + file, "utf8").split("\n");
  const starts = rows.flatMap((row, index) => (TITLE.test(row) ? [index] : []));
  return starts.map((start, index) => mistakeAt(file, rows, start, starts[index + 1] ?? rows.length));
}

function mistakeAt(file: string, rows: readonly string[], start: number, end: number): Mistake {
  const title = TITLE.exec(rows[start] ?? "")?.[1] ?? "";
  const says = [...(SAYS.exec(rows[start + 1] ?? "")?.[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, words = ""]) => words);
  const code = rows.slice(start, end).join("\n");
  const markers = code.split(MARKER).length - 1;
  if (says.length === 0 || markers !== 1) {
    throw new Error(`${file}: "${title}" must say what its message has in it, and mark one place`);
  }
  const marker = MARKER.exec(code);
  const before = code.slice(0, (marker?.index ?? 0) + (marker?.[0].length ?? 0)).split("\n");
  return {
    title,
    file,
    firstLine: start + 1,
    lastLine: end,
    at: { line: start + before.length, column: (before.at(-1)?.length ?? 0) + 1 },
    says,
  };
}
