import type { Random } from "@flujo/core/protocols";

/** A whole number from 0 to one below `count`. */
export function drawIndex(random: Random, count: number): number {
  return Math.floor(random.next() * count);
}
