import type { StandardSchema } from "@flujo/dsl";
import { type RepairedValue, repairAsync } from "./repair.ts";
import type { RepairFlag } from "./repair-kinds.ts";
import type { RepairOptions, RepairPolicy } from "./repair-options.ts";
import type { RepairResult } from "./repair-result.ts";
import type { JsonSchema } from "./schema/json-schema.ts";

/** A tool acts on the world: it is not called with a part of its arguments, nor with one of several sets of them. */
const UNSURE: readonly RepairFlag[] = ["truncated", "dropped-incomplete", "multiple-candidates"];

/**
 * As {@link repairAsync}, for the arguments of a tool call. What is cut or dropped, and what is one of several, is
 * refused, unless `policy.refuse` says what is. No text at all is an object without members, as the AI SDK has it.
 */
export async function repairToolArguments<Schema extends StandardSchema | JsonSchema>(
  text: string,
  schema: Schema,
  options: Omit<RepairOptions, "schema"> = {},
): Promise<RepairResult<RepairedValue<Schema>>> {
  const given = text.trim() === "" ? "{}" : text;
  return repairAsync<Schema>(given, { ...options, schema, policy: toolPolicy(options.policy) });
}

/** What is still taken for the arguments of a tool call. */
export function toolPolicy(policy: RepairPolicy | undefined): RepairPolicy {
  return { refuse: UNSURE, ...policy };
}
