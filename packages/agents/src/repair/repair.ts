import {
  InvalidOptionError,
  isStandardSchema,
  type SchemaIssue,
  type SchemaOutput,
  type SchemaResult,
  type StandardSchema,
} from "@flujo/dsl";
import { type Decision, deliberate, failure } from "./deliberate.ts";
import type { RepairFlag } from "./repair-kinds.ts";
import {
  type RepairOptions,
  type RepairPolicy,
  type ResolvedRepairOptions,
  resolveRepairOptions,
} from "./repair-options.ts";
import type { RepairFailure, RepairResult } from "./repair-result.ts";
import { checkJson, type RepairIssue } from "./schema/check-json.ts";
import { documentOf } from "./schema/document-of.ts";
import type { JsonSchema, SchemaDocument } from "./schema/json-schema.ts";
import { keysIn, pointerPart } from "./schema/pointer.ts";
import { Shapes } from "./schema/shapes.ts";

/** What a schema makes of the answer; whatever JSON there is, where there is none of ours. */
export type RepairedValue<Schema> = Schema extends StandardSchema ? SchemaOutput<Schema> : unknown;

/**
 * Reads the JSON that a text holds or is meant to hold, and makes it fit the schema, by rules alone. No required value
 * is invented, no valid one changed, every change is listed with what it costs, and what may mean two things is refused.
 *
 * @throws {@link InvalidOptionError} naming the first option that can't be used, also for a Standard Schema that
 * validates asynchronously: {@link repairAsync} takes that.
 */
export function repair<Schema extends StandardSchema | JsonSchema = JsonSchema>(
  text: string,
  options: RepairOptions<Schema> = {},
): RepairResult<RepairedValue<Schema>> {
  const repairing = new Repairing(text, options);
  let step = repairing.begin();
  while (step.done !== true) {
    const result = repairing.validate(step.value);
    if ("then" in result)
      throw new InvalidOptionError("schema", options.schema, "a schema that validates synchronously");
    step = repairing.answer(step.value, result);
  }
  return repairing.end(step.value) as RepairResult<RepairedValue<Schema>>;
}

/** As {@link repair}, for schemas that validate asynchronously too. */
export async function repairAsync<Schema extends StandardSchema | JsonSchema = JsonSchema>(
  text: string,
  options: RepairOptions<Schema> = {},
): Promise<RepairResult<RepairedValue<Schema>>> {
  const repairing = new Repairing(text, options);
  let step = repairing.begin();
  while (step.done !== true) step = repairing.answer(step.value, await repairing.validate(step.value));
  return repairing.end(step.value) as RepairResult<RepairedValue<Schema>>;
}

type Step = IteratorResult<unknown, Decision | RepairFailure>;

/** One repair: a deliberation, and the schema that it asks. */
class Repairing {
  readonly #options: ResolvedRepairOptions;
  readonly #deliberation: ReturnType<typeof deliberate>;
  readonly #document: SchemaDocument | undefined;
  /** What the schema has made of the values that it has accepted. */
  readonly #outputs = new Map<unknown, unknown>();

  constructor(text: string, options: RepairOptions) {
    if (typeof text !== "string") throw new InvalidOptionError("text", text, "a string");
    this.#options = resolveRepairOptions(options);
    this.#document = documentOf(this.#options.schema);
    const shapes = this.#document && new Shapes(this.#document);
    this.#deliberation = deliberate(text, this.#options.limits, shapes);
  }

  begin(): Step {
    return this.#deliberation.next();
  }

  validate(json: unknown): SchemaResult<unknown> | Promise<SchemaResult<unknown>> {
    const { schema } = this.#options;
    if (isStandardSchema(schema)) return schema["~standard"].validate(json);
    const issues = this.#document === undefined ? [] : checkJson(json, this.#document.root, this.#document);
    return issues.length === 0
      ? { value: json }
      : { issues: issues.map(({ path, message }) => ({ message, path: keysIn(path) })) };
  }

  answer(json: unknown, result: SchemaResult<unknown>): Step {
    if (result.issues === undefined) this.#outputs.set(json, result.value);
    return this.#deliberation.next(result.issues?.map(issueOf) ?? []);
  }

  end(decision: Decision | RepairFailure): RepairResult {
    const { badEnd, policy } = this.#options;
    if (!decision.ok)
      return badEnd === undefined || !("best" in decision) ? decision : { ...decision, reason: "truncated" };
    const value = this.#outputs.get(decision.json);
    const refuse = (reason: "truncated" | "policy", message: string): RepairFailure => {
      const { repairs, cost, flags } = decision;
      return { ...failure(reason, message), best: value, repairs, cost, flags };
    };
    if (badEnd !== undefined && !policy.acceptUnfinished)
      return refuse("truncated", `the model stopped early: ${badEnd}`);
    const flags = badEnd === undefined ? decision.flags : [...new Set([...decision.flags, "truncated" as const])];
    const breach = breachOf(decision.cost, flags, policy);
    if (breach !== undefined) return refuse("policy", breach);
    const { json, tier, repairs, cost } = decision;
    return { ok: true, status: tier === 0 ? "valid" : "repaired", value, json, tier, repairs, cost, flags };
  }
}

/** Why a policy does not take an answer that was come to like this, if it does not. */
export function breachOf(
  cost: number,
  flags: readonly RepairFlag[],
  { maxCost, refuse }: Readonly<Required<RepairPolicy>>,
): string | undefined {
  if (cost > maxCost) return `it costs ${cost}, which is more than ${maxCost}`;
  const flag = flags.find((one) => refuse.includes(one));
  return flag && `it is flagged "${flag}"`;
}

function issueOf({ message, path = [] }: SchemaIssue): RepairIssue {
  const keys = path.map((segment) => String(typeof segment === "object" ? segment.key : segment));
  return { message, path: keys.map((key) => `/${pointerPart(key)}`).join("") };
}
