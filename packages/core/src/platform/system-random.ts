import type { Random } from "../protocols/random.ts";

export class SystemRandom implements Random {
  next(): number {
    return Math.random();
  }
}
