import { InvalidOptionError } from "@flujo/dsl";
import { LRUCache } from "lru-cache";
import type { CacheBackend } from "../protocols/cache-backend.ts";
import type { Clock } from "../protocols/clock.ts";

export interface LruCacheOptions {
  /** Most characters of values kept; beyond it the least recently used go. Whole, at least 1. Default 50 million. */
  readonly maxCharacters?: number;
  /** What ages are measured by. Default: the machine's clock. */
  readonly clock?: Pick<Clock, "monotonic">;
}

/** Keeps cached outcomes in the memory of this process. */
export class LruCacheBackend implements CacheBackend {
  readonly #cache: LRUCache<string, string>;

  /** @throws `InvalidOptionError` naming the first option out of range. */
  constructor({ maxCharacters = 50_000_000, clock }: LruCacheOptions = {}) {
    if (!Number.isSafeInteger(maxCharacters) || maxCharacters < 1) {
      throw new InvalidOptionError("maxCharacters", maxCharacters, "a whole number from 1");
    }
    this.#cache = new LRUCache({
      maxSize: maxCharacters,
      sizeCalculation: (value, key) => value.length + key.length,
      // Ages are looked at when asked for, and measured by a clock that never goes back.
      ttlResolution: 0,
      ...(clock === undefined ? {} : { perf: { now: () => clock.monotonic() } }),
    });
  }

  async get(key: string): Promise<string | undefined> {
    return this.#cache.get(key);
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    this.#cache.set(key, value, ttlMs === Infinity ? {} : { ttl: Math.max(1, Math.ceil(ttlMs)) });
  }
}
