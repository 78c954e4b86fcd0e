import { checkKeys, InvalidOptionError, isStandardSchema, type StandardSchema } from "@flujo/dsl";
import type { FinishReason } from "../model/language-model.ts";
import { withoutUndefined } from "../model/without-undefined.ts";
import type { RepairFlag } from "./repair-kinds.ts";
import { isSchema, type JsonSchema } from "./schema/json-schema.ts";

/** How large a text may be. A larger one is refused at once. */
export interface RepairLimits {
  /** Whole, at least 1. Default 4 000 000. */
  readonly maxCharacters?: number;
  /** Most brackets open at a time. Whole, from 1 to 512. Default 512. */
  readonly maxDepth?: number;
}

/** What is still taken for an answer. */
export interface RepairPolicy {
  /** Highest cost. At least 0, may be Infinity. Default 6. */
  readonly maxCost?: number;
  /** Flags with which a value is refused. Default: none. */
  readonly refuse?: readonly RepairFlag[];
  /** Take what there is of an answer that stopped at the token limit, was filtered or broke off. Default false. */
  readonly acceptUnfinished?: boolean;
  /**
   * Take from a model that repairs what is neither in the text nor in the schema, and flag it. Rules invent nothing.
   * Default false.
   */
  readonly acceptInvented?: boolean;
}

/** What a text is to be, and what may be done to it. */
export interface RepairOptions<Schema = StandardSchema | JsonSchema> {
  /** A Standard Schema or a JSON Schema. Left out: whatever JSON there is. */
  readonly schema?: Schema | undefined;
  /** Why the model stopped, as the AI SDK says it: `stop`, `length` … Default: not known. */
  readonly finishReason?: FinishReason["unified"] | FinishReason | undefined;
  readonly limits?: RepairLimits | undefined;
  readonly policy?: RepairPolicy | undefined;
}

/** Options with their defaults filled in and checked. */
export interface ResolvedRepairOptions {
  readonly schema: StandardSchema | JsonSchema | undefined;
  /** How it ended, if that is no good end. */
  readonly badEnd: string | undefined;
  readonly limits: Readonly<Required<RepairLimits>>;
  readonly policy: Readonly<Required<RepairPolicy>>;
}

const LIMITS: ResolvedRepairOptions["limits"] = { maxCharacters: 4_000_000, maxDepth: 512 };
const POLICY: ResolvedRepairOptions["policy"] = {
  maxCost: 6,
  refuse: [],
  acceptUnfinished: false,
  acceptInvented: false,
};

const FLAGS: readonly RepairFlag[] = [
  ...(["truncated", "multiple-candidates", "duplicate-keys", "dropped-incomplete", "extra-keys", "coerced"] as const),
  ...(["rounded", "invented"] as const),
];

/** Ends after which an answer may go on. */
const BAD_ENDS = ["length", "content-filter", "error", "interrupted"];

/** @throws {@link InvalidOptionError} naming the first option that can't be used or is not known. */
export function resolveRepairOptions(options: RepairOptions): ResolvedRepairOptions {
  checkKeys("options", options, ["schema", "finishReason", "limits", "policy"]);
  const { schema, finishReason, limits: ownLimits = {}, policy: ownPolicy = {} } = options;
  if (schema !== undefined && !isStandardSchema(schema) && !isSchema(schema))
    throw new InvalidOptionError("schema", schema, "a Standard Schema or a JSON Schema");
  checkKeys("limits", ownLimits, Object.keys(LIMITS));
  checkKeys("policy", ownPolicy, Object.keys(POLICY));
  const limits = { ...LIMITS, ...withoutUndefined(ownLimits) };
  const policy = { ...POLICY, ...withoutUndefined(ownPolicy) };
  checkWhole("limits.maxCharacters", limits.maxCharacters, Number.MAX_SAFE_INTEGER);
  checkWhole("limits.maxDepth", limits.maxDepth, 512);
  if (typeof policy.maxCost !== "number" || !(policy.maxCost >= 0))
    throw new InvalidOptionError("policy.maxCost", policy.maxCost, "a number of at least 0");
  if (!Array.isArray(policy.refuse) || !policy.refuse.every((flag) => FLAGS.includes(flag)))
    throw new InvalidOptionError("policy.refuse", policy.refuse, `a list of flags: ${FLAGS.join(", ")}`);
  for (const key of ["acceptUnfinished", "acceptInvented"] as const) {
    if (typeof policy[key] !== "boolean") throw new InvalidOptionError(`policy.${key}`, policy[key], "true or false");
  }
  const end = endOf(finishReason);
  if (end !== undefined && typeof end !== "string")
    throw new InvalidOptionError("finishReason", end, "a finish reason");
  return { schema, badEnd: end !== undefined && BAD_ENDS.includes(end) ? end : undefined, limits, policy };
}

/** Why a model stopped, in one word. */
export function endOf(reason: RepairOptions["finishReason"]): FinishReason["unified"] | undefined {
  return typeof reason === "object" ? reason.unified : reason;
}

function checkWhole(option: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new InvalidOptionError(option, value, `a whole number from 1 to ${most}`);
}
