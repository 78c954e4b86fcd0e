import { SystemRandom } from "../platform/system-random.ts";
import type { Logger } from "../protocols/logger.ts";
import type { Random } from "../protocols/random.ts";
import type {
  FailedAttempt,
  Recovery,
  RecoveryStrategies,
  RecoveryStrategy,
} from "../protocols/recovery-strategies.ts";
import { FallbackStrategy } from "./fallback-strategy.ts";
import { RetryStrategy } from "./retry-strategy.ts";

const FAIL: Recovery = Object.freeze({ action: "fail" });

export interface PolicyRecoveryStrategiesOptions {
  /** For all steps, asked in this order before a step's own policies. Default: none. */
  readonly strategies?: readonly RecoveryStrategy[];
  /** Where the waits' jitter comes from. Default: the machine's. */
  readonly random?: Random;
  /** Told of strategies that throw or say what can't be done. Default: nobody is. */
  readonly logger?: Logger;
}

/**
 * Asks the strategies that were registered, then the step's `withRetry`, then its `withFallback`; if nobody has anything
 * to say, the step fails.
 *
 * A strategy that throws, or says what can't be done (a wait that is no time, the fallback of a step that has none),
 * has nothing to say: the failure that it was asked about stays the one that the run reports.
 */
export class PolicyRecoveryStrategies implements RecoveryStrategies {
  readonly concernAllSteps: boolean;
  readonly #strategies: readonly RecoveryStrategy[];
  readonly #retry: RetryStrategy;
  readonly #fallback = new FallbackStrategy();
  readonly #logger: Logger | undefined;

  constructor({ strategies = [], random = new SystemRandom(), logger }: PolicyRecoveryStrategiesOptions = {}) {
    this.concernAllSteps = strategies.length > 0;
    this.#strategies = strategies;
    this.#retry = new RetryStrategy(random);
    this.#logger = logger;
  }

  decide(failed: FailedAttempt): Recovery | Promise<Recovery> {
    return this.concernAllSteps ? this.#askAll(failed) : this.#byPolicy(failed);
  }

  async #askAll(failed: FailedAttempt): Promise<Recovery> {
    for (const strategy of this.#strategies) {
      const said = await this.#ask(strategy, failed);
      if (said !== undefined) return said;
    }
    return this.#byPolicy(failed);
  }

  async #ask(strategy: RecoveryStrategy, failed: FailedAttempt): Promise<Recovery | undefined> {
    try {
      const said = await strategy.recover(failed);
      if (said === undefined || canBeDone(said, failed)) return said;
      this.#report(strategy, failed, "says what can't be done", said);
    } catch (error) {
      this.#report(strategy, failed, "threw", error);
    }
    return undefined;
  }

  #byPolicy(failed: FailedAttempt): Recovery {
    return this.#retry.recover(failed) ?? this.#fallback.recover(failed) ?? FAIL;
  }

  #report(strategy: RecoveryStrategy, { path }: FailedAttempt, what: string, detail: unknown): void {
    this.#logger?.log(
      "error",
      `The recovery strategy ${strategy.name} ${what} about ${path}, and was passed over`,
      detail,
    );
  }
}

/** Strategies may be written without types. */
function canBeDone(said: Recovery, { step }: FailedAttempt): boolean {
  switch (said.action) {
    case "retry":
      return Number.isFinite(said.delayMs) && said.delayMs >= 0;
    case "fallback":
      return step.policies.fallback?.type === "step";
    case "value":
    case "fail":
      return true;
    default:
      return false;
  }
}
