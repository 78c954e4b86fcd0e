import { closeSync, fdatasync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";

/** Resolves once what was written to an open file is on the disk. */
export const syncData: (descriptor: number) => Promise<void> = promisify(fdatasync);

/** Returns once the names in a folder are on the disk. */
export function syncFolder(folder: string): void {
  // Windows can't open a folder, and keeps its names without being asked.
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Creates a folder, and those that it is in, where they are missing. */
export function makeFolder(folder: string, synced: boolean): void {
  const topmost = mkdirSync(folder, { recursive: true });
  if (topmost === undefined || !synced) return;
  for (let made = folder; ; made = dirname(made)) {
    syncFolder(dirname(made));
    if (made === topmost) return;
  }
}
