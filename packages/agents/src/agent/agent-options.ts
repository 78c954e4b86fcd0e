import {
  type CircuitBreakerPolicy,
  checkKeys,
  type DecisionScope,
  InvalidOptionError,
  isStandardSchema,
  type LimitsPolicy,
  type MaybePromise,
  type RetryPolicy,
  type StandardSchema,
  type StepScope,
} from "@flujo/dsl";
import type { ProviderOptions } from "../model/json-value.ts";
import type { CallSettings, LanguageModel, ToolChoice } from "../model/language-model.ts";
import { liftModel } from "../model/lift-model.ts";
import type { Model } from "../model/model.ts";
import { withoutUndefined } from "../model/without-undefined.ts";
import { type AnswerFormat, answerFormat } from "../output/answer-format.ts";
import { isMessages, type PromptTemplate } from "../prompt/build-prompt.ts";
import type { PromptMessage } from "../prompt/prompt-message.ts";
import { type ResolvedTool, resolveTools } from "../tools/resolve-tools.ts";
import type { OnToolError } from "../tools/run-tool.ts";
import type { AgentTool, ToolCall } from "../tools/tool.ts";

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
  /**
   * What it is asked: a text, or a conversation so far. What a refused attempt is told (`scope.feedback`) is added to it, unless one
   * of the functions has looked at that.
   */
  readonly prompt:
    | string
    | readonly PromptMessage[]
    | ((input: Input, scope: StepScope<Context>) => MaybePromise<string | readonly PromptMessage[]>);
  /** What the answer must be; the step gives what the schema makes of it. Left out: the step gives the answer's text. */
  readonly output?: Schema;
  /** What is done with an answer that `output` refuses. */
  readonly repair?: AnswerRepair;
  /** What the model may call, by the names that it calls them by. */
  readonly tools?: Readonly<Record<string, AgentTool>>;
  /** Most calls of the model, while it calls tools. Whole, at least 1. Default 8. */
  readonly maxTurns?: number;
  /** Whether it may, must or must not call a tool, or which one it must. Of the first turn: later ones may. Default: it may. */
  readonly toolChoice?: "auto" | "none" | "required" | { readonly toolName: string };
  /**
   * Whether a person is asked before a call of a tool is run: the run pauses until one has answered `true`, `false` or
   * `{ approved, reason }`. Beside what a tool says itself with `needsApproval`. Default false.
   */
  readonly approval?: boolean | ((call: ToolCall, scope: DecisionScope<Context>) => MaybePromise<boolean>);
  /**
   * What is done about a tool that throws, does not exist or is called with wrong arguments: `tell` the model, which may do
   * better, or `fail`. Default `tell`.
   */
  readonly onToolError?: OnToolError;
  /** Whether the answer is shown while it comes, as `AgentChunk`s. Default false. */
  readonly stream?: boolean;
  /** How often each call of the model is tried, and a tool's never. Default: once. */
  readonly retry?: RetryPolicy;
  /** What the calls of the model are held to; `resource` is the model's name. Default: nothing. */
  readonly limits?: LimitsPolicy;
  /** What refuses calls of a model that keeps failing. Default: a breaker with its defaults. */
  readonly circuitBreaker?: CircuitBreakerPolicy | false;
  /** From 0; how far is up to the provider. Default: the provider's. */
  readonly temperature?: number;
  /** Whole, at least 1. An answer that reaches it is an `OutputTruncatedError`. Default: the provider's. */
  readonly maxOutputTokens?: number;
  /** From 0 to 1. Default: the provider's. */
  readonly topP?: number;
  /** Whole, at least 1. Default: the provider's. */
  readonly topK?: number;
  /** Against what was said already. Default: the provider's. */
  readonly presencePenalty?: number;
  /** Against what was said often already. Default: the provider's. */
  readonly frequencyPenalty?: number;
  /** Texts at which the model stops. */
  readonly stopSequences?: readonly string[];
  /** Whole. Providers that know of it answer the same call alike, as far as they can. */
  readonly seed?: number;
  /** Handed to the provider as they are: `{ openai: { reasoningEffort: "low" } }`. */
  readonly providerOptions?: ProviderOptions;
  /** Sent along with each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A header in which each request has its call's idempotency key: `Idempotency-Key`. Default: none. */
  readonly idempotencyHeader?: string;
  /**
   * Say a new one when the prompt changes its meaning: part of the fingerprint by which a run
   * notices, when it is resumed, that its plan has changed, and booked with each call as `promptVersion`.
   */
  readonly version?: string;
}

