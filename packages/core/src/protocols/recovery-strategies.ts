import type { AnyStep, FlujoError } from "@flujo/dsl";
import { type ServiceToken, token } from "./token.ts";

/** An attempt at a step that failed. */
export interface FailedAttempt {
  readonly step: AnyStep;
  readonly path: string;
  readonly input: unknown;
  readonly error: FlujoError;
  /** From 1. */
  readonly attempt: number;
  /** Since the first attempt began, in milliseconds. */
  readonly elapsedMs: number;
}

/** What is done about a failed attempt. */
export type Recovery =
  /** Try again, once `delayMs` milliseconds are over. */
  | { readonly action: "retry"; readonly delayMs: number }
  /** This is the step's output, `undefined` and `null` included. */
  | { readonly action: "value"; readonly value: unknown }
  /** The step's own fallback takes its place: see `withFallback`. */
  | { readonly action: "fallback" }
  | { readonly action: "fail" };

/**
 * One way to recover from failures. Any number may be registered, for all steps of a runner; they are asked in the order of
 * registration, before what the step itself asks for (`withRetry`, then `withFallback`).
 *
 * Never asked about pauses, cancellations and budgets: those are no failures.
 */
export interface RecoveryStrategy {
  readonly name: string;
  /** `undefined`: this one has nothing to say, and the next is asked. */
  recover(failed: FailedAttempt): Recovery | undefined | Promise<Recovery | undefined>;
}

export const RecoveryStrategy: ServiceToken<RecoveryStrategy> = token<RecoveryStrategy>("RecoveryStrategy");

/** Decides what is done about a failed attempt. */
export interface RecoveryStrategies {
  /** Whether any strategy is for steps that ask for nothing themselves. If not, those are not asked about. */
  readonly concernAllSteps: boolean;
  decide(failed: FailedAttempt): Recovery | Promise<Recovery>;
}

export const RecoveryStrategies: ServiceToken<RecoveryStrategies> = token<RecoveryStrategies>("RecoveryStrategies");
