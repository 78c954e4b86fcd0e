import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Problem } from "../../src/input/problem.ts";
import { readDocuments } from "../../src/input/read-documents.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "brief-input-"));
});
afterEach(() => rm(folder, { recursive: true }));

const problemOf = async (path: string): Promise<string> => {
  const error: unknown = await readDocuments(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Problem);
  return (error as Problem).message;
};

describe("readDocuments", () => {
  it("reads Markdown and plain text in the order of the names, and passes over all else", async () => {
    await writeFile(join(folder, "b.TXT"), "\uFEFFSecond\r\nline\r\n");
    await writeFile(join(folder, "a.md"), "# First\n");
    await writeFile(join(folder, "c.markdown"), "Third\n");
    await writeFile(join(folder, "picture.png"), new Uint8Array([0x89, 0x50, 0xff]));
    await writeFile(join(folder, ".hidden.md"), "");
    await mkdir(join(folder, "folder.md"));
    await mkdir(join(folder, "deeper"));
    await writeFile(join(folder, "deeper", "d.md"), "Fourth");
    expect(await readDocuments(folder)).toEqual([
      { file: "a.md", title: "First", text: "# First\n" },
      { file: "b.TXT", title: "Second", text: "Second\nline\n" },
      { file: "c.markdown", title: "Third", text: "Third\n" },
    ]);
  });

  it("says that a folder is missing", async () => {
    expect(await problemOf(join(folder, "none"))).toMatch(
      /none can't be read: there is no such file or folder\. Give --input/,
    );
  });

  it("says that what it was given is a file", async () => {
    await writeFile(join(folder, "a.md"), "text");
    expect(await problemOf(join(folder, "a.md"))).toMatch(/a\.md is not a folder/);
  });

  it("says that a folder has no documents", async () => {
    await writeFile(join(folder, "a.pdf"), "text");
    expect(await problemOf(folder)).toMatch(/no file that ends in \.md, \.markdown, \.txt/);
  });

  it("names every file that can't be used, and why", async () => {
    await writeFile(join(folder, "blank.md"), " \n\t\n");
    await writeFile(join(folder, "latin1.txt"), new Uint8Array([0x63, 0x61, 0x66, 0xe9]));
    await writeFile(join(folder, "null.txt"), "a\0b");
    await symlink(join(folder, "nowhere"), join(folder, "broken.md"));
    await writeFile(join(folder, "good.md"), "text");
    expect((await problemOf(folder)).split("\n")).toEqual([
      "blank.md is empty.",
      "broken.md can't be read: there is no such file or folder.",
      "latin1.txt is not text in UTF-8.",
      "null.txt is not a text file.",
      `Mend them or move them out of ${folder}, then start again.`,
    ]);
  });
});
