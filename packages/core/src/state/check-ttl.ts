import { InvalidOptionError } from "@flujo/dsl";

/** @throws {@link InvalidOptionError} unless a lease can last for `ttlMs` milliseconds */
export function checkTtl(ttlMs: number): number {
  if (Number.isFinite(ttlMs) && ttlMs > 0) return ttlMs;
  throw new InvalidOptionError("ttlMs", ttlMs, "a finite number above 0");
}
