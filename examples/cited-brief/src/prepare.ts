import { realpath } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { SourceDocument } from "./brief/brief.ts";
import type { CommandLine } from "./command-line.ts";
import { checkTarget } from "./input/check-target.ts";
import { Problem } from "./input/problem.ts";
import { isDocumentName, readDocuments } from "./input/read-documents.ts";

/** Everything that a run needs, read and checked. */
export interface Prepared {
  readonly documents: readonly SourceDocument[];
  /** Full paths. */
  readonly output: string;
  readonly db: string;
  readonly workLog: string | undefined;
}

/**
 * Reads the documents and makes sure that what is to be written can be.
 *
 * @throws {@link Problem} saying what has to be put right
 */
export async function prepare({ input, output, db, workLog }: CommandLine): Promise<Prepared> {
  const documents = await readDocuments(input);
  const prepared: Prepared = {
    documents,
    output: await checkTarget("--output", output),
    db: await checkTarget("--db", db),
    workLog: workLog === undefined ? undefined : await checkTarget("--work-log", workLog),
  };
  const written = [prepared.output, prepared.db, prepared.workLog].filter((file) => file !== undefined);
  if (new Set(written).size < written.length)
    throw new Problem("--output, --db and --work-log must name different files.");
  const intoInput = dirname(prepared.output) === (await realpath(input)) && isDocumentName(basename(prepared.output));
  if (intoInput) {
    throw new Problem(`${output} would be taken for a document the next time. Give --output a place outside ${input}.`);
  }
  return prepared;
}
