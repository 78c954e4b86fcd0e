import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkTarget } from "../../src/input/check-target.ts";

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "brief-target-")));
});
afterEach(() => rm(folder, { recursive: true }));

describe("checkTarget", () => {
  it("makes the folder that a file goes into, and leaves nothing in it", async () => {
    expect(await checkTarget("--output", join(folder, "a", "b", "brief.md"))).toBe(join(folder, "a", "b", "brief.md"));
    expect(await readdir(join(folder, "a", "b"))).toEqual([]);
  });

  it("leaves a file that is there as it is", async () => {
    await writeFile(join(folder, "brief.md"), "old");
    await checkTarget("--output", join(folder, "brief.md"));
    expect(await readFile(join(folder, "brief.md"), "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["brief.md"]);
  });

  it("follows a link to the file that is meant", async () => {
    await writeFile(join(folder, "real.md"), "old");
    await symlink(join(folder, "real.md"), join(folder, "link.md"));
    expect(await checkTarget("--output", join(folder, "link.md"))).toBe(join(folder, "real.md"));
  });

  it("refuses a folder", async () => {
    await mkdir(join(folder, "out"));
    await expect(checkTarget("--output", join(folder, "out"))).rejects.toThrow(
      /out is a folder\. Give --output the name of a file/,
    );
  });

  it("refuses what is no ordinary file", async () => {
    await expect(checkTarget("--db", "/dev/null")).rejects.toThrow(
      "/dev/null is not an ordinary file. Give --db another name.",
    );
  });

  it("refuses a path that leads through a file, and leaves nothing behind", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(checkTarget("--output", join(folder, "file", "brief.md"))).rejects.toThrow(
      /a part of the path is a file/,
    );
    expect(await readdir(folder)).toEqual(["file"]);
  });
});
