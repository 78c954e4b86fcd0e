import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CacheBackend, type Clock, checkKeys, InvalidOptionError } from "@flujo/core/protocols";

export interface DiskCacheOptions {
  /** Where files are kept, one for each key. Made when the first is written. */
  readonly folder: string;
  /** What ages are measured by. Default: the machine's clock. */
  readonly clock?: Pick<Clock, "now">;
}

/** What a file holds, as JSON. */
interface Kept {
  /** In milliseconds since the epoch, since processes have no other clock in common. null: for ever. */
  readonly goodUntil: number | null;
  readonly value: string;
}

/** Keeps cached outcomes in a folder, for all processes that are given the same one, and for those that come after them. */
export class DiskCache implements CacheBackend {
  readonly #folder: string;
  readonly #clock: Pick<Clock, "now">;

  /** @throws {@link InvalidOptionError} naming the first option that can't be used */
  constructor(options: DiskCacheOptions) {
    checkKeys("diskCache", options, ["folder", "clock"]);
    const { folder, clock = Date } = options;
    if (typeof folder !== "string" || folder === "") {
      throw new InvalidOptionError("folder", folder, "the path of a folder");
    }
    this.#folder = folder;
    this.#clock = clock;
  }

  async get(key: string): Promise<string | undefined> {
    const file = this.#file(key);
    const text = await readFile(file, "utf8").catch(nothingThere);
    if (text === undefined) return undefined;
    const { goodUntil, value } = JSON.parse(text) as Kept;
    if (goodUntil === null || this.#clock.now() <= goodUntil) return value;
    await rm(file, { force: true });
    return undefined;
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    const kept: Kept = { goodUntil: ttlMs === Infinity ? null : this.#clock.now() + ttlMs, value };
    await mkdir(this.#folder, { recursive: true });
    // Under another name until it is whole: whoever reads at this moment, or after a crash, finds what was there before.
    const draft = join(this.#folder, `${randomUUID()}.draft`);
    await writeFile(draft, JSON.stringify(kept));
    await rename(draft, this.#file(key));
  }

  /** Keys may be long, and hold what file names can't; and halves of characters, which UTF-8 would make the same. */
  #file(key: string): string {
    return join(this.#folder, `${createHash("sha256").update(key, "utf16le").digest("hex")}.json`);
  }
}

function nothingThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
