import { endOf, type RepairOptions } from "../repair-options.ts";
import type { RepairFailure, RepairFailureReason } from "../repair-result.ts";

/** What a model may make something of. What was never written, it could only invent. */
const REPAIRABLE: readonly RepairFailureReason[] = ["no-json", "ambiguous", "schema", "policy"];

/**
 * Whether a text that rules could not repair is one for a model: if the model that wrote it had its say to the end, and did
 * not refuse. With no finish reason, it is taken to have.
 */
export function mayAskModel(
  text: string,
  { reason, flags }: RepairFailure,
  finishReason: RepairOptions["finishReason"],
): boolean {
  const end = endOf(finishReason);
  const isEnded = end === undefined || end === "stop" || end === "tool-calls" || end === "other";
  if (!isEnded || text.trim() === "" || !REPAIRABLE.includes(reason)) return false;
  return !flags.includes("truncated") && !flags.includes("dropped-incomplete");
}
