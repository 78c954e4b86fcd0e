import type { Random } from "@flujo/core/protocols";

/**
 * Numbers that look random, and are the same for the same seed.
 *
 * Source: "mulberry32", T. Ettinger, 2017.
 *
 * @param seed - a whole number; its lowest 32 bits count
 */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return {
    next: () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}

/** A whole number from 0 to one below `count`. */
export function drawIndex(random: Random, count: number): number {
  return Math.floor(random.next() * count);
}
