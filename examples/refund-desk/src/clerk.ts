import type { LanguageModel, ModelAnswer, ModelCall, ModelMessage, ToolOutput } from "@flujo/agents";
import type { Order } from "./find-order.ts";

/** What the clerk does next: calls a tool, or answers. */
type Move = { readonly call: string; readonly with: object } | { readonly message: string; readonly refunded?: number };

/**
 * Stands for a language model where there is no key for one: a few rules, which understand the letters of this example. It speaks
 * the AI SDK's interface, as any model does.
 */
export class Clerk implements Extract<LanguageModel, { specificationVersion: "v4" }> {
  readonly specificationVersion = "v4";
  readonly provider = "example";
  readonly modelId = "clerk";

  async doGenerate({ prompt }: ModelCall): Promise<ModelAnswer> {
    const move = nextMove(prompt);
    const usage = {
      inputTokens: { total: wordsIn(prompt), cacheRead: 0 },
      outputTokens: { total: wordsIn(move), reasoning: 0 },
    };
    if ("call" in move) {
      const input = JSON.stringify(move.with);
      return {
        content: [{ type: "tool-call", toolCallId: `${move.call}-${prompt.length}`, toolName: move.call, input }],
        finishReason: { unified: "tool-calls", raw: undefined },
        usage,
      };
    }
    const reply = { message: move.message, refundedEuros: move.refunded ?? 0 };
    return {
      content: [{ type: "text", text: JSON.stringify(reply) }],
      finishReason: { unified: "stop", raw: undefined },
      usage,
    };
  }
}

function nextMove(prompt: readonly ModelMessage[]): Move {
  const letter = JSON.stringify(prompt.find(({ role }) => role === "user")?.content);
  const number = /\bB-\d{4}\b/.exec(letter)?.[0];
  if (number === undefined) return { message: "Which order is it about? Its number begins with B-." };
  const { findOrder: found, refund: refunded } = resultsIn(prompt);
  if (found === undefined) return { call: "findOrder", with: { number } };
  if (found.type !== "json") return { message: `I can't find an order ${number}. Is that its number?` };
  const { item, euros, delivered } = found.value as unknown as Order;
  if (!/broken|cracked|smashed/i.test(letter)) return { message: `${item}: delivered on ${delivered}.` };
  if (refunded === undefined) return { call: "refund", with: { number, euros } };
  if (refunded.type === "text")
    return { message: `We are sorry. We paid € ${euros} back for: ${item}.`, refunded: euros };
  const reason = refunded.type === "execution-denied" ? refunded.reason : undefined;
  return { message: `We can't pay back € ${euros} for: ${item}.${reason ? ` ${reason}.` : ""}` };
}

/** What each tool gave last. */
function resultsIn(prompt: readonly ModelMessage[]): Readonly<Record<string, ToolOutput | undefined>> {
  const results = prompt.flatMap((message) => (message.role === "tool" ? message.content : []));
  return Object.fromEntries(results.map(({ toolName, output }) => [toolName, output]));
}

function wordsIn(value: unknown): number {
  return JSON.stringify(value).split(/\W+/).length;
}
