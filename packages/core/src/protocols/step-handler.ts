import type { AnyStep, DecisionScope, FlujoError, StandardSchema, StepScope } from "@flujo/dsl";
import type { BuiltInFeature } from "./graceful-degradation.ts";
import { type ServiceToken, token } from "./token.ts";
import type { CheckedSide } from "./type-validator.ts";

/**
 * How a kind of step is carried out. Registered under its kind, any number in a container:
 * `container.register(StepHandler, { useValue: new DebounceHandler() })`.
 * One for a kind that Flujo handles itself takes that one's place.
 */
export interface StepHandler<S extends AnyStep = AnyStep> {
  /** The `kind` of the steps that it handles. */
  readonly kind: S["kind"];
  /**
   * Whether it decides or asks, although its steps have no steps in them. Left out: an attempt at such a step is one piece of work, which
   * an engine may carry out where it likes, and `decide` and `ask` are not for it.
   */
  readonly interacts?: boolean;
  /** Carries out one attempt. What goes wrong in the work is a failed outcome; thrown errors are taken for one. */
  handle(execution: Execution<S>): Promise<Outcome>;
}

export const StepHandler: ServiceToken<StepHandler> = token<StepHandler>("StepHandler");

/** How an execution of a step ended. Failures, pauses and cancellations are values: nothing is thrown past a step. */
export type Outcome =
  | { readonly status: "completed"; readonly output: unknown }
  | { readonly status: "failed"; readonly error: FlujoError }
  | { readonly status: "paused" }
  | { readonly status: "cancelled" };

/** One attempt at one step, as its handler sees it. Await nothing but what this offers between one child and the next. */
export interface Execution<S extends AnyStep = AnyStep> {
  readonly step: S;
  readonly input: unknown;
  readonly runId: string;
  readonly path: string;
  /** From 1. */
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** The steps inside this one, as `step.children()` lists them. */
  readonly children: readonly PlannedStep[];
  /** What a leaf's function is given. */
  readonly scope: StepScope<never>;
  /** What a deciding function is given. */
  readonly decisionScope: DecisionScope<never>;

  /** Runs a child, on the path that every step takes. */
  run(child: PlannedStep, input: unknown, place: Place): Promise<Outcome>;

  /**
   * Runs a child with a context of its own, whose changes reach the run's only through what the caller
   * makes of `context`: the child's context as it left it.
   */
  runWithin(
    child: PlannedStep,
    input: unknown,
    place: Place,
    context: unknown,
  ): Promise<{ readonly outcome: Outcome; readonly context: unknown }>;

  /**
   * Runs children side by side, each from a snapshot of the context, and merges what they changed in the
   * order of `lanes`. Outcomes come in that order too. A lane whose turn never came, because
   * another failed and `failFast` was set, is `cancelled`, and so is one that `enough` made do without.
   * It ends once every lane that was started has ended.
   */
  fanOut(lanes: readonly Lane[], options: FanOutOptions): Promise<readonly Outcome[]>;

  /**
   * Calls a function of the user's: what it gives is the output, what it throws the failure. A function that does
   * not heed the signal is left to itself a moment after that has aborted; the outcome is then `cancelled`.
   * Nothing is recorded: that is for the work of a leaf, whose own outcome is.
   */
  call(work: () => unknown): Promise<Outcome>;

  /** What a schema makes of a value; a failure with every issue if it does not fit. */
  check(schema: StandardSchema, value: unknown, side: CheckedSide): Promise<Outcome>;

  /**
   * Whether a feature is worth it under the load that there is now: ask for `speculation` before work that may turn out not
   * to be needed. What depends on the answer must be recorded by {@link decide}.
   */
  isEnabled(feature: BuiltInFeature | (string & {})): boolean;

  /**
   * Where to go on from, in a step that runs others one after another, however many: the state of its newest {@link checkpoint}, in a box.
   * The context and what was used are as they were there. Asked once, before the first child; undefined: the step begins at its beginning.
   */
  resumeAt(): { readonly state: unknown } | undefined;

  /**
   * Says between two children what it takes to go on from here. It is recorded now and then, once much has been recorded since the
   * last time, and then stands for all that settled in this step before: what going on with a run takes does not grow with it.
   *
   * @param position - counts up
   * @param state - all that the handler needs; as serializable as outputs
   */
  checkpoint(position: number, state: () => unknown): Promise<void>;

  /**
   * Calls a deciding function of the user's once and records what it returns: after a crash it is not
   * asked again. `name` tells it from other decisions at the same place.
   */
  decide(name: string, make: () => unknown, place?: Place): Promise<Outcome>;

  /** The recorded answer to this path's question; or records the question, and the outcome is `paused`. */
  ask(question: Question): Promise<Outcome>;
}

/** A step with its place in a plan. */
export interface PlannedStep {
  readonly step: AnyStep;
}

/** How a child's path goes on from its parent's: `/name`, `[branch]`, `#iteration`, `#iteration[branch]`, `@item`. */
export type Place =
  | "next"
  | { readonly branch: string }
  | { readonly iteration: number; readonly branch?: string }
  | { readonly item: number };

export interface Lane {
  readonly child: PlannedStep;
  readonly input: unknown;
  readonly place: Place;
}

export interface FanOutOptions {
  /** Most lanes at a time. */
  readonly concurrency: number;
  /** Whether the first failure aborts the other lanes. */
  readonly failFast: boolean;
  /** A strategy of `MergeStrategy`; a function is given the lanes' contexts under `laneName`. */
  readonly merge: unknown;
  readonly laneName: (index: number) => string;
  /** Lets the fan-out make do with some of its lanes. Left out: it takes all. */
  readonly enough?: Enough;
}

/**
 * When a fan-out has what it needs. The lanes that have settled by then count: their outcomes are given and what they
 * changed in the context is merged. The others are aborted. Which ones count is recorded as a decision, so that
 * a run that is resumed counts the same ones and starts no other.
 */
export interface Enough {
  /** Tells the decision from others at the same place, as for `decide`: `winner`. */
  readonly decision: string;
  readonly place?: Place;
  /**
   * Asked each time a lane has completed or failed, until it says yes. `outcomes` has the completed and failed
   * outcomes so far, each at its lane's index, and undefined for lanes that have none yet.
   */
  readonly reached: (outcomes: readonly (Outcome | undefined)[]) => boolean;
}

export interface Question {
  readonly prompt: string;
  readonly schema?: Readonly<Record<string, unknown>>;
  /** Checks an answer, and may transform it. */
  readonly accept: (answer: unknown) => Promise<Outcome>;
  /** How long it may stay open, in milliseconds, and what the outcome is if nobody has answered by then. Left out: for ever. */
  readonly deadline?: { readonly ms: number; readonly overdue: () => Outcome };
}
