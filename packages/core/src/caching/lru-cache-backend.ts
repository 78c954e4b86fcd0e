import { InvalidOptionError } from "@flujo/dsl";
import { LRUCache } from "lru-cache";
import { SystemClock } from "../platform/system-clock.ts";
import type { CacheBackend } from "../protocols/cache-backend.ts";
import type { Clock } from "../protocols/clock.ts";

export interface LruCacheOptions {
  /** Most characters of values kept; beyond it the least recently used go. Whole, at least 1. Default 50 million. */
  readonly maxCharacters?: number;
  /** What ages are measured by. Default: the machine's clock. */
  readonly clock?: Pick<Clock, "monotonic">;
}

interface Entry {
  readonly value: string;
  /** By the monotonic clock. */
  readonly goodUntil: number;
}

/** Keeps cached outcomes in the memory of this process. */
export class LruCacheBackend implements CacheBackend {
  readonly #cache: LRUCache<string, Entry>;
  readonly #clock: Pick<Clock, "monotonic">;

  /** @throws `InvalidOptionError` naming the first option out of range. */
  constructor({ maxCharacters = 50_000_000, clock = new SystemClock() }: LruCacheOptions = {}) {
    if (!Number.isSafeInteger(maxCharacters) || maxCharacters < 1) {
      throw new InvalidOptionError("maxCharacters", maxCharacters, "a whole number from 1");
    }
    this.#clock = clock;
    this.#cache = new LRUCache({
      maxSize: maxCharacters,
      // An entry of no characters has a size, too.
      sizeCalculation: ({ value }, key) => Math.max(1, value.length + key.length),
    });
  }

  async get(key: string): Promise<string | undefined> {
    const entry = this.#cache.get(key);
    if (entry === undefined) return undefined;
    if (this.#clock.monotonic() <= entry.goodUntil) return entry.value;
    this.#cache.delete(key);
    return undefined;
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    // Ages are measured here: the cache's own take whole milliseconds alone, and a clock that starts at 0 for none.
    this.#cache.set(key, { value, goodUntil: this.#clock.monotonic() + ttlMs });
  }
}
