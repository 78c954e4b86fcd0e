import { appendFileSync, readFileSync, statSync } from "node:fs";
import type { Reported } from "./account.ts";
import type { Happening } from "./happening.ts";

/** What drivers write down, in one file, a line each: what they see of the run, and what they were told when it had ended. */
export type LogLine = Happening | { readonly type: "ended"; readonly by: number; readonly reported: Reported };

/** The file that all drivers of a run write to. A line is written at once: whoever is killed then has written it or has not. */
export class ProcessLog {
  readonly file: string;

  /** @param file - need not be there */
  constructor(file: string) {
    this.file = file;
  }

  append(line: LogLine): void {
    appendFileSync(this.file, `${JSON.stringify(line)}\n`);
  }

  read(): readonly LogLine[] {
    return this.#text()
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogLine);
  }

  /** In bytes: grows with every line. */
  get size(): number {
    return statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Which driver was the last to write something down, by its number. */
  get lastWriter(): number | undefined {
    const writers = this.read().flatMap((line) => ("by" in line && line.by !== undefined ? [line.by] : []));
    return writers.at(-1);
  }

  #text(): string {
    try {
      return readFileSync(this.file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
      throw error;
    }
  }
}
