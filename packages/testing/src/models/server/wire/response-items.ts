import type { AnswerPart } from "../../script/resolved-reply.ts";

/** One item of the output of OpenAI's responses. */
export type OutputItem = ReasoningItem | MessageItem | CallItem;

// Types and no interfaces, so that an item can be read as what came from outside.
type ReasoningItem = { readonly type: "reasoning"; readonly id: string; readonly summary: readonly object[] };
type MessageItem = {
  readonly type: "message";
  readonly id: string;
  readonly status: string;
  readonly role: "assistant";
  readonly content: readonly object[];
};
type CallItem = {
  readonly type: "function_call";
  readonly id: string;
  readonly call_id: string;
  readonly name: string;
  readonly arguments: string;
  readonly status: string;
};

/** @param id - of the answer, from which the item's follows */
export function outputItem(
  part: AnswerPart,
  index: number,
  id: string,
  status: "completed" | "incomplete",
): OutputItem {
  const name = `${id}_${index}`;
  const { type, text } = part;
  if (type === "reasoning")
    return { type, id: `rs_${name}`, summary: text === "" ? [] : [{ type: "summary_text", text }] };
  if (type === "tool-call") {
    return { type: "function_call", id: `fc_${name}`, call_id: part.id, name: part.name, arguments: text, status };
  }
  return { type: "message", id: `msg_${name}`, status, role: "assistant", content: [contentPart(type, text)] };
}

export function contentPart(type: "text" | "refusal", text: string): object {
  return type === "text" ? { type: "output_text", text, annotations: [], logprobs: [] } : { type, refusal: text };
}