/** What is done, beside asking again, with an answer that does not fit. In this order. */
export interface AnswerRepair {
  /** Whether rules may mend it, as `repair` does: the changes are logged as a warning. Default true. */
  readonly deterministic?: boolean;
  /** A model that may mend what rules can't; a small one will do. It may add nothing. Default: none. */
  readonly model?: LanguageModel;
  /** Most times that this model is asked about one answer. Whole, from 1 to 10. Default 1. */
  readonly maxRepairs?: number;
  /** Its temperature, from 0. Default: the provider's, since models that reason may refuse one. */
  readonly temperature?: number;
  /** Whether the agent's own model is then told what is wrong, and asked once more. Default true. */
  readonly reAsk?: boolean;
}

/** An agent's options, checked, its model, tools and answer format worked out. */
export interface ResolvedAgent {
  readonly model: Model;
  readonly template: PromptTemplate;
  readonly output: StandardSchema | undefined;
  readonly format: AnswerFormat;
  readonly repair: ResolvedRepair;
  readonly tools: readonly ResolvedTool[];
  readonly maxTurns: number;
  readonly toolChoice: ToolChoice | undefined;
  readonly approval: AgentOptions<unknown, unknown>["approval"];
  readonly onToolError: OnToolError;
  readonly stream: boolean;
  readonly retry: RetryPolicy | undefined;
  readonly limits: LimitsPolicy | undefined;
  readonly circuitBreaker: CircuitBreakerPolicy | false | undefined;
  readonly settings: CallSettings;
  readonly idempotencyHeader: string | undefined;
  readonly version: string | undefined;
}

export interface ResolvedRepair {
  readonly deterministic: boolean;
  readonly model: Model | undefined;
  readonly maxRepairs: number;
  readonly settings: CallSettings;
  readonly reAsk: boolean;
}

const MAX_TURNS = 8;

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
  const { model: given, system, prompt, output, repair, tools = {}, toolChoice, ...others } = options;
  const { maxTurns, approval, onToolError, stream, retry, limits, circuitBreaker, ...more } = others;
  const { version, idempotencyHeader, ...settings } = more;
  const model = liftModel(given, `model of agent "${name}"`);
  if (stream === true && model.stream === undefined) {
    throw new InvalidOptionError(`stream of agent "${name}"`, stream, `false: ${model.name} can't stream`);
  }
  const resolved = resolveTools(`agent "${name}"`, tools);
  return {
    model,
    template: { system, prompt },
    output,
    format: output === undefined ? {} : answerFormat(name, output),
    repair: resolveRepair(name, repair),
    tools: resolved,
    maxTurns: maxTurns ?? MAX_TURNS,
    toolChoice: toolChoice === undefined ? undefined : resolveToolChoice(name, toolChoice, resolved),
    approval,
    onToolError: onToolError ?? "tell",
    stream: stream ?? false,
    retry,
    limits,
    circuitBreaker,
    // A setting that is `undefined` is left to the provider, like one that is not there.
    settings: withoutUndefined(settings) as CallSettings,
    idempotencyHeader,
    version,
  };
}

function resolveRepair(name: string, repair: AnswerRepair = {}): ResolvedRepair {
  checkKeys(`repair of agent "${name}"`, repair, ["deterministic", "model", "maxRepairs", "temperature", "reAsk"]);
  const { deterministic = true, model, maxRepairs = 1, temperature, reAsk = true } = repair;
  if (!isWhole(maxRepairs) || maxRepairs < 1 || maxRepairs > 10) {
    throw new InvalidOptionError(`maxRepairs of agent "${name}"`, maxRepairs, "a whole number from 1 to 10");
  }
  if (temperature !== undefined && !CHECKS.temperature.accepts(temperature)) {
    throw new InvalidOptionError(`temperature of repair of agent "${name}"`, temperature, CHECKS.temperature.expected);
  }
  for (const [key, value] of Object.entries({ deterministic, reAsk })) {
    if (typeof value !== "boolean") throw new InvalidOptionError(`${key} of agent "${name}"`, value, "true or false");
  }
  const lifted = model === undefined ? undefined : liftModel(model, `repair model of agent "${name}"`);
  const settings = temperature === undefined ? {} : { temperature };
  return { deterministic, model: lifted, maxRepairs, settings, reAsk };
}

