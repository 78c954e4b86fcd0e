import { checkKeys, InvalidOptionError } from "@flujo/dsl";
import type { LanguageModel } from "../model/language-model.ts";
import { liftModel } from "../model/lift-model.ts";
import {
  checkMaxRepairs,
  checkTemperature,
  type ModelRepair,
  type RepairCall,
  repairWithModel,
} from "../repair/model/repair-with-model.ts";
import { repairAsync } from "../repair/repair.ts";
import {
  type RepairLimits,
  type RepairOptions,
  type RepairPolicy,
  resolveRepairOptions,
} from "../repair/repair-options.ts";
import type { RepairResult } from "../repair/repair-result.ts";
import { isSchema } from "../repair/schema/json-schema.ts";

/** How answers are repaired that pass through the AI SDK. */
export interface RepairByOptions {
  readonly limits?: RepairLimits;
  readonly policy?: RepairPolicy;
  /** Is asked where rules give no answer. Default: none is. */
  readonly model?: LanguageModel;
  /** Most times that it is asked for one answer. Whole, from 1 to 10. Default 1. */
  readonly maxRepairs?: number;
  /** From 0, where an answer is the likeliest. Default: the provider's, since models that reason may refuse one. */
  readonly temperature?: number;
  /** Is told what each answer came to, also of those that needed no repair: for rates, and for the books. */
  readonly onResult?: (report: RepairReport) => void;
}

/** What one answer came to. */
export interface RepairReport {
  readonly result: RepairResult;
  /** The answer as it came. */
  readonly text: string;
  /** Whose it is: a model, `openai.chat/gpt-5-mini`, or a tool. */
  readonly source: string;
  /** What was asked of the model that repairs. */
  readonly calls: readonly RepairCall[];
}

/** @throws InvalidOptionError naming the first option that can't be used or is not known. */
export function checkRepairBy(owner: string, options: RepairByOptions, more: readonly string[] = []): void {
  checkKeys(owner, options, ["limits", "policy", "model", "maxRepairs", "temperature", "onResult", ...more]);
  resolveRepairOptions({ limits: options.limits, policy: options.policy });
  if (options.model !== undefined) liftModel(options.model);
  if (options.maxRepairs !== undefined) checkMaxRepairs(options.maxRepairs);
  checkTemperature(options.temperature);
}

/**
 * Repairs one answer, by rules and then by the model, if there is one, and tells what came of it. An answer whose schema
 * has keywords that can't be read here is left alone.
 */
export async function repairText(
  source: string,
  text: string,
  { schema, finishReason }: { readonly schema: unknown; readonly finishReason?: RepairOptions["finishReason"] },
  { model, maxRepairs, temperature, onResult, limits, policy }: RepairByOptions,
  signal: AbortSignal | undefined,
): Promise<RepairResult | undefined> {
  const options = { schema: isSchema(schema) ? schema : undefined, finishReason, limits, policy };
  let repaired: ModelRepair;
  try {
    repaired =
      model === undefined
        ? { result: await repairAsync(text, options), calls: [] }
        : await repairWithModel(text, {
            ...{ ...options, model },
            ...(maxRepairs === undefined ? {} : { maxRepairs }),
            ...(temperature === undefined ? {} : { temperature }),
            ...(signal === undefined ? {} : { signal }),
          });
  } catch (error) {
    // The options have been checked: it is the schema, which the SDK has the last word on anyway.
    if (error instanceof InvalidOptionError) return undefined;
    throw error;
  }
  onResult?.({ ...repaired, text, source });
  return repaired.result;
}
