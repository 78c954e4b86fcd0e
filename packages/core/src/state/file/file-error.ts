import { FlujoError } from "@flujo/dsl";
import { StateError } from "../../protocols/errors/state-error.ts";

/** What the system's error codes mean to the owner of a state folder, as the end of a sentence about a file in it. */
const MEANINGS: Readonly<Record<string, string>> = {
  ENOSPC: "can't be written: the disk is full",
  EDQUOT: "can't be written: the user's share of the disk is used up",
  EFBIG: "can't grow: it has the largest size that this process may write",
  EROFS: "can't be written: its disk allows reading only",
  EACCES: "may not be used by this process",
  EPERM: "may not be used by this process",
  EMFILE: "can't be opened: this process has too many files open",
  ENFILE: "can't be opened: the system has too many files open",
  ENOENT: "can't be found: check that its folder is still there",
  ENOTDIR: "can't be opened: something in its path is no folder",
  EEXIST: "can't be made: there is something of its name",
  EIO: "can't be read or written: the disk reports an error",
};

/** What went wrong with `file` as an error of Flujo's. One that is so already passes through. */
export function toStateError(error: unknown, file: string): FlujoError {
  if (FlujoError.is(error)) return error;
  const meaning = MEANINGS[codeOf(error) ?? ""];
  const message = error instanceof Error ? error.message : String(error);
  return new StateError(`${file} ${meaning ?? "can't be used"} (${message})`, { cause: error });
}

/** `ENOENT`, or another code of the system's; undefined for an error that is not the system's. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
