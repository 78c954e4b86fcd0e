import { toJson } from "./json.ts";

/** Writes a document for programs on stdout. */
export function writeJson(value: unknown): void {
  process.stdout.write(`${toJson(value, 2)}\n`);
}

export function writeLines(stream: NodeJS.WritableStream, lines: readonly string[]): void {
  if (lines.length > 0) stream.write(`${lines.join("\n")}\n`);
}

/** Resolves once all that was written to `stream` is on its way, so that the process may exit. */
export function drained(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write("", () => {
      resolve();
    });
  });
}
