import { LruCacheBackend, type LruCacheOptions } from "@flujo/core";
import type { CacheBackend, Clock } from "@flujo/core/protocols";

type Mutant = new (options: LruCacheOptions & { readonly clock: Clock }) => CacheBackend;

const SHARED = new LruCacheBackend();

/** Caches that each break one promise, by the title (in part) of a test that has to notice. */
export const CACHES: Readonly<Record<string, Mutant>> = {
  "has nothing at first": class extends LruCacheBackend {
    override async get(key: string): Promise<string | undefined> {
      return (await super.get(key)) ?? "";
    }
  },

  "as often as it is asked": class extends LruCacheBackend {
    override async get(key: string): Promise<string | undefined> {
      const value = await super.get(key);
      if (value !== undefined) await this.set(key, value, -1);
      return value;
    }
  },

  "gives what was set last": class extends LruCacheBackend {
    override async set(key: string, value: string, ttlMs: number): Promise<void> {
      if ((await this.get(key)) === undefined) await super.set(key, value, ttlMs);
    }
  },

  "from all other keys": class extends LruCacheBackend {
    override get(key: string): Promise<string | undefined> {
      return super.get(key.normalize());
    }

    override set(key: string, value: string, ttlMs: number): Promise<void> {
      return super.set(key.normalize(), value, ttlMs);
    }
  },

  "a key that is no valid text apart": class extends LruCacheBackend {
    override get(key: string): Promise<string | undefined> {
      return super.get(Buffer.from(key).toString());
    }

    override set(key: string, value: string, ttlMs: number): Promise<void> {
      return super.set(Buffer.from(key).toString(), value, ttlMs);
    }
  },

  "values of any spelling as they were": class extends LruCacheBackend {
    override set(key: string, value: string, ttlMs: number): Promise<void> {
      return super.set(key, value.split("\0")[0] as string, ttlMs);
    }
  },

  "a value of megabytes as it was": class extends LruCacheBackend {
    override async set(key: string, value: string, ttlMs: number): Promise<void> {
      if (value.length < 1_000_000) await super.set(key, value, ttlMs);
    }
  },

  "shares nothing with another cache": class implements CacheBackend {
    get(key: string): Promise<string | undefined> {
      return SHARED.get(key);
    }

    set(key: string, value: string, ttlMs: number): Promise<void> {
      return SHARED.set(key, value, ttlMs);
    }
  },

  "gives only what was set, however much of it": class implements CacheBackend {
    readonly #slots: string[] = [];

    async get(key: string): Promise<string | undefined> {
      return this.#slots[this.#slotOf(key)];
    }

    async set(key: string, value: string): Promise<void> {
      this.#slots[this.#slotOf(key)] = value;
    }

    #slotOf(key: string): number {
      return [...key].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 1_009, 7);
    }
  },

  "is not confused by many calls": class extends LruCacheBackend {
    #key = "";

    override async set(key: string, value: string, ttlMs: number): Promise<void> {
      this.#key = key;
      await Promise.resolve();
      await super.set(this.#key, value, ttlMs);
    }
  },

  "good for 1000 ms until then": class extends LruCacheBackend {
    override set(key: string, value: string, ttlMs: number): Promise<void> {
      return super.set(key, value, ttlMs * 1_000);
    }
  },

  "good for 1.5 ms until then": class extends LruCacheBackend {
    override set(key: string, value: string, ttlMs: number): Promise<void> {
      return super.set(key, value, Math.round(ttlMs));
    }
  },

  "whose time is Infinity": class extends LruCacheBackend {
    override set(key: string, value: string, ttlMs: number): Promise<void> {
      return super.set(key, value, Math.min(ttlMs, 2 ** 31));
    }
  },

  "from when it was last set": class extends LruCacheBackend {
    override async get(key: string): Promise<string | undefined> {
      const value = await super.get(key);
      if (value !== undefined) await super.set(key, value, 100);
      return value;
    }
  },

  "goes by the newest time": class extends LruCacheBackend {
    readonly #longest = new Map<string, number>();

    override set(key: string, value: string, ttlMs: number): Promise<void> {
      this.#longest.set(key, Math.max(ttlMs, this.#longest.get(key) ?? 0));
      return super.set(key, value, this.#longest.get(key) as number);
    }
  },

  "does not jump when somebody sets the clock": class extends LruCacheBackend {
    constructor({ clock }: { readonly clock: Clock }) {
      super({ clock: { monotonic: () => clock.now() } });
    }
  },
};
