import type { ResolvedLimits } from "@flujo/dsl";
import { type ServiceToken, token } from "./token.ts";

/** Holds calls back until they are within the limits of their resource. First come, first served. */
export interface RateLimiter {
  /** How many calls are held back now. */
  readonly queued: number;
  /**
   * Resolves once the call may be made.
   *
   * @throws the signal's reason if that aborts first: then nothing was taken
   */
  acquire(request: RateRequest): Promise<RatePermit>;
}

export const RateLimiter: ServiceToken<RateLimiter> = token<RateLimiter>("RateLimiter");

export interface RateRequest {
  readonly resource: string;
  readonly limits: Omit<ResolvedLimits, "resource">;
  /** How many tokens the call may use, as far as that is known. */
  readonly tokens: number;
  readonly signal: AbortSignal;
}

export interface RatePermit {
  /** Ends the call. @param usedTokens - what it really used; left out, the estimate stands */
  release(usedTokens?: number): void;
}
