import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ConfigurationError } from "@flujo/core/protocols";
import { requestKey } from "./recorded-request.ts";
import type { Recording, Take } from "./recording.ts";

const FORMAT = "flujo-cassette";
const VERSION = 1;

interface CassetteFile {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly recordings: readonly Recording[];
}

/** @throws ConfigurationError if the file can't be read, or is missing and `isNeeded` */
export async function readTakes(file: string, isNeeded: boolean): Promise<readonly Take[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (isMissing && !isNeeded) return [];
    const fix = isMissing ? `. Run the test once with FLUJO_CASSETTE=record, and a key of the provider's` : "";
    throw new ConfigurationError(`There is no cassette ${file} to be read${fix}`, { cause: error });
  }
  const counts = new Map<string, number>();
  return parse(text, file).recordings.map((recording) => {
    const key = requestKey(recording.request);
    const nth = counts.get(key) ?? 0;
    counts.set(key, nth + 1);
    return { key, nth, recording };
  });
}

function parse(text: string, file: string): CassetteFile {
  let parsed: Partial<CassetteFile> | null;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(`The cassette ${file} is no JSON`, { cause: error });
  }
  if (parsed?.format !== FORMAT || parsed.version !== VERSION || !Array.isArray(parsed.recordings)) {
    throw new ConfigurationError(`${file} is no cassette of version ${VERSION}: record it again`);
  }
  return parsed as CassetteFile;
}

/**
 * Replaces the file as a whole. In which order requests were made doesn't show in it, so that it changes only where they do: by content
 * they are sorted, and of equal ones the first comes first.
 */
export async function writeTakes(file: string, takes: readonly Take[]): Promise<void> {
  const sorted = takes.toSorted((a, b) => (a.key === b.key ? a.nth - b.nth : a.key < b.key ? -1 : 1));
  const recordings = sorted.map(({ recording }) => recording);
  const content: CassetteFile = { format: FORMAT, version: VERSION, recordings };
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
