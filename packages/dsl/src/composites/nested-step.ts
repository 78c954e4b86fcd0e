import { checkFunction } from "../errors/check-option.ts";
import { InvalidOptionError } from "../errors/invalid-option-error.ts";
import type { StepEdge } from "../graph/edges.ts";
import type { MaybePromise } from "../step/function-step.ts";
import { type AnyStep, isStep, Step, type StepChild, type StepShape } from "../step/step.ts";

/** How the contexts of a step and of the run around it have to do with each other. */
export interface NestedOptions<Outer, Inner> {
  /** Makes the context that the body begins with. */
  readonly into: (outer: Readonly<Outer>) => MaybePromise<Inner>;
  /**
   * Brings what the body made of its context into the run's, which `draft` is a draft of.
   * Left out: the body's changes end with it.
   */
  readonly back?: (draft: Outer, inner: Readonly<Inner>) => void;
}

/** Runs its body with a context of the body's own: how a pipeline is used where the context is another. */
export class NestedStep<in Input, out Output, in Context = unknown> extends Step<Input, Output, Context> {
  readonly kind = "nested";
  readonly body: AnyStep;
  readonly into: (outer: never) => unknown;
  readonly back: ((draft: never, inner: never) => void) | undefined;

  /** @throws {@link InvalidOptionError} naming the first option that can't be used. */
  constructor(name: string, body: AnyStep, options: NestedOptions<never, never>) {
    super(name);
    if (!isStep(body)) throw new InvalidOptionError(`body of nested "${name}"`, body, "a step");
    this.body = body;
    this.into = checkFunction(`into of nested "${name}"`, options.into);
    this.back = options.back === undefined ? undefined : checkFunction(`back of nested "${name}"`, options.back);
    if (new.target === NestedStep) Object.freeze(this);
  }

  override children(): readonly StepChild[] {
    return [{ role: "body", step: this.body }];
  }

  override edges(): readonly StepEdge[] {
    return [
      { from: "start", to: 0 },
      { from: 0, to: "end" },
    ];
  }

  override get shape(): StepShape {
    return "none";
  }

  override notes(): readonly string[] {
    return ["context of its own"];
  }

  override details(): Readonly<Record<string, unknown>> {
    return { context: this.back === undefined ? "isolated" : "mapped" };
  }
}
