import { checkAmount } from "../errors/check-option.ts";
import { InvalidOptionError } from "../errors/invalid-option-error.ts";
import { describeSchema } from "../schema/describe-schema.ts";
import { isStandardSchema, type StandardSchema } from "../schema/standard-schema.ts";
import type { MaybePromise } from "../step/function-step.ts";
import { Step, type StepShape } from "../step/step.ts";
import type { DecisionScope } from "../step/step-scope.ts";

export interface HumanOptions<Input, Output, Context> {
  /** What the person is asked. */
  readonly prompt: string | ((input: Input, scope: DecisionScope<Context>) => MaybePromise<string>);
  /** What an answer must be. A wrong answer is refused and the run stays paused. */
  readonly schema: StandardSchema<unknown, Output>;
  /** How long the question may stay open, in milliseconds. Above 0. Default: for ever. */
  readonly deadlineMs?: number;
  /** What the step gives once the deadline is over. Left out, it fails then. */
  readonly onDeadline?: NoInfer<Output>;
}

/** Pauses the run until a person has answered; gives the answer. */
export class HumanStep<in Input, out Output, in Context = unknown> extends Step<Input, Output, Context> {
  readonly kind = "human";
  readonly prompt: string | ((input: never, scope: DecisionScope<never>) => MaybePromise<string>);
  readonly schema: StandardSchema;
  readonly deadlineMs: number | undefined;
  /** What it gives once the deadline is over, which may be `undefined`; or nothing, and it fails then. */
  readonly onDeadline: { readonly value: unknown } | undefined;

  /** @throws {@link InvalidOptionError} naming the first option that can't be used. */
  constructor(name: string, options: HumanOptions<Input, Output, Context>) {
    super(name);
    if (typeof options.prompt !== "string" && typeof options.prompt !== "function") {
      throw new InvalidOptionError(`prompt of human "${name}"`, options.prompt, "a string or a function");
    }
    if (!isStandardSchema(options.schema)) {
      throw new InvalidOptionError(
        `schema of human "${name}"`,
        options.schema,
        "a Standard Schema, such as z.object({ … })",
      );
    }
    this.prompt = options.prompt;
    this.schema = options.schema;
    const { deadlineMs } = options;
    this.deadlineMs =
      deadlineMs === undefined ? undefined : checkAmount(`deadlineMs of human "${name}"`, deadlineMs, 0);
    if ("onDeadline" in options && deadlineMs === undefined) {
      throw new InvalidOptionError(
        `deadlineMs of human "${name}"`,
        deadlineMs,
        "a number above 0 where there is onDeadline",
      );
    }
    this.onDeadline = "onDeadline" in options ? Object.freeze({ value: options.onDeadline }) : undefined;
    if (new.target === HumanStep) Object.freeze(this);
  }

  override details(): Readonly<Record<string, unknown>> {
    return { schema: describeSchema(this.schema, "input") };
  }

  override get shape(): StepShape {
    return "slanted";
  }

  override notes(): readonly string[] {
    return this.deadlineMs === undefined ? ["asks a person"] : ["asks a person", `at most ${this.deadlineMs} ms`];
  }
}
