import { type ServiceToken, token } from "./token.ts";

/**
 * Where outcomes of cached steps are kept. Values arrive serialized, so nobody who is given one can change it for others.
 * It may forget at any time. One that throws is taken to have nothing, which is reported in the run's log.
 */
export interface CacheBackend {
  /** What was set under `key` and is not too old. */
  get(key: string): Promise<string | undefined>;
  /**
   * Takes the place of what was set before.
   *
   * @param ttlMs - for how many milliseconds it is good, by a clock that never goes back. Above 0; Infinity: for as
   * long as it is kept
   */
  set(key: string, value: string, ttlMs: number): Promise<void>;
}

export const CacheBackend: ServiceToken<CacheBackend> = token<CacheBackend>("CacheBackend");
