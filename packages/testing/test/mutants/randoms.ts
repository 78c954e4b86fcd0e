import type { Random } from "@flujo/core/protocols";

/** Sources that each break one promise, by the title (in part) of a test that has to notice. */
export const RANDOMS: Readonly<Record<string, new () => Random>> = {
  "from 0 to just below 1": class implements Random {
    next(): number {
      return Math.random() * 1.01;
    }
  },

  "spreads them evenly": class implements Random {
    next(): number {
      return Math.random() ** 2;
    }
  },

  "do not follow from the one before": class implements Random {
    #drawn = 0;

    next(): number {
      return (this.#drawn++ * 0.0137) % 1;
    }
  },

  "fine numbers, not a few coarse ones": class implements Random {
    next(): number {
      return Math.floor(Math.random() * 100) / 100;
    }
  },
};
