import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import type { SourceDocument } from "../brief/brief.ts";
import { Problem, reasonOf } from "./problem.ts";
import { titleOf } from "./title.ts";

const ENDINGS = new Set([".md", ".markdown", ".txt"]);

/**
 * The Markdown and plain text documents of a folder, in the order of their names. Folders within it, hidden
 * files and files of other kinds are passed over.
 *
 * @throws {@link Problem} naming every file that can't be used.
 */
export async function readDocuments(folder: string): Promise<SourceDocument[]> {
  const files = await listDocuments(folder);
  const read = await Promise.all(files.map((file) => readDocument(folder, file)));
  const problems = read.flatMap((result) => (typeof result === "string" ? [result] : []));
  if (problems.length > 0) {
    throw new Problem(
      `${problems.join("\n")}\nMend ${problems.length === 1 ? "it or move it" : "them or move them"} out of ${folder}, then start again.`,
    );
  }
  return read.filter((result) => typeof result !== "string");
}

/** Whether a file of that name would be taken for a document. */
export function isDocumentName(file: string): boolean {
  return ENDINGS.has(extname(file).toLowerCase()) && !file.startsWith(".");
}

async function listDocuments(folder: string): Promise<string[]> {
  let names: string[];
  try {
    const found = await stat(folder);
    if (!found.isDirectory())
      throw new Problem(`${folder} is not a folder. Give --input the folder that holds the documents.`);
    names = await readdir(folder);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(
      `The folder ${folder} can't be read: ${reasonOf(error)}. Give --input the folder that holds the documents.`,
    );
  }
  const files: string[] = [];
  for (const file of names.filter(isDocumentName).sort()) {
    // What can't be looked at is kept here and reported when it can't be read.
    const isFolder = await stat(join(folder, file)).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) files.push(file);
  }
  if (files.length === 0) {
    throw new Problem(
      `There are no documents in ${folder}: it has no file that ends in ${[...ENDINGS].join(", ")}. Folders within it are not searched.`,
    );
  }
  return files;
}

/** The document, or what is wrong with it. */
async function readDocument(folder: string, file: string): Promise<SourceDocument | string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(join(folder, file));
  } catch (error) {
    return `${file} can't be read: ${reasonOf(error)}.`;
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // The decoder throws for one reason only.
    return `${file} is not text in UTF-8.`;
  }
  if (text.includes("\0")) return `${file} is not a text file.`;
  if (text.trim() === "") return `${file} is empty.`;
  const unixText = text.replace(/\r\n?/g, "\n");
  return { file, title: titleOf(unixText, file), text: unixText };
}
