import type { Random } from "../protocols/random.ts";
import type { FailedAttempt, Recovery, RecoveryStrategy } from "../protocols/recovery-strategies.ts";
import { retryDelayMs } from "./retry-delay.ts";

/** What `withRetry` asks for. */
export class RetryStrategy implements RecoveryStrategy {
  readonly name = "retry";
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * Says nothing once the attempts are used up, if the error isn't retryable, and if the next attempt would begin later
   * than `maxElapsedMs` allows: what the one who answered asks for (`retryAfterMs`) is waited for in full or not at all.
   */
  recover({ step, error, attempt, elapsedMs }: FailedAttempt): Recovery | undefined {
    const { retry } = step.policies;
    if (retry === undefined || !error.retryable || attempt >= retry.maxAttempts) return undefined;
    const delayMs = Math.max(retryDelayMs(attempt, retry, this.#random), error.retryAfterMs ?? 0);
    return elapsedMs + delayMs > retry.maxElapsedMs ? undefined : { action: "retry", delayMs };
  }
}
