import { checkAmount, checkName } from "../errors/check-option.ts";
import { InvalidOptionError } from "../errors/invalid-option-error.ts";
import { describeStep, type StepDescription } from "../graph/describe.ts";
import { edgesByRole, type StepEdge } from "../graph/edges.ts";
import type { GraphFinding } from "../graph/finding.ts";
import { fingerprintOf } from "../graph/fingerprint.ts";
import { drawMermaid, type MermaidOptions } from "../graph/mermaid/draw-mermaid.ts";
import { isNotation } from "../graph/path.ts";
import { validateStep } from "../graph/validate.ts";
import { orderPlugins, type RedirectsFit, type ValidationPlugin } from "../plugins/validation-plugin.ts";
import { checkValidators, type Validator } from "../plugins/validator.ts";
import { resolveBudget } from "./budget.ts";
import type { StepAfter } from "./link.ts";
import type {
  BudgetPolicy,
  CachePolicy,
  CircuitBreakerPolicy,
  EstimatePolicy,
  LimitsPolicy,
  OneOrMany,
  Processor,
  RetryPolicy,
  StepPolicies,
} from "./policies.ts";
import {
  type AddedProcessors,
  addProcessors,
  resolveCachePolicy,
  resolveCircuitBreaker,
  resolveEstimate,
  resolveLimits,
  resolveRetryPolicy,
} from "./resolve-policies.ts";

/** The types a step carries. Never there at run time. */
export interface StepTypes<in Input, out Output, in Context> {
  readonly input: (input: Input) => void;
  readonly output: () => Output;
  readonly context: (context: Context) => void;
}

/** A step inside another, and the part it plays there. */
export interface StepChild {
  /** `next` runs after its elder siblings; `branch` beside or instead of them; `body` again and again. */
  readonly role: "next" | "branch" | "body";
  /** What tells it from its siblings: the branch's name. */
  readonly label?: string;
  readonly step: AnyStep;
}

/** The outline that a step has in a drawing; `none` for one that is nothing but the steps inside it. */
export type StepShape = "box" | "round" | "diamond" | "hexagon" | "slanted" | "none";

/** A rule's finding about one step alone; the graph walk adds where that step is. */
export type StepFinding = Omit<GraphFinding, "path">;

/** Any step at all: what it takes, gives and needs is not known. */
export type AnyStep = Step<never, unknown, never>;

/** What a step takes. */
export type InputOf<S extends AnyStep> = NonNullable<S["~types"]>["input"] extends (input: infer Input) => void
  ? Input
  : never;

/** What a step gives. */
export type OutputOf<S extends AnyStep> = ReturnType<NonNullable<S["~types"]>["output"]>;

/** What a step needs the run's context to be. */
export type ContextOf<S extends AnyStep> = NonNullable<S["~types"]>["context"] extends (context: infer Context) => void
  ? Context
  : never;

/**
 * A typed unit of work: an immutable value that says what is to be done and does nothing itself.
 * Every kind of step is one of these, so whatever takes a step takes any of them.
 *
 * A kind of one's own is a subclass with its own `kind`, and a handler registered under that
 * kind where it runs. Keep its fields public and readonly (the `with…` methods copy them).
 *
 * @typeParam Input - what it takes
 * @typeParam Output - what it gives
 * @typeParam Context - what it needs the run's context to be; needs of joined steps intersect
 */
export abstract class Step<in Input, out Output, in Context = unknown> {
  /** Carries the types and is never set. */
  declare readonly "~types"?: StepTypes<Input, Output, Context> | undefined;
  /** Which handler runs it: `loop`, `acme.debounce`. */
  abstract readonly kind: string;
  /** Part of the step's path in a run; unique among its siblings. */
  readonly name: string;
  readonly policies: StepPolicies;
  /**
   * What it uses outside of the program, such as `api.example.org` or a model's name: steps that name the same share limits
   * and a circuit breaker.
   */
  declare readonly resource?: string | undefined;
  /**
   * What carries it out where nobody registered a handler for its kind: a `StepHandler` of `@flujo/core/protocols`. A package
   * whose kind brings one works without being plugged in. Left out: a handler has to be registered.
   */
  get handler(): { readonly kind: string } | undefined {
    return undefined;
  }

