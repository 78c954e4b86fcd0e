import { MemoryStateBackend } from "@flujo/core";
import type { FlujoModule, StateBackend } from "@flujo/core/protocols";
import { type BudgetPolicy, checkKeys, InvalidOptionError, isStep, type Step } from "@flujo/dsl";
import type { Answers } from "./answers.ts";
import type { Effects } from "./effects.ts";

/**
 * A pipeline under test. A function is called for each driver anew, as each process would: what a step keeps in a variable
 * beside it dies with the driver. The function is also given where its steps write down their effects.
 */
export type PipelineUnderTest<Input, Output, Context> =
  | Step<Input, Output, Context>
  | ((effects: Effects) => Step<Input, Output, Context>);

/** What a run under test is, and what it is driven with. */
export interface RunUnderTest<Input, Context> {
  readonly input: Input;
  /** What the run begins with. Default: an empty object. */
  readonly context?: Context;
  /** What the run may use. Default: no limit. */
  readonly budget?: BudgetPolicy;
  /** What else is plugged into each runner. The state is not theirs to bring. */
  readonly modules?: readonly FlujoModule[];
  /** What the run is told when it asks. Default: nothing. */
  readonly answers?: Answers;
}

export interface CrashTestOptions<Input, Context> extends RunUnderTest<Input, Context> {
  /** A fresh store with nothing in it, for one run. It is disposed of after that. Default: memory. */
  readonly open?: () => StateBackend | Promise<StateBackend>;
  /** The store as another process would find it. Default: the same object. What it gives is disposed of, too. */
  readonly reopen?: (store: StateBackend) => StateBackend | Promise<StateBackend>;
  /** How many runs are killed at random moments, beside those that are killed at each of their writes. Whole, at least 0. Default 20. */
  readonly randomRuns?: number;
  /** Draws the random moments. Whole. Default: one that differs each time, and is in the report. */
  readonly seed?: number;
  /** Ends the test between two drivers: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A run under test, with its defaults filled in. */
export type ResolvedRun = RunUnderTest<unknown, unknown> & { readonly answers: Answers };

/** Options with their defaults filled in and their ranges checked. */
export interface ResolvedCrashTest {
  readonly build: (effects: Effects) => Step<unknown, unknown, unknown>;
  readonly run: ResolvedRun;
  readonly open: () => StateBackend | Promise<StateBackend>;
  readonly reopen: (store: StateBackend) => StateBackend | Promise<StateBackend>;
  readonly randomRuns: number;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

const OPTIONS = ["input", "context", "budget", "modules", "answers", "open", "reopen", "randomRuns", "seed", "signal"];

/** @throws {@link InvalidOptionError} naming the first option that can't be used */
export function resolveCrashTest<Input, Output, Context>(
  pipeline: PipelineUnderTest<Input, Output, Context>,
  options: CrashTestOptions<Input, Context>,
): ResolvedCrashTest {
  checkKeys("options", options, OPTIONS);
  const { open = () => new MemoryStateBackend(), reopen = (store) => store, signal, ...rest } = options;
  const { randomRuns = 20, seed = freshSeed(), answers = {}, ...run } = rest;
  checkWhole("options.randomRuns", randomRuns, 0);
  checkWhole("options.seed", seed, 0);
  for (const [name, value] of Object.entries({ open, reopen })) {
    if (typeof value !== "function") throw new InvalidOptionError(`options.${name}`, value, "a function");
  }
  return {
    build: builderOf(pipeline) as ResolvedCrashTest["build"],
    run: { ...run, answers: checkAnswers("options.answers", answers) },
    open,
    reopen,
    randomRuns,
    seed,
    signal,
  };
}

/** Makes the pipeline anew, where it can be. */
export function builderOf<Input, Output, Context>(
  pipeline: PipelineUnderTest<Input, Output, Context>,
): (effects: Effects) => Step<Input, Output, Context> {
  if (isStep(pipeline)) return () => pipeline as Step<Input, Output, Context>;
  if (typeof pipeline !== "function")
    throw new InvalidOptionError("pipeline", pipeline, "a step, or a function that makes one");
  return pipeline;
}

export function checkAnswers(option: string, answers: Answers): Answers {
  if (typeof answers === "function" || (typeof answers === "object" && answers !== null)) return answers;
  throw new InvalidOptionError(option, answers, "an object or a function");
}

/** @throws {@link InvalidOptionError} unless it is a whole number of at least `least` */
export function checkWhole(option: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new InvalidOptionError(option, value, `a whole number from ${least}`);
}

export function freshSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}
