import { checkFunction, checkName } from "../errors/check-option.ts";
import { InvalidOptionError } from "../errors/invalid-option-error.ts";
import { describeSchema } from "../schema/describe-schema.ts";
import { isStandardSchema, type StandardSchema } from "../schema/standard-schema.ts";
import { Step } from "./step.ts";
import type { StepScope } from "./step-scope.ts";

/** What a step's function may return. */
export type MaybePromise<Value> = Value | Promise<Value> | PromiseLike<Value>;

/** A step as an object: with schemas, which check at run time what the types say. */
export interface StepOptions<Input, Received, Returned, Output, Context> {
  readonly name: string;
  /** Checks the input, and may transform it: `run` is given what the schema made of it. */
  readonly input?: StandardSchema<Input, Received>;
  /** Checks what `run` returned, and may transform it: the next step is given what the schema made of it. */
  readonly output?: StandardSchema<Returned, Output>;
  readonly run: (input: Received, scope: StepScope<Context>) => MaybePromise<Returned>;
  /**
   * Say a new one when `run` changes its meaning: part of the fingerprint by which a run
   * notices, when it is resumed, that its plan has changed.
   */
  readonly version?: string;
  /**
   * The context fields that `run` changes, such as `["seen", "draft.title"]`: `validateGraph()` then tells of parallel
   * branches that change the same one.
   */
  readonly writes?: readonly string[];
  /** Whether `run` changes something outside of the run: `validateGraph()` then tells of a cache that would leave it out. */
  readonly effects?: boolean;
  /** What `run` uses outside of the program, such as `api.example.org`: what limits and circuit breakers are shared by. */
  readonly resource?: string;
  /** Shown by `describe()` and in drawings of what the step does: `{ model: "openai/gpt-5-mini" }`. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** A leaf: runs a function of the user's. */
export class FunctionStep<in Input, out Output, in Context = unknown> extends Step<Input, Output, Context> {
  readonly kind = "step";
  readonly input: StandardSchema | undefined;
  readonly output: StandardSchema | undefined;
  readonly run: (input: never, scope: StepScope<never>) => unknown;
  readonly version: string | undefined;
  readonly writes: readonly string[] | undefined;
  readonly effects: boolean;
  override readonly resource: string | undefined;
  readonly meta: Readonly<Record<string, unknown>> | undefined;

  /** @throws {@link InvalidOptionError} naming the first option that can't be used. */
  constructor(options: StepOptions<Input, never, unknown, Output, Context>) {
    super(options.name);
    for (const side of ["input", "output"] as const) {
      if (options[side] !== undefined && !isStandardSchema(options[side])) {
        throw new InvalidOptionError(
          `${side} of step "${this.name}"`,
          options[side],
          "a Standard Schema, such as z.string()",
        );
      }
    }
    this.input = options.input as StandardSchema | undefined;
    this.output = options.output as StandardSchema | undefined;
    this.run = checkFunction(`run of step "${this.name}"`, options.run) as FunctionStep<Input, Output>["run"];
    this.version = options.version;
    this.writes = checkFields(this.name, options.writes);
    this.effects = options.effects ?? false;
    this.resource =
      options.resource === undefined ? undefined : checkName(`resource of step "${this.name}"`, options.resource);
    this.meta = options.meta;
    if (new.target === FunctionStep) Object.freeze(this);
  }

  override details(): Readonly<Record<string, unknown>> {
    return {
      ...(this.version === undefined ? {} : { version: this.version }),
      ...(this.input === undefined ? {} : { input: describeSchema(this.input, "input") }),
      ...(this.output === undefined ? {} : { output: describeSchema(this.output, "output") }),
      ...(this.writes === undefined ? {} : { writes: this.writes }),
      ...(this.effects ? { effects: true } : {}),
      ...(this.meta === undefined ? {} : { meta: this.meta }),
    };
  }

  override notes(): readonly string[] {
    return [
      ...(this.version === undefined ? [] : [`version ${this.version}`]),
      ...(this.input === undefined ? [] : ["checks its input"]),
      ...(this.output === undefined ? [] : ["checks its output"]),
      ...(this.effects ? ["has effects"] : []),
    ];
  }
}

function checkFields(step: string, writes: readonly string[] | undefined): readonly string[] | undefined {
  if (writes === undefined) return undefined;
  if (Array.isArray(writes) && writes.every((field) => typeof field === "string")) return Object.freeze([...writes]);
  throw new InvalidOptionError(`writes of step "${step}"`, writes, "a list of context fields");
}
