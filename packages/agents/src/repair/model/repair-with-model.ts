import { checkKeys, InvalidOptionError, type StandardSchema, type UsageReport } from "@flujo/dsl";
import { extractUsage } from "../../cost/extract-usage.ts";
import type { ProviderOptions } from "../../model/json-value.ts";
import type { CallSettings, LanguageModel } from "../../model/language-model.ts";
import { liftModel } from "../../model/lift-model.ts";
import type { Generation, Model } from "../../model/model.ts";
import { usageReport } from "../../model/usage-report.ts";
import { withoutUndefined } from "../../model/without-undefined.ts";
import type { ModelMessage } from "../../prompt/prompt-message.ts";
import { type RepairedValue, repairAsync } from "../repair.ts";
import type { RepairOptions } from "../repair-options.ts";
import type { RepairResult } from "../repair-result.ts";
import type { JsonSchema } from "../schema/json-schema.ts";
import { mayAskModel } from "./may-ask-model.ts";
import { readRepairAnswer } from "./read-repair-answer.ts";
import { repairPrompt } from "./repair-prompt.ts";

/** What a text is to be, and who may repair it where rules can't. */
export interface ModelRepairOptions<Schema = StandardSchema | JsonSchema> extends RepairOptions<Schema> {
  /** A small model of the AI SDK will do: `openai("gpt-5-nano")`. */
  readonly model: LanguageModel;
  /** Most times that it is asked. Whole, from 1 to 10. Default 1. */
  readonly maxRepairs?: number;
  /** From 0, where an answer is the likeliest. Default: the provider's, since models that reason may refuse one. */
  readonly temperature?: number;
  /** Calls the repair off. */
  readonly signal?: AbortSignal;
  /** Of each call. Whole, at least 1. Default: the provider's. */
  readonly maxOutputTokens?: number;
  readonly providerOptions?: ProviderOptions;
  /** Is told of each call as soon as it has ended, also of one whose answer is of no use. */
  readonly onCall?: (call: RepairCall) => void;
}

/** One call of the model that repairs. */
export interface RepairCall {
  /** What the provider says it used: what it does not say is not there. */
  readonly usage: UsageReport;
  /** What the answer came to; absent if there was none. */
  readonly result?: RepairResult;
  /** What the call failed with, if it did. */
  readonly error?: unknown;
}

/** What a repair with a model's help came to. */
export interface ModelRepair<Value = unknown> {
  /** The first answer that will do; otherwise what the last one came to, or what the rules had come to if there was none. */
  readonly result: RepairResult<Value>;
  readonly calls: readonly RepairCall[];
}

/**
 * Repairs a text by rules, as `repair` does, and asks a model where they give no answer. It is not asked where it could
 * only invent: of a text that was cut, refused, or is too large. It is asked at most `maxRepairs` times, and not again once it fails
 * or repeats itself.
 *
 * @throws InvalidOptionError naming the first option that can't be used.
 * @throws what the signal is aborted with; `onCall` has been told of the calls before. A call that fails is not thrown: it is in
 * `calls`.
 */
export async function repairWithModel<Schema extends StandardSchema | JsonSchema = JsonSchema>(
  text: string,
  options: ModelRepairOptions<Schema>,
): Promise<ModelRepair<RepairedValue<Schema>>> {
  checkKeys("options", options, OPTIONS);
  const { model: given, maxRepairs = 1, signal = new AbortController().signal, onCall, ...rest } = options;
  const { temperature, maxOutputTokens, providerOptions, ...repairing } = rest;
  checkMaxRepairs(maxRepairs);
  checkTemperature(temperature);
  const model = liftModel(given);
  const settings = withoutUndefined({ temperature, maxOutputTokens, providerOptions }) as CallSettings;
  const calls: RepairCall[] = [];
  let result = await repairAsync<Schema>(text, repairing);
  const answers = new Set<string>();
  while (!result.ok && calls.length < maxRepairs) {
    if (calls.length === 0 ? !mayAskModel(text, result, repairing.finishReason) : result.reason === "unrepairable")
      break;
    const { schema } = repairing;
    const prompt = repairPrompt({ text, schema, issues: result.issues });
    const { usage, generation, error } = await ask(model, prompt, settings, signal);
    const answer = generation && textOf(generation);
    if (generation !== undefined && answer !== undefined) {
      const { finishReason: answerFinishReason } = generation;
      result = await readRepairAnswer<Schema>({ ...repairing, text, answer, answerFinishReason });
    }
    const call: RepairCall = answer === undefined ? { usage, error } : { usage, result };
    calls.push(call);
    onCall?.(call);
    // One that fails, or says the same again, will not do better the next time.
    if (answer === undefined || answers.has(answer)) break;
    answers.add(answer);
  }
  return { result, calls };
}

const OPTIONS = [
  ...["schema", "finishReason", "limits", "policy", "model", "maxRepairs"],
  ...["temperature", "signal", "maxOutputTokens", "providerOptions", "onCall"],
];

/** @throws InvalidOptionError if a model can't be asked so many times. */
export function checkMaxRepairs(maxRepairs: unknown): void {
  if (!Number.isInteger(maxRepairs) || Number(maxRepairs) < 1 || Number(maxRepairs) > 10)
    throw new InvalidOptionError("maxRepairs", maxRepairs, "a whole number from 1 to 10");
}

/** @throws InvalidOptionError if no model takes it for a temperature. */
export function checkTemperature(temperature: unknown): void {
  if (temperature !== undefined && !(Number.isFinite(temperature) && Number(temperature) >= 0))
    throw new InvalidOptionError("temperature", temperature, "a number of at least 0");
}

type Asked = { readonly usage: UsageReport; readonly generation?: Generation; readonly error?: unknown };

async function ask(model: Model, prompt: ModelMessage[], settings: CallSettings, signal: AbortSignal): Promise<Asked> {
  signal.throwIfAborted();
  try {
    const generation = await model.generate({ ...settings, prompt, abortSignal: signal });
    return { usage: reportOf(generation, model), generation };
  } catch (error) {
    // However the provider words it, a call that was called off is no failure of the call.
    signal.throwIfAborted();
    return { usage: reportOf(undefined, model), error };
  }
}

/** What the provider says: nobody here knows of prices. */
function reportOf(generation: Generation | undefined, { name }: Model): UsageReport {
  const { tokens, reportedPico } = extractUsage(generation?.usage, generation?.providerMetadata);
  const cost =
    reportedPico === undefined
      ? ({ costPico: undefined, source: "unknown", missing: "price", why: "the provider does not say" } as const)
      : ({ costPico: reportedPico, source: "provider" } as const);
  return usageReport(tokens, cost, { model: name, purpose: "repair" });
}

function textOf({ content }: Generation): string {
  return content.map((part) => (part.type === "text" ? (part.text ?? "") : "")).join("");
}
