import { checkChoice, checkCount, checkFunction } from "../errors/check-option.ts";
import { InvalidOptionError } from "../errors/invalid-option-error.ts";
import type { MaybePromise } from "../step/function-step.ts";
import { type AnyStep, isStep, Step, type StepChild, type StepFinding, type StepShape } from "../step/step.ts";
import type { DecisionScope } from "../step/step-scope.ts";

/** What `until` and `next` are given beside their values. */
export interface IterationScope<Context = unknown> extends DecisionScope<Context> {
  /** The iteration that has just ended, counted from 1; its path is `loop#1`. */
  readonly iteration: number;
}

export type LoopOptions<Input, Output, Context, BodyContext> = {
  readonly body: Step<Input, Output, BodyContext>;
  /** Whether the loop is done, asked after each iteration. */
  readonly until: (output: Output, scope: IterationScope<Context & BodyContext>) => MaybePromise<boolean>;
  /** Most iterations. Whole, at least 1; `Infinity` says that you mean it. Must be given: there is no default. */
  readonly maxIterations: number;
  /**
   * When `maxIterations` are over and `until` still says no: `fail` ends with a
   * `LoopExhaustedError`, `returnLast` gives the last output. Default `fail`.
   */
  readonly onExhausted?: "fail" | "returnLast";
} & NextInput<Input, Output, Context & BodyContext>;

/** `next` makes the next iteration's input; needed only where the body can't take what it gives. */
type NextInput<Input, Output, Context> = [Output] extends [Input]
  ? { readonly next?: MakeNextInput<Input, Output, Context> }
  : { readonly next: MakeNextInput<Input, Output, Context> };

type MakeNextInput<Input, Output, Context> = (
  output: Output,
  previousInput: Input,
  scope: IterationScope<Context>,
) => MaybePromise<Input>;

/** Runs its body again and again, each time on what the last gave. */
export class LoopStep<in Input, out Output, in Context = unknown> extends Step<Input, Output, Context> {
  readonly kind = "loop";
  readonly body: AnyStep;
  readonly until: (output: never, scope: IterationScope<never>) => MaybePromise<boolean>;
  readonly next: MakeNextInput<never, never, never> | undefined;
  readonly maxIterations: number | undefined;
  readonly onExhausted: "fail" | "returnLast";

  /** @throws {@link InvalidOptionError} naming the first option that can't be used. */
  constructor(
    name: string,
    options: {
      readonly body: AnyStep;
      readonly until: (output: never, scope: IterationScope<never>) => MaybePromise<boolean>;
      readonly next?: MakeNextInput<never, never, never> | undefined;
      readonly maxIterations?: number;
      readonly onExhausted?: "fail" | "returnLast";
    },
  ) {
    super(name);
    if (!isStep(options.body)) throw new InvalidOptionError(`body of loop "${name}"`, options.body, "a step");
    this.body = options.body;
    this.until = checkFunction(`until of loop "${name}"`, options.until);
    this.next = options.next === undefined ? undefined : checkFunction(`next of loop "${name}"`, options.next);
    this.maxIterations =
      options.maxIterations === undefined ? undefined : checkCount("maxIterations", options.maxIterations, 1, true);
    this.onExhausted = checkChoice("onExhausted", options.onExhausted ?? "fail", ["fail", "returnLast"]);
    if (new.target === LoopStep) Object.freeze(this);
  }

  override children(): readonly StepChild[] {
    return [{ role: "body", step: this.body }];
  }

  override details(): Readonly<Record<string, unknown>> {
    return {
      maxIterations: this.maxIterations === Infinity ? "Infinity" : (this.maxIterations ?? null),
      onExhausted: this.onExhausted,
      ...(this.next === undefined ? {} : { next: "function" }),
    };
  }

  override findings(): readonly StepFinding[] {
    if (this.maxIterations === undefined) {
      return [
        {
          rule: "FLJ003",
          severity: "error",
          message: `loop "${this.name}" has no bound`,
          fix: "give it maxIterations",
        },
      ];
    }
    if (this.maxIterations === Infinity) {
      return [
        {
          rule: "FLJ003",
          severity: "warning",
          message: `loop "${this.name}" may never end`,
          fix: "give maxIterations a number",
        },
      ];
    }
    return [];
  }

  override get shape(): StepShape {
    return "round";
  }

  override notes(): readonly string[] {
    return this.maxIterations === undefined || this.maxIterations === Infinity
      ? []
      : [`at most ${this.maxIterations} times`];
  }
}