  /** @throws {@link InvalidOptionError} if `name` is blank. */
  constructor(name: string) {
    this.name = checkName("name", name);
    this.policies = Object.freeze({});
  }

  /** Tells steps from other values, also those from another copy of this package. */
  get "~flujo"(): "step" {
    return "step";
  }

  /** The steps inside this one, in declared order. */
  children(): readonly StepChild[] {
    return [];
  }

  /** What `describe()` and the fingerprint of a run's plan know of this kind of step, as plain JSON. */
  details(): Readonly<Record<string, unknown>> {
    return {};
  }

  /** What is wrong with this step by itself, whatever is around it. */
  findings(): readonly StepFinding[] {
    return [];
  }

  /** The outline in drawings. */
  get shape(): StepShape {
    return "box";
  }

  /**
   * Whether its work can be put down while a person is asked inside it, and taken up again. A kind says `false` whose work
   * can't: `validateGraph()` then tells of a question inside.
   */
  get pauses(): boolean {
    return true;
  }

  /** The ways between the steps inside this one, in drawings. Left as it is, they follow from the children's roles. */
  edges(): readonly StepEdge[] {
    return edgesByRole(this.children());
  }

  /** What a full drawing says below the name, a few words each: `at most 5 times`. */
  notes(): readonly string[] {
    return [];
  }

  /**
   * This step, then `next` on its output. Associative, with `identity()` as unit: pipelines made by
   * `pipe` alone are joined flat, so how a chain was put together does not show.
   */
  pipe<NextInput, NextOutput, NextContext>(
    next: StepAfter<Output, NextInput, NextOutput, NextContext>,
  ): Pipeline<Input, NextOutput, Context & NextContext> {
    if (!isStep(next)) throw new InvalidOptionError("pipe", next, "a step");
    return sequence<Input, NextOutput, Context & NextContext>(undefined, [this, next]);
  }

  /**
   * The same step, tried again when it fails.
   *
   * @throws {@link InvalidOptionError} naming the first option out of range.
   */
  withRetry(policy: RetryPolicy = {}): this {
    return withPolicies(this, { retry: resolveRetryPolicy(policy) });
  }

  /**
   * The same step, each attempt ended with a `StepTimeoutError` after `timeoutMs` milliseconds.
   *
   * @throws {@link InvalidOptionError} unless `timeoutMs` is above 0.
   */
  withTimeout(timeoutMs: number): this {
    return withPolicies(this, { timeoutMs: checkAmount("timeoutMs", timeoutMs, 0) });
  }

  /** The same step; if all its attempts fail, `fallback` is run on the original input instead. */
  withFallback<FallbackInput, FallbackContext>(
    fallback: StepAfter<Input, FallbackInput, Output, FallbackContext>,
  ): this & Step<Input, Output, Context & FallbackContext> {
    if (!isStep(fallback)) throw new InvalidOptionError("fallback", fallback, "a step");
    return withPolicies(this, { fallback: Object.freeze({ type: "step", step: fallback }) });
  }

  /** The same step; if all its attempts fail, its output is `value` (which may be `undefined` or `null`). */
  withFallbackValue(value: Output): this {
    return withPolicies(this, { fallback: Object.freeze({ type: "value", value }) });
  }

  /**
   * The same step; what it gave at another time, in this run or another of the same runner, is taken for its outcome where
   * the key is the same. Its changes to the context come along; nothing is used up. Only what completed is
   * cached, and a step that is at work on the same key is waited for.
   *
   * @throws {@link InvalidOptionError} naming the first option out of range.
   */
  withCache(policy: CachePolicy<Input, Context> = {}): this {
    return withPolicies(this, { cache: resolveCachePolicy(policy as CachePolicy) });
  }

