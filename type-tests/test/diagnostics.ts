/** An error as a compiler prints it: the place, counted from 1, and every line of the message. */
export interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly lines: readonly string[];
}

const HEAD = /^(?<file>.+)\((?<line>\d+),(?<column>\d+)\): error (?<code>TS\d+): (?<text>.*)$/;

/**
 * Reads what a compiler wrote with `--pretty false`: a line that names the place, and indented lines that go on with it.
 *
 * @throws Error for any other line, so that an error without a place is not lost.
 */
export function readDiagnostics(output: string): readonly Diagnostic[] {
  const diagnostics: { file: string; line: number; column: number; code: string; lines: string[] }[] = [];
  for (const row of output.split(/\r?\n/).filter((text) => text !== "")) {
    const groups = HEAD.exec(row)?.groups;
    const last = diagnostics.at(-1);
    if (groups !== undefined) {
      const { file = "", line, column, code = "", text = "" } = groups;
      diagnostics.push({ file, line: Number(line), column: Number(column), code, lines: [text] });
    } else if (row.startsWith(" ") && last !== undefined) {
      last.lines.push(row);
    } else {
      throw new Error(`a compiler wrote what is no message about a place: ${row}`);
    }
  }
  return diagnostics;
}
