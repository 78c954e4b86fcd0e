import { fstatSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { UsageError } from "../errors/usage-error.ts";

export interface InputSource {
  /** The value of `--input`, parsed. */
  readonly input?: unknown;
  /** A path, from `--input-file`. */
  readonly inputFile?: string;
}

/**
 * The pipeline's input: from `--input`, from a file, or from stdin if something is piped into it.
 * Undefined if there is none of them, or stdin is empty.
 *
 * @throws {@link UsageError} if the file can't be read, or there is no JSON in it or on stdin.
 */
export async function readInput(source: InputSource): Promise<unknown> {
  if ("input" in source) return source.input;
  if (source.inputFile !== undefined) return parse(await readInputFile(source.inputFile), source.inputFile);
  if (!isPiped()) return undefined;
  const piped = await text(process.stdin);
  return piped.trim() === "" ? undefined : parse(piped, "stdin");
}

async function readInputFile(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new UsageError(`The input file ${file} can't be read`, { cause });
  }
}

function parse(json: string, from: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new UsageError(`What ${from} holds is not JSON; text needs quotes around it`, { cause });
  }
}

/** A terminal and /dev/null are nobody's input; to wait for either would be to hang. */
function isPiped(): boolean {
  try {
    const stdin = fstatSync(0);
    return stdin.isFIFO() || stdin.isFile() || stdin.isSocket();
  } catch {
    // There is no stdin: it was closed.
    return false;
  }
}
