import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StateError } from "../../protocols/errors/state-error.ts";
import { StateFormatError } from "../../protocols/errors/state-format-error.ts";
import { newLeaseOwner } from "../../protocols/lease-owner.ts";
import { makeFolder, syncFolder } from "./durable-files.ts";
import { codeOf } from "./file-error.ts";
import type { ResolvedFileStateOptions } from "./file-state-options.ts";
import { isHolderDead } from "./holder.ts";

/**
 * A folder with runs in it, opened by one backend.
 *
 * - `flujo-state`: says what the folder is, and the version of this layout
 * - `runs`: the log of each run
 * - `owners`: a file for each backend that has the folder open, which says what process it is of
 * - `locks`: for each run that is written to, a second name of its writer's file in `owners`
 * - `breaking`: the same, for each backend that is about to remove the lock of a dead process
 * - `drafts`: what is written before it gets its name
 */
export interface StateFolder {
  readonly runs: string;
  readonly locks: string;
  readonly breaking: string;
  readonly drafts: string;
  /** Names this backend in `owners`, `breaking` and `drafts`. */
  readonly instance: string;
  /** Whom leases and locks are for, as `newLeaseOwner()` gives it. */
  readonly owner: string;
  readonly ownerFile: string;
}

const MARK = "flujo-state";
const VERSION = 1;

/**
 * Opens a state folder, creates it if need be, and removes what dead processes left behind.
 *
 * @throws {@link StateFormatError} if a newer version laid it out
 * @throws {@link StateError} if it is some other folder, with something in it
 */
export function openStateFolder({ folder, durability }: ResolvedFileStateOptions): StateFolder {
  const synced = durability === "full";
  makeFolder(folder, synced);
  claim(folder, synced);
  const inside = (name: string): string => join(folder, name);
  for (const name of ["runs", "owners", "locks", "breaking", "drafts"]) makeFolder(inside(name), synced);
  sweep(inside("owners"), inside("drafts"));

  const instance = randomUUID();
  const owner = newLeaseOwner();
  const ownerFile = join(inside("owners"), instance);
  // In its place only with all that is in it: whoever reads half of it would take this process for a dead one.
  const draft = join(inside("drafts"), `${OWNER_DRAFT}${instance}`);
  writeFileSync(draft, owner);
  renameSync(draft, ownerFile);
  return {
    runs: inside("runs"),
    locks: inside("locks"),
    breaking: inside("breaking"),
    drafts: inside("drafts"),
    instance,
    owner,
    ownerFile,
  };
}

/**
 * The name of a run's log. A run's id is any text: it may lead out of the folder, be too long for a file's name, or differ
 * from another's in nothing that the file system tells apart. So the name is its hash, after what of it people can read.
 */
export function logNameOf(runId: string): string {
  const readable = runId
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-|-$/g, "");
  // As UTF-16: in UTF-8 all halves of surrogate pairs are one.
  const hash = createHash("sha256").update(runId, "utf16le").digest("hex");
  return `${readable}${readable && "-"}${hash}${LOG_SUFFIX}`;
}

export const LOG_SUFFIX = ".log";
const OWNER_DRAFT = "owner-";

/** Marks a new folder as Flujo's, and checks the mark of an old one. */
function claim(folder: string, synced: boolean): void {
  const mark = join(folder, MARK);
  const content = `flujo state folder ${VERSION}\n`;
  let found: string;
  try {
    found = readFileSync(mark, "utf8");
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    if (readdirSync(folder).some((name) => !name.startsWith(MARK))) {
      // Another process may have made it all since: the mark comes before anything else.
      if (!existsSync(mark)) throw notFlujos(folder);
      claim(folder, synced);
      return;
    }
    const draft = `${mark}.${randomUUID()}`;
    writeFileSync(draft, content);
    renameSync(draft, mark);
    if (synced) syncFolder(folder);
    return;
  }
  if (found === content) return;
  const [, version] = /^flujo state folder (\d+)\n$/.exec(found) ?? [];
  if (version === undefined) throw notFlujos(folder);
  throw new StateFormatError(
    `The state folder ${folder} has layout ${version}, and this version of @flujo/core knows layouts up to ${VERSION}: ` +
      "update the package",
  );
}

function notFlujos(folder: string): StateError {
  return new StateError(`${folder} is not a state folder of Flujo's; it was left as it is. Name another folder`);
}

/** Removes what dead processes left behind. */
function sweep(owners: string, drafts: string): void {
  for (const name of readdirSync(owners)) {
    if (isHolderDead(join(owners, name))) rmSync(join(owners, name), { force: true });
  }
  const living = new Set(readdirSync(owners));
  for (const name of readdirSync(drafts)) {
    const [instance = ""] = name.split(".");
    // The draft of an owner may be that of a process which is opening the folder at this moment.
    if (!name.startsWith(OWNER_DRAFT) && !living.has(instance)) rmSync(join(drafts, name), { force: true });
  }
}
