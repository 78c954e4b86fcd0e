import { linkSync, readdirSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { StateError } from "../../protocols/errors/state-error.ts";
import { codeOf } from "./file-error.ts";
import { isHolderDead, readHolder } from "./holder.ts";
import type { StateFolder } from "./state-folder.ts";

/** Differs between processes, so that two which got into each other's way do not do so again and again. */
const RETRY_MS: number = 1 + (process.pid % 5);

/**
 * Lets one backend at a time, of all processes of the host, do something to a run.
 *
 * A lock is a link to the file that says who its holder is: made in one step, so that there is no lock without a
 * holder. It is removed by the holder or, when that is dead, by another; never because of its age, for a process that was
 * stopped goes on in the midst of what it was doing.
 */
export class RunLock {
  readonly #folder: StateFolder;
  readonly #busyTimeoutMs: number;
  readonly #held = new Set<string>();

  constructor(folder: StateFolder, busyTimeoutMs: number) {
    this.#folder = folder;
    this.#busyTimeoutMs = busyTimeoutMs;
  }

  /**
   * Does `work` while nobody else does anything to the run.
   *
   * @param name - of the run's log
   * @throws {@link StateError} if somebody else held the lock for all of `busyTimeoutMs`
   */
  async hold<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const lock = join(this.#folder.locks, name);
    await this.#take(lock);
    try {
      return await work();
    } finally {
      this.#held.delete(lock);
      this.#release(lock);
    }
  }

  async #take(lock: string): Promise<void> {
    const deadline = performance.now() + this.#busyTimeoutMs;
    while (!this.#tryTake(lock)) {
      if (isHolderDead(lock) && this.#break(lock)) continue;
      if (performance.now() >= deadline) throw this.#busy(lock);
      await wait(RETRY_MS);
    }
  }

  #tryTake(lock: string): boolean {
    if (this.#held.has(lock)) return false;
    // If it is ours though nothing goes on under it, it could not be removed when that had ended.
    const taken = tryLink(this.#folder.ownerFile, lock) || readHolder(lock) === this.#folder.owner;
    if (taken) this.#held.add(lock);
    return taken;
  }

  #release(lock: string): void {
    try {
      unlinkSync(lock);
    } catch {
      // What was done under it stands. Whoever wants it next takes it for what it is, or says that it is there.
    }
  }

  /**
   * Removes the lock of a dead holder. Only one backend at a time does that, since between a look at a lock and its removal another
   * might remove it and take it anew. Each says that it is about to, and goes on if nobody else who lives says so too; what
   * it says bears its own name, which no other will ever have, so what a dead one said may be removed by anybody.
   *
   * @returns false if another is at it
   */
  #break(lock: string): boolean {
    const { breaking, instance, ownerFile } = this.#folder;
    tryLink(ownerFile, join(breaking, instance));
    try {
      for (const other of readdirSync(breaking)) {
        if (other === instance) continue;
        if (!isHolderDead(join(breaking, other))) return false;
        rmSync(join(breaking, other), { force: true });
      }
      if (isHolderDead(lock)) rmSync(lock, { force: true });
      return true;
    } finally {
      rmSync(join(breaking, instance), { force: true });
    }
  }

  #busy(lock: string): StateError {
    return new StateError(
      `A run is locked by another process, for longer than ${this.#busyTimeoutMs} ms; it says of itself: ` +
        `${readHolder(lock) ?? "nothing"}. If that is gone for sure, remove ${lock}`,
    );
  }
}

/** False if there is something of that name already. */
function tryLink(file: string, name: string): boolean {
  try {
    linkSync(file, name);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}