  /**
   * The same step, what it gives looked at by plugins: each time an attempt completes, before anybody else sees it. Added
   * to those that it has; they run by `priority`. The steps in their `redirects` are checked, described and drawn.
   *
   * @throws {@link InvalidOptionError} for what is no plugin, for one name twice, and for a redirect to what is no step.
   */
  withPlugins<const Plugins extends readonly ValidationPlugin<Output, never, Context>[]>(
    ...plugins: RedirectsFit<Plugins, Input, Output>
  ): this {
    const added = plugins as unknown as readonly ValidationPlugin<never, never, never>[];
    const all = orderPlugins([...(this.policies.plugins ?? []), ...added]);
    const redirects = declaredRedirects(this.policies.redirects, added);
    return withPolicies(this, { plugins: all, ...(redirects.length > 0 ? { redirects } : {}) });
  }

  /**
   * The same step, what it gives judged by validators once the plugins have let it pass. All are asked, and an attempt that
   * any of them refuses fails with what all of them said. Added to those that it has.
   *
   * @throws {@link InvalidOptionError} for what is no validator, and for one name twice.
   */
  // The parameter is never inferred. Without it the compiler would compare validators where it compares steps, and a validator
  // of one output is none of a wider one.
  withValidators<Fitting extends Validator<Output, Context>>(...validators: readonly NoInfer<Fitting>[]): this {
    return withPolicies(this, { validators: checkValidators([...(this.policies.validators ?? []), ...validators]) });
  }

  /**
   * The same step; `prompt` processors make something else of what it is given before each attempt, `output` processors of
   * what it gave before plugins see it. Added to those that it has; each is given what the one before made.
   *
   * @throws {@link InvalidOptionError} for what is no function, and for an unknown option.
   */
  // The parameters are never inferred, as those of `withValidators`.
  withProcessors<Prompt extends Processor<Input, Context>, Answer extends Processor<Output, Context>>(processors: {
    readonly prompt?: OneOrMany<NoInfer<Prompt>>;
    readonly output?: OneOrMany<NoInfer<Answer>>;
  }): this {
    return withPolicies(this, { processors: addProcessors(this.policies.processors, processors as AddedProcessors) });
  }

  /**
   * The same step, with all that is in it held to a budget. Reaching it is allowed, passing it ends the run.
   *
   * @throws {@link InvalidOptionError} naming the first option out of range, and where there is none.
   */
  withBudget(budget: BudgetPolicy): this {
    return withPolicies(this, { budget: resolveBudget(budget) });
  }

  /**
   * The same step; `estimate` says what one attempt uses at most, which is set aside from the budgets around it while it
   * works. A function is asked before each attempt.
   *
   * @throws {@link InvalidOptionError} naming the first option out of range, and where there is none.
   */
  withEstimate(estimate: EstimatePolicy<Input, Context>): this {
    return withPolicies(this, { estimate: resolveEstimate(estimate as EstimatePolicy) });
  }

  /**
   * The same step, which waits its turn: for all steps that name the same resource together, at most so many calls at a time,
   * and so many calls and tokens a minute.
   *
   * @throws {@link InvalidOptionError} naming the first option out of range, and where there is no limit.
   */
  withLimits(limits: LimitsPolicy): this {
    return withPolicies(this, { limits: resolveLimits(limits) });
  }

  /**
   * The same step, refused at once while its resource keeps failing. `false`: never refused so.
   *
   * @throws {@link InvalidOptionError} naming the first option out of range.
   */
  withCircuitBreaker(policy: CircuitBreakerPolicy | false = {}): this {
    return withPolicies(this, { circuitBreaker: resolveCircuitBreaker(policy) });
  }

  /** The same step; under load it may be left out, and its output is `value` then (which may be `undefined` or `null`). */
  asOptional(value: Output): this {
    return withPolicies(this, { optional: Object.freeze({ value }) });
  }

  /** What is wrong with the graph, found without running it, worst first. Goes into every body and branch. */
  validateGraph(): readonly GraphFinding[] {
    return validateStep(this);
  }

  /**
   * The graph as the text of a Mermaid flowchart.
   *
   * @throws {@link InvalidOptionError} naming the first option that can't be used.
   */
  toMermaid(options?: MermaidOptions): string {
    return drawMermaid(this, options);
  }

