import { createHash } from "node:crypto";

/**
 * Numbers from 0 to 1 (1 excluded), the same for the same seed.
 *
 * Source: "mulberry32", T. Ettinger, 2017, public domain; started from the seed's SHA-256.
 */
export function seededRandom(seed: string): () => number {
  let state = createHash("sha256").update(seed).digest().readUInt32LE();
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
