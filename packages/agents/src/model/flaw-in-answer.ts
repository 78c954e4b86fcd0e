import { isRecord } from "../cost/json-fields.ts";

/** What makes a model's answer none that the interface has, if anything does: code of a model, or around one, can be anybody's. */
export function flawInAnswer(answer: unknown): string | undefined {
  if (!isRecord(answer)) return `its answer is no object, but ${kindOf(answer)}`;
  const { content, finishReason } = answer;
  if (!Array.isArray(content)) return `the content of its answer is no list of parts, but ${kindOf(content)}`;
  if (!content.every((part) => isRecord(part) && typeof part["type"] === "string")) {
    return "a part of its answer's content has no type";
  }
  // A word alone is how v2 has it: taken as it is, "length" would pass for a good end.
  if (!isRecord(finishReason) || typeof finishReason["unified"] !== "string") {
    return `the finishReason of its answer is no { unified, raw }, but ${kindOf(finishReason)}`;
  }
  return undefined;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object" ? "an object" : JSON.stringify(String(value).slice(0, 40));
}
