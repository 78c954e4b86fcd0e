import {
  InvalidOptionError,
  isStandardSchema,
  type MaybePromise,
  type StandardSchema,
  type StepScope,
} from "@flujo/dsl";
import type { ProviderOptions } from "../model/json-value.ts";
import type { CallSettings, LanguageModel } from "../model/language-model.ts";
import { liftModel } from "../model/lift-model.ts";
import type { Model } from "../model/model.ts";
import { type AnswerFormat, answerFormat } from "../output/answer-format.ts";
import type { PromptTemplate } from "../prompt/build-prompt.ts";
import type { PromptMessage } from "../prompt/prompt-message.ts";

/** What an agent asks, of which model, and what it takes for an answer. */
export interface AgentOptions<
  Input,
  Context,
  Schema extends StandardSchema<unknown, unknown> | undefined = StandardSchema<unknown, unknown> | undefined,
> {
  /** Any language model of the AI SDK: `openai("gpt-5-mini")`. */
  readonly model: LanguageModel;
  /** What the model is to be, ahead of the prompt. */
  readonly system?: string | ((input: Input, scope: StepScope<Context>) => MaybePromise<string>);
  /** What it is asked: a text, or a conversation so far. */
  readonly prompt:
    | string
    | ((input: Input, scope: StepScope<Context>) => MaybePromise<string | readonly PromptMessage[]>);
  /** What the answer must be; the step gives what the schema makes of it. Left out: the step gives the answer's text. */
  readonly output?: Schema;
  /** What is done with an answer that `output` refuses. */
  readonly repair?: AnswerRepair;
  /** From 0; how far is up to the provider. Default: the provider's. */
  readonly temperature?: number;
  /** Whole, at least 1. An answer that reaches it is an `OutputTruncatedError`. Default: the provider's. */
  readonly maxOutputTokens?: number;
  /** From 0 to 1. Default: the provider's. */
  readonly topP?: number;
  /** Whole. Providers that know of it answer the same call alike, as far as they can. */
  readonly seed?: number;
  /** Handed to the provider as they are: `{ openai: { reasoningEffort: "low" } }`. */
  readonly providerOptions?: ProviderOptions;
  /** Sent along with each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Say a new one when the prompt changes its meaning: part of the fingerprint by which a run
   * notices, when it is resumed, that its plan has changed.
   */
  readonly version?: string;
}

/** What is done, beside asking again, with an answer that does not fit. */
export interface AnswerRepair {
  /** Whether rules may mend it, as `repair` does: the changes are logged as a warning. Default true. */
  readonly deterministic?: boolean;
}

/** An agent's options, checked, its model and answer format worked out. */
export interface ResolvedAgent {
  readonly model: Model;
  readonly template: PromptTemplate;
  readonly output: StandardSchema | undefined;
  readonly format: AnswerFormat;
  readonly repair: Readonly<Required<AnswerRepair>>;
  readonly settings: CallSettings;
}

/**
 * Checks an agent's options, once, when it is made.
 *
 * @throws {@link InvalidOptionError} naming the first option that can't be used or is not known.
 */
export function resolveAgentOptions(name: string, options: AgentOptions<unknown, unknown>): ResolvedAgent {
  if (typeof name !== "string") throw new InvalidOptionError("name", name, "a string that is not blank");
  if (!isObject(options)) throw new InvalidOptionError(`options of agent "${name}"`, options, "an object");
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(CHECKS, key)) {
      throw new InvalidOptionError(`option of agent "${name}"`, key, `one of ${Object.keys(CHECKS).join(", ")}`);
    }
  }
  for (const [key, { required, accepts, expected }] of Object.entries<Check>(CHECKS)) {
    const value: unknown = options[key as keyof typeof options];
    if (value === undefined ? required : !accepts(value)) {
      throw new InvalidOptionError(`${key} of agent "${name}"`, value, expected);
    }
  }
  const { model, system, prompt, output, repair, version: _, ...settings } = options;
  return {
    model: liftModel(model, `model of agent "${name}"`),
    template: { system, prompt },
    output,
    format: output === undefined ? {} : answerFormat(name, output),
    repair: { deterministic: repair?.deterministic ?? true },
    settings: withoutUndefined(settings),
  };
}

interface Check {
  readonly required?: boolean;
  readonly accepts: (value: unknown) => boolean;
  /** What is accepted, as a noun. */
  readonly expected: string;
}

const CHECKS: Readonly<Record<keyof AgentOptions<unknown, unknown>, Check>> = {
  // liftModel can say better what is wrong with it.
  model: { accepts: () => true, expected: "a language model" },
  system: { accepts: isTextOrFunction, expected: "a string or a function" },
  prompt: { required: true, accepts: isTextOrFunction, expected: "a string or a function" },
  output: { accepts: isStandardSchema, expected: "a Standard Schema, such as z.object({ … })" },
  repair: { accepts: isAnswerRepair, expected: "an object with nothing but `deterministic`, true or false" },
  temperature: { accepts: (value) => isNumber(value) && value >= 0, expected: "a number of at least 0" },
  maxOutputTokens: { accepts: (value) => isWhole(value) && value >= 1, expected: "a whole number from 1" },
  topP: { accepts: (value) => isNumber(value) && value >= 0 && value <= 1, expected: "a number from 0 to 1" },
  seed: { accepts: isWhole, expected: "a whole number" },
  providerOptions: {
    accepts: (value) => isObject(value) && Object.values(value).every(isObject),
    expected: "an object that has an object for each provider",
  },
  headers: {
    accepts: (value) => isObject(value) && Object.values(value).every((header) => typeof header === "string"),
    expected: "an object of strings",
  },
  version: { accepts: (value) => typeof value === "string", expected: "a string" },
};

function isTextOrFunction(value: unknown): boolean {
  return typeof value === "string" || typeof value === "function";
}

function isAnswerRepair(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.entries(value).every(
      ([key, setting]) => key === "deterministic" && (setting === undefined || typeof setting === "boolean"),
    )
  );
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A setting that is `undefined` is left to the provider, like one that is not there. */
function withoutUndefined<Settings extends object>(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Settings;
}
