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
import type { StepAfter } from "./link.ts";
import {
  type CachePolicy,
  NO_POLICIES,
  type RetryPolicy,
  resolveCachePolicy,
  resolveRetryPolicy,
  type StepPolicies,
} from "./policies.ts";

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

  /** @throws {@link InvalidOptionError} if `name` is blank. */
  constructor(name: string) {
    this.name = checkName("name", name);
    this.policies = NO_POLICIES;
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
   * to those that it has; they run by `priority`.
   *
   * @throws {@link InvalidOptionError} for what is no plugin, and for one name twice.
   */
  withPlugins<const Plugins extends readonly ValidationPlugin<Output, never, Context>[]>(
    ...plugins: RedirectsFit<Plugins, Input, Output>
  ): this {
    const added = plugins as unknown as readonly ValidationPlugin<never, never, never>[];
    return withPolicies(this, { plugins: orderPlugins([...(this.policies.plugins ?? []), ...added]) });
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
   * bounds, declared versions and fallbacks; not the functions themselves, nor how often or how long a step is tried.
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