function resolveToolChoice(
  name: string,
  choice: NonNullable<AgentOptions<unknown, unknown>["toolChoice"]>,
  tools: readonly ResolvedTool[],
): ToolChoice {
  if (tools.length === 0)
    throw new InvalidOptionError(`toolChoice of agent "${name}"`, choice, "left out: it has no tools");
  if (typeof choice === "string") return { type: choice };
  const { toolName } = choice;
  if (tools.some((tool) => tool.name === toolName)) return { type: "tool", toolName };
  const names = tools.map((tool) => tool.name).join(", ");
  throw new InvalidOptionError(`toolChoice of agent "${name}"`, toolName, `one of its tools: ${names}`);
}

interface Check {
  readonly required?: boolean;
  readonly accepts: (value: unknown) => boolean;
  /** What is accepted, as a noun. */
  readonly expected: string;
}

const ANY = { accepts: () => true, expected: "" };
const NUMBER = { accepts: isNumber, expected: "a number" };
const BOOLEAN = { accepts: (value: unknown) => typeof value === "boolean", expected: "true or false" };
const COUNT = { accepts: (value: unknown) => isWhole(value) && value >= 1, expected: "a whole number from 1" };

// What is accepted unseen is looked at by those who can say better what is wrong with it.
const CHECKS: Readonly<Record<keyof AgentOptions<unknown, unknown>, Check>> = {
  model: ANY,
  system: { accepts: isTextOrFunction, expected: "a string or a function" },
  prompt: {
    required: true,
    accepts: (value) => isTextOrFunction(value) || isMessages(value),
    expected: "a string, a list of system, user, assistant and tool messages, or a function that gives one of these",
  },
  output: { accepts: isStandardSchema, expected: "a Standard Schema, such as z.object({ … })" },
  repair: {
    accepts: isObject,
    expected: "an object with deterministic, model, maxRepairs, temperature, reAsk or some of them",
  },
  tools: { accepts: isObject, expected: "an object of tools" },
  maxTurns: COUNT,
  toolChoice: {
    accepts: (value) => value === "auto" || value === "none" || value === "required" || isObject(value),
    expected: '"auto", "none", "required" or { toolName }',
  },
  approval: {
    accepts: (value) => typeof value === "boolean" || typeof value === "function",
    expected: "true, false or a function",
  },
  onToolError: { accepts: (value) => value === "tell" || value === "fail", expected: '"tell" or "fail"' },
  stream: BOOLEAN,
  retry: ANY,
  limits: ANY,
  circuitBreaker: ANY,
  temperature: { accepts: (value) => isNumber(value) && value >= 0, expected: "a number of at least 0" },
  maxOutputTokens: COUNT,
  topP: { accepts: (value) => isNumber(value) && value >= 0 && value <= 1, expected: "a number from 0 to 1" },
  topK: COUNT,
  presencePenalty: NUMBER,
  frequencyPenalty: NUMBER,
  stopSequences: {
    accepts: (value) => Array.isArray(value) && value.every((text) => typeof text === "string" && text !== ""),
    expected: "a list of strings that are not empty",
  },
  seed: { accepts: isWhole, expected: "a whole number" },
  providerOptions: {
    accepts: (value) => isObject(value) && Object.values(value).every(isObject),
    expected: "an object that has an object for each provider",
  },
  headers: {
    accepts: (value) => isObject(value) && Object.values(value).every((header) => typeof header === "string"),
    expected: "an object of strings",
  },
  idempotencyHeader: {
    accepts: (value) => typeof value === "string" && /^[\w-]+$/.test(value),
    expected: "the name of a header",
  },
  version: { accepts: (value) => typeof value === "string", expected: "a string" },
};

function isTextOrFunction(value: unknown): boolean {
  return typeof value === "string" || typeof value === "function";
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
