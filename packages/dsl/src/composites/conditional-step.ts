import { checkFunction } from "../errors/check-option.ts";
import { InvalidOptionError } from "../errors/invalid-option-error.ts";
import type { Offered } from "../step/chain.ts";
import type { MaybePromise } from "../step/function-step.ts";
import { type AnyStep, isStep, Step, type StepChild, type StepFinding, type StepShape } from "../step/step.ts";
import type { DecisionScope } from "../step/step-scope.ts";
import { checkBranches } from "./parallel-step.ts";
import type { UnseenKey } from "./unseen-key.ts";

/** What `on` may return to choose a case: `true` chooses the case named `true`. */
export type CaseKey = string | number | boolean;

/** The function that chooses a case. */
export type ChooseCase<Input, Key extends CaseKey | UnseenKey, Context> = (
  input: Input,
  scope: DecisionScope<Context>,
) => MaybePromise<Key>;

/**
 * What is missing of `cases` (and `otherwise`) so that every key that `on` can return leads somewhere. Nothing, as long
 * as the compiler has not looked at `on`.
 */
export type CoverEveryKey<Input, Key extends CaseKey | UnseenKey, Cases, Otherwise> = [UnseenKey] extends [Key]
  ? unknown
  : [Otherwise] extends [undefined]
    ? {
        readonly cases: string extends `${Key & CaseKey}`
          ? { readonly "otherwise must be there, since on may return any key": AnyStep }
          : { readonly [Missing in Exclude<`${Key & CaseKey}`, keyof Cases>]: Step<Offered<Input>, unknown, never> };
      }
    : unknown;

/** Runs the one case that a function of the input chooses. */
export class ConditionalStep<in Input, out Output, in Context = unknown> extends Step<Input, Output, Context> {
  readonly kind = "branch";
  readonly on: ChooseCase<never, CaseKey, never>;
  readonly cases: Readonly<Record<string, AnyStep>>;
  readonly otherwise: AnyStep | undefined;

  /** @throws {@link InvalidOptionError} naming the first option that can't be used. */
  constructor(
    name: string,
    options: {
      readonly on: ChooseCase<never, CaseKey, never>;
      readonly cases: Readonly<Record<string, AnyStep>>;
      readonly otherwise?: AnyStep | undefined;
    },
  ) {
    super(name);
    this.on = checkFunction(`on of branch "${name}"`, options.on);
    this.cases = Object.freeze(checkBranches(name, options.cases));
    if (options.otherwise !== undefined && !isStep(options.otherwise)) {
      throw new InvalidOptionError(`otherwise of branch "${name}"`, options.otherwise, "a step");
    }
    if (options.otherwise !== undefined && Object.hasOwn(options.cases, "otherwise")) {
      throw new InvalidOptionError(
        `cases of branch "${name}"`,
        "otherwise",
        "free of a case of that name where otherwise is given",
      );
    }
    this.otherwise = options.otherwise;
    if (new.target === ConditionalStep) Object.freeze(this);
  }

  override children(): readonly StepChild[] {
    const cases = Object.entries(this.cases).map(([label, step]): StepChild => ({ role: "branch", label, step }));
    return this.otherwise === undefined
      ? cases
      : [...cases, { role: "branch", label: "otherwise", step: this.otherwise }];
  }

  /** A case may be named "otherwise" too: only this tells the two apart. */
  override details(): Readonly<Record<string, unknown>> {
    return this.otherwise === undefined ? {} : { otherwise: true };
  }

  override findings(): readonly StepFinding[] {
    if (this.children().length > 0) return [];
    return [
      {
        rule: "FLJ002",
        severity: "error",
        message: `branch "${this.name}" has no cases`,
        fix: "give it at least one case, or otherwise",
      },
    ];
  }

  override get shape(): StepShape {
    return "diamond";
  }
}
