import { appendFileSync, readFileSync, statSync } from "node:fs";
import type { Reported } from "./account.ts";
import type { Happening } from "./happening.ts";

/** What drivers write down, in one file, a line each: what they see of the run, and what they were told when it had ended. */
export type LogLine = Happening | { readonly type: "ended"; readonly by: number; readonly reported: Reported };

/** The file that all drivers of a run write to. Whoever is killed amid a line has not written it. */
export class ProcessLog {
  readonly file: string;

  /** @param file - need not be there */
  constructor(file: string) {
    this.file = file;
  }

  append(line: LogLine): void {
    // A line that somebody did not write to its end must not take this one with it.
    appendFileSync(this.file, `\n${JSON.stringify(line)}\n`);
  }

  read(): readonly LogLine[] {
    return this.#text()
      .split("\n")
      .flatMap((line) => parsed(line) ?? []);
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

/** Undefined for what is not a whole line. */
function parsed(line: string): LogLine | undefined {
  try {
    return line === "" ? undefined : (JSON.parse(line) as LogLine);
  } catch {
    // Whoever wrote it was killed meanwhile, or is still writing.
    return undefined;
  }
}
