import { mkdir, open, realpath, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Problem, reasonOf } from "./problem.ts";

/**
 * Makes sure that a file can be written, and makes its folder if need be. The file itself is left alone.
 * Gives its full path, links resolved, so that what is replaced is the file and not a link to it.
 *
 * @param option - the option that names the file
 * @throws {@link Problem} saying what is in the way; nothing is left behind then.
 */
export async function checkTarget(option: string, file: string): Promise<string> {
  const asked = resolve(file);
  const present = await stat(asked).catch(() => undefined);
  if (present?.isDirectory()) throw new Problem(`${file} is a folder. Give ${option} the name of a file.`);
  if (present !== undefined && !present.isFile())
    throw new Problem(`${file} is not an ordinary file. Give ${option} another name.`);

  let made: string | undefined;
  try {
    made = await mkdir(dirname(asked), { recursive: true });
    const full = present === undefined ? join(await realpath(dirname(asked)), basename(asked)) : await realpath(asked);
    const probe = join(dirname(full), `.${basename(full)}.${process.pid}.probe`);
    await (await open(probe, "wx")).close();
    await rm(probe);
    return full;
  } catch (error) {
    if (made !== undefined) await rm(made, { recursive: true, force: true });
    throw new Problem(`${file} can't be written: ${reasonOf(error)}. Give ${option} another place.`);
  }
}
