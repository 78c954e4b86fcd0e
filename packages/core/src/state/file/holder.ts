import { readFileSync } from "node:fs";
import { isOwnerDead, isOwnerOfAnotherBoot } from "../../protocols/lease-owner.ts";
import { codeOf } from "./file-error.ts";

/** What a file in `owners` says, or one in `locks`, which is a second name of such a file; undefined if it is gone. */
export function readHolder(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Whether the backend that a file stands for is known to be gone.
 *
 * All that use the folder are of one host, so whoever began before the system was started anew is gone, in whatever container it
 * was: else a loss of power in the midst of a write would leave a lock that nobody may remove.
 */
export function isHolderDead(file: string): boolean {
  const holder = readHolder(file);
  if (holder === undefined) return false;
  try {
    return isOwnerDead(holder) || isOwnerOfAnotherBoot(holder);
  } catch {
    return true; // It got its name when all of it was written, so only a loss of power can have emptied it.
  }
}
