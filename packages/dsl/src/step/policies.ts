import type { ValidationPlugin } from "../plugins/validation-plugin.ts";
import type { Validator } from "../plugins/validator.ts";
import type { AnyStep } from "./step.ts";
import type { DecisionScope } from "./step-scope.ts";

/** When a failed step runs again, and how long it waits first. */
export interface RetryPolicy {
  /** Attempts in all, the first one included. Whole, at least 1. Default 3. */
  readonly maxAttempts?: number;
  /** Longest first wait, in milliseconds. At least 0. Default 200. */
  readonly initialDelayMs?: number;
  /** Longest wait of all, in milliseconds. At least 0. Default 30 000. */
  readonly maxDelayMs?: number;
  /** By how much the wait grows from one attempt to the next. At least 1. Default 2. */
  readonly factor?: number;
  /**
   * `full` waits a random time between 0 and the growing limit, so that many clients don't come
   * back at once; `none` waits the limit itself. Default `full`.
   *
   * Source: "Exponential Backoff And Jitter", M. Brooker, AWS Architecture Blog, 2015.
   */
  readonly jitter?: "full" | "none";
  /**
   * No attempt begins later than this after the first one began, in milliseconds. Above 0, or Infinity. Default Infinity.
   */
  readonly maxElapsedMs?: number;
}

/** A retry policy with its defaults filled in and its ranges checked. */
export type ResolvedRetryPolicy = Readonly<Required<RetryPolicy>>;

/** What takes a failed step's place: another step, given the same input, or a value. */
export type Fallback =
  | { readonly type: "step"; readonly step: AnyStep }
  | { readonly type: "value"; readonly value: unknown };

/** When a step's outcome of another time is as good as a new one. */
export interface CachePolicy<Input = never, Context = never> {
  /** How long an outcome is good for, in milliseconds. Above 0, or Infinity. Default Infinity. */
  readonly ttlMs?: number;
  /**
   * What tells calls apart that may have different outcomes; must be something that can be recorded. Default: all that
   * the step can see of the run, its input and the whole context.
   */
  readonly key?: (input: Input, context: Readonly<Context>) => unknown;
  /** Say a new one to leave behind what was cached so far. */
  readonly version?: string;
}

/** A cache policy with its defaults filled in and its ranges checked. */
export type ResolvedCachePolicy = Readonly<Pick<Required<CachePolicy>, "ttlMs"> & Pick<CachePolicy, "key" | "version">>;

/** What a step, with all that is in it, may use up. Reaching a limit is allowed, passing it ends the run. */
export interface BudgetPolicy {
  /** In US dollars. At least 0. */
  readonly costUsd?: number;
  /** Input and output together. Whole, at least 0. */
  readonly totalTokens?: number;
}

/** A budget with its ranges checked. What is left out has no limit. */
export interface ResolvedBudget {
  /** In pico-dollars (10⁻¹² USD). */
  readonly costPico?: bigint;
  readonly totalTokens?: number;
}

/** What one attempt at a step is expected to use at most: set aside from the budgets around it while it works. */
export type EstimatePolicy<Input = never, Context = never> =
  | BudgetPolicy
  | ((input: Input, context: Readonly<Context>) => BudgetPolicy);

/** How much of a resource is used at a time and a minute, by all steps that name it. What is left out has no limit. */
export interface LimitsPolicy {
  /** What the limits are of: `api.example.org`. Default: the step's `resource`, or else its name. */
  readonly resource?: string;
  /** Most calls at a time. Whole, at least 1. */
  readonly concurrency?: number;
  /** Above 0. */
  readonly requestsPerMinute?: number;
  /** Above 0. Counted by what the calls report, and by their estimates until they have. */
  readonly tokensPerMinute?: number;
}

/** Limits with their ranges checked. At least one is there. */
export type ResolvedLimits = LimitsPolicy;

/** When calls to a resource that keeps failing are refused at once, without being made. */
export interface CircuitBreakerPolicy {
  /** What the breaker is for: steps that name the same share it. Default: the step's `resource`, or else its name. */
  readonly resource?: string;
  /** The share of calls within the window that must have failed for it to open. Above 0, at most 1. Default 0.5. */
  readonly failureRate?: number;
  /** It never opens on fewer calls within the window. Whole, at least 1. Default 10. */
  readonly minimumCalls?: number;
  /** How far back calls count, in milliseconds. Above 0. Default 60 000. */
  readonly windowMs?: number;
  /** A call that takes longer than this counts as failed, in milliseconds. Above 0, or Infinity. Default Infinity. */
  readonly slowCallMs?: number;
  /** How long it stays open before it lets a probe through, in milliseconds. Above 0. Default 30 000. */
  readonly openMs?: number;
  /** Most probes at a time, and how many must succeed for it to close. Whole, at least 1. Default 1. */
  readonly probes?: number;
}

/** A breaker's policy with its defaults filled in and its ranges checked. */
export type ResolvedCircuitBreakerPolicy = Readonly<
  Required<Omit<CircuitBreakerPolicy, "resource">> & Pick<CircuitBreakerPolicy, "resource">
>;

/** Makes something else of a value of the same type: trims a prompt, takes secrets out of an answer. */
export type Processor<Value, Context = unknown> = (
  value: Value,
  scope: DecisionScope<Context>,
) => Value | Promise<Value> | PromiseLike<Value>;

/** What is done to what a step is given before it works, and to what it gave before anybody looks at it. */
export interface ProcessorsPolicy<Input = never, Output = never, Context = never> {
  /** In the order in which they run, each on what the one before made. */
  readonly prompt?: readonly Processor<Input, Context>[];
  readonly output?: readonly Processor<Output, Context>[];
}

/** A list of one may be written without the list. */
export type OneOrMany<Value> = Value | readonly Value[];

/** What is to happen around a step's own work. Plain data; the execution core acts on it. */
export interface StepPolicies {
  readonly retry?: ResolvedRetryPolicy;
  /** Longest time of one attempt, in milliseconds. */
  readonly timeoutMs?: number;
  readonly fallback?: Fallback;
  readonly cache?: ResolvedCachePolicy;
  readonly processors?: ProcessorsPolicy;
  /** In the order in which they run. */
  readonly plugins?: readonly ValidationPlugin<never, never, never>[];
  /** The steps that the plugins declare to redirect to, each once. */
  readonly redirects?: readonly AnyStep[];
  /** All of them look at what the plugins let pass. */
  readonly validators?: readonly Validator<never, never>[];
  readonly budget?: ResolvedBudget;
  readonly estimate?: ResolvedBudget | ((input: never, context: never) => BudgetPolicy);
  readonly limits?: ResolvedLimits;
  /** `false`: none, also not for the step's `resource`. */
  readonly circuitBreaker?: ResolvedCircuitBreakerPolicy | false;
  /** Whether the step may be left out under load, and what stands in its output's place then. */
  readonly optional?: { readonly value: unknown };
}
