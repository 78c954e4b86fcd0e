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
}

/** Pauses the run until a person has answered; gives the answer. */
export class HumanStep<in Input, out Output, in Context = unknown> extends Step<Input, Output, Context> {
  readonly kind = "human";
  readonly prompt: string | ((input: never, scope: DecisionScope<never>) => MaybePromise<string>);
  readonly schema: StandardSchema;

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
    if (new.target === HumanStep) Object.freeze(this);
  }

  override details(): Readonly<Record<string, unknown>> {
    return { schema: describeSchema(this.schema, "input") };
  }

  override get shape(): StepShape {
    return "slanted";
  }

  override notes(): readonly string[] {
    return ["asks a person"];
  }
}