  /** The graph as plain JSON: structure, policies and schemas, without the functions. */
  describe(): StepDescription {
    return describeStep(this);
  }

  /**
   * A short text that changes when the graph's meaning does: names, kinds, structure, order where it matters, schemas,
   * bounds, declared versions, fallbacks and declared redirects; not the functions themselves, nor how often, how long or at
   * what price a step is tried.
   * The same in every process.
   */
  fingerprint(): string {
    return fingerprintOf(this);
  }
}

/** A copy of `step`, of its own class, with `policies` added to its own. */
function withPolicies<S extends AnyStep>(step: S, policies: StepPolicies): S {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(step)), step, {
    policies: Object.freeze({ ...step.policies, ...policies }),
  });
  return Object.freeze(copy);
}

/** The steps that plugins declare to redirect to, after those that others did, each once. */
function declaredRedirects(
  others: readonly AnyStep[] = [],
  plugins: readonly ValidationPlugin<never, never, never>[],
): readonly AnyStep[] {
  const added = plugins.flatMap(({ name, redirects = [] }): readonly AnyStep[] => {
    if (Array.isArray(redirects) && redirects.every(isStep)) return redirects;
    throw new InvalidOptionError(`redirects of plugin "${name}"`, redirects, "a list of steps");
  });
  return Object.freeze([...new Set([...others, ...added])]);
}

/** Steps one after another, each given what the one before gave. Itself a step. */
export class Pipeline<in Input, out Output, in Context = unknown> extends Step<Input, Output, Context> {
  readonly kind = "pipeline";
  readonly steps: readonly AnyStep[];
  /** Whether the user named it. An unnamed one is only a way of writing: it has no place in a path. */
  readonly named: boolean;

  constructor(name: string | undefined, steps: readonly AnyStep[]) {
    super(name ?? chainName(steps));
    this.named = name !== undefined;
    this.steps = Object.freeze([...steps]);
    Object.freeze(this);
  }

  override children(): readonly StepChild[] {
    return this.steps.map((step) => ({ role: "next", step }));
  }

  override get shape(): StepShape {
    return "none";
  }

  override findings(): readonly StepFinding[] {
    return this.steps.length > 0
      ? []
      : [
          {
            rule: "FLJ002",
            severity: "error",
            message: `the pipeline "${this.name}" has no steps`,
            fix: "give it at least one step, or use identity()",
          },
        ];
  }
}

/** Gives what it takes. The unit of `pipe`. */
export class IdentityStep<in out Value> extends Step<Value, Value> {
  readonly kind = "identity";

  constructor() {
    super("identity");
    Object.freeze(this);
  }
}

/** Whether `value` is a step, also one from another copy of this package. */
export function isStep(value: unknown): value is AnyStep {
  return typeof value === "object" && value !== null && (value as { "~flujo"?: unknown })["~flujo"] === "step";
}

/** Joins steps into one flat pipeline: unnamed pipelines dissolve, identities vanish beside others. */
export function sequence<Input, Output, Context>(
  name: string | undefined,
  steps: readonly AnyStep[],
): Pipeline<Input, Output, Context> {
  const flat = steps.flatMap((step) => (isNotation(step) ? step.steps : [step]));
  const essential = flat.filter((step) => step.kind !== "identity" || hasPolicies(step));
  const [only] = essential;
  // A pipeline beside nothing but identities is that pipeline: its steps keep their paths.
  if (name === undefined && essential.length === 1 && only?.kind === "pipeline") {
    return only as Pipeline<Input, Output, Context>;
  }
  return new Pipeline(name, essential.length > 0 ? essential : flat.slice(0, 1));
}

function hasPolicies(step: AnyStep): boolean {
  return Object.keys(step.policies).length > 0;
}

function chainName(steps: readonly AnyStep[]): string {
  const first = steps[0]?.name ?? "empty";
  const last = steps.at(-1)?.name ?? first;
  return steps.length > 1 ? `${first}..${last}` : first;
}
