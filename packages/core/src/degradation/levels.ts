import { InvalidOptionError } from "@flujo/dsl";
import type { DegradationLevel } from "../protocols/graceful-degradation.ts";

/** In order: a level's rank is its index. */
export const LEVELS: readonly DegradationLevel[] = ["normal", "minor", "moderate", "severe"];

/** The place of a level in their order: the names themselves have another one. */
export function rankOf(level: DegradationLevel): number {
  return LEVELS.indexOf(level);
}

/** @throws {@link InvalidOptionError} unless `level` is one. */
export function checkLevel(option: string, level: DegradationLevel): DegradationLevel {
  if (LEVELS.includes(level)) return level;
  throw new InvalidOptionError(option, level, `one of ${LEVELS.map((each) => `"${each}"`).join(", ")}`);
}
