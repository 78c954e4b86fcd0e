import { PolicyRecoveryStrategies } from "@flujo/core";
import {
  type FailedAttempt,
  type Random,
  type Recovery,
  type RecoveryStrategies,
  type RecoveryStrategy,
  StepFailedError,
} from "@flujo/core/protocols";

type Open = (strategies: readonly RecoveryStrategy[], random: Random) => RecoveryStrategies;

/** Strategies that are told something else than what happened. */
function seeing(change: (failed: FailedAttempt) => FailedAttempt): Open {
  return (strategies, random) => {
    const inner = new PolicyRecoveryStrategies({ strategies, random });
    return { concernAllSteps: inner.concernAllSteps, decide: (failed) => inner.decide(change(failed)) };
  };
}

/** Strategies that say something else than they decided. */
function saying(change: (recovery: Recovery, failed: FailedAttempt) => Recovery): Open {
  return (strategies, random) => {
    const inner = new PolicyRecoveryStrategies({ strategies, random });
    return {
      concernAllSteps: inner.concernAllSteps,
      decide: async (failed) => change(await inner.decide(failed), failed),
    };
  };
}

const FAIL: Recovery = { action: "fail" };

/** Strategies that each break one promise, by the title (in part) of a test that has to notice. */
export const RECOVERY_STRATEGIES: Readonly<Record<string, Open>> = {
  "let a step fail that asks for nothing": saying((recovery) =>
    recovery.action === "fail" ? { action: "value", value: undefined } : recovery,
  ),
  "waits between nothing and a limit that grows": seeing((failed) => ({ ...failed, attempt: 1 })),
  "ends when the attempts are used up": seeing((failed) => ({ ...failed, attempt: failed.attempt - 1 })),
  "does not try again what another try can't mend": seeing((failed) => ({
    ...failed,
    error: new StepFailedError(failed.error.message),
  })),
  "waits at least as long as it was asked to": saying((recovery) =>
    recovery.action === "retry" ? { ...recovery, delayMs: Math.min(recovery.delayMs, 300) } : recovery,
  ),
  "begins no attempt later than it may": seeing((failed) => ({ ...failed, elapsedMs: 0 })),
  "does not wait in vain for what comes too late": saying((recovery, { step, error, elapsedMs }) => {
    const { maxElapsedMs = Infinity } = step.policies.retry ?? {};
    return error.retryAfterMs === 901 ? { action: "retry", delayMs: maxElapsedMs - elapsedMs } : recovery;
  }),

  // What the original did: nothing was no fallback.
  "gives the step's value, whatever it is": saying((recovery) =>
    recovery.action === "value" && recovery.value == null ? FAIL : recovery,
  ),

  "hands over to the step's other step": saying((recovery) => (recovery.action === "fallback" ? FAIL : recovery)),
  "comes after the last retry": saying((recovery, { step }) =>
    step.policies.fallback?.type === "step" ? { action: "fallback" } : recovery,
  ),
  "are said to be there if they are": (strategies, random) => {
    const inner = new PolicyRecoveryStrategies({ strategies, random });
    return { concernAllSteps: true, decide: (failed) => inner.decide(failed) };
  },
  "are asked first, in order": (strategies, random) =>
    new PolicyRecoveryStrategies({ strategies: strategies.toReversed(), random }),
  "see what happened": seeing((failed) => ({ ...failed, input: undefined })),
  "leave the rest to what the step asks for": (strategies, random) => ({
    concernAllSteps: strategies.length > 0,
    decide: (failed) =>
      strategies.length > 0 ? FAIL : new PolicyRecoveryStrategies({ strategies, random }).decide(failed),
  }),
  "may let fail what the step would recover from": saying((recovery, { step }) =>
    recovery.action === "fail" && step.policies.fallback !== undefined ? { action: "fallback" } : recovery,
  ),
  "that throw have nothing to say": (strategies, random) => ({
    concernAllSteps: strategies.length > 0,
    decide: async (failed) => {
      for (const strategy of strategies) {
        const said = await strategy.recover(failed);
        if (said !== undefined) return said;
      }
      return new PolicyRecoveryStrategies({ random }).decide(failed);
    },
  }),
  "that say what can't be done have nothing to say": (strategies, random) => ({
    concernAllSteps: strategies.length > 0,
    decide: async (failed) => {
      for (const strategy of strategies) {
        const said = await new Promise<Recovery | undefined>((resolve) => resolve(strategy.recover(failed))).catch(
          () => undefined,
        );
        if (said !== undefined) return said;
      }
      return new PolicyRecoveryStrategies({ random }).decide(failed);
    },
  }),
};
