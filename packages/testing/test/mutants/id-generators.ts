import type { IdGenerator } from "@flujo/core/protocols";

/** Generators that each break one promise, by the title (in part) of a test that has to notice. */
export const ID_GENERATORS: Readonly<Record<string, new () => IdGenerator>> = {
  "never gives an id twice": class implements IdGenerator {
    next(): string {
      return `${Math.floor(Math.random() * 1_000_000)}`;
    }
  },

  "that no other generator gives": class implements IdGenerator {
    #next = 0;

    next(): string {
      return `${this.#next++}`;
    }
  },

  "also one that knows no case": class implements IdGenerator {
    #id: string | undefined;

    next(): string {
      const before = this.#id;
      this.#id = before === undefined ? `run-${crypto.randomUUID()}` : undefined;
      return this.#id ?? (before as string).toUpperCase();
    }
  },

  "that can be printed": class implements IdGenerator {
    next(): string {
      return `${crypto.randomUUID()}\n`;
    }
  },

  "neither empty nor long": class implements IdGenerator {
    next(): string {
      return crypto.randomUUID().repeat(10);
    }
  },
};
