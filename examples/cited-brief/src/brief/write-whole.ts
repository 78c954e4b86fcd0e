import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file whole or not at all: what reads `target` sees the old text or the new one, never a part.
 * `key` names the temporary file beside it, so that a second try takes up what a killed first one left behind.
 */
export async function writeWhole(target: string, text: string, key: string): Promise<void> {
  const temporary = join(dirname(target), `.${basename(target)}.${key}.tmp`);
  try {
    const file = await open(temporary, "w");
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
