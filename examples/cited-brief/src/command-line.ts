import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Problem } from "./input/problem.ts";

export interface CommandLine {
  readonly input: string;
  readonly output: string;
  readonly db: string;
  /** Whether an unfinished run is to be left alone. */
  readonly fresh: boolean;
  readonly workLog: string | undefined;
  readonly help: boolean;
}

/** The documents that come with the example. */
const SHIPPED = join(dirname(fileURLToPath(import.meta.url)), "..", "documents");

export const HELP = `Makes a cited brief of a folder of documents.

  --input DIR       folder of Markdown and plain text files (.md, .markdown, .txt; folders within it are
                    not searched). Default: the documents that come with the example
  --output FILE     where the brief is written. Default: out/brief.md
  --db FILE         where runs are kept. Default: out/flujo.db
  --fresh           begin anew, even if a run on the same documents is unfinished
  --work-log FILE   also note in FILE when each step begins and ends
  --help            show this

With OPENAI_API_KEY set, an OpenAI model does the work (FLUJO_MODEL names it; OPENAI_BASE_URL leads to a compatible
server). Without it, a small program on this computer picks sentences: no key, no network, no cost.

Interrupt it whenever you like: the same command goes on where it was.
Exit codes: 0 written, 1 the run failed, 2 something to put right first, 130 interrupted.`;

/** @throws {@link Problem} for an option that is not known or lacks its value. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { input, output, db, fresh, help, "work-log": workLog } = parse(args);
  for (const [option, value] of Object.entries({ input, output, db, "work-log": workLog })) {
    if (value === "") throw new Problem(`--${option} needs a value.`);
  }
  return {
    input: resolve(input ?? SHIPPED),
    output: output ?? join("out", "brief.md"),
    db: db ?? join("out", "flujo.db"),
    fresh: fresh ?? false,
    workLog,
    help: help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        input: { type: "string" },
        output: { type: "string" },
        db: { type: "string" },
        fresh: { type: "boolean" },
        "work-log": { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new Problem(`${error instanceof Error ? error.message : String(error)}\nSee --help.`, { cause: error });
  }
}
