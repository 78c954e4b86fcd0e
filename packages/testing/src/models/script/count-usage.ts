import { checkKeys, InvalidOptionError } from "@flujo/dsl";
import { checkCount } from "./check-option.ts";
import { countTokens } from "./count-tokens.ts";
import type { ModelRequest, RequestMessage } from "./model-request.ts";
import type { AnswerPart, CountedUsage } from "./resolved-reply.ts";
import type { ScriptedUsage } from "./scripted-answer.ts";

export const NO_USAGE: CountedUsage = Object.freeze({
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  isReported: false,
});

/**
 * What a request and its answer use: as the script says, and where it says nothing as {@link countTokens} counts the texts.
 *
 * @throws InvalidOptionError unless the parts fit into their wholes
 */
export function countUsage(
  usage: ScriptedUsage = {},
  request: ModelRequest,
  parts: readonly AnswerPart[],
): CountedUsage {
  checkKeys("reply.usage", usage, KEYS);
  const { inputTokens = sum(request.messages.map(tokensOfMessage)), cacheReadTokens = 0, cacheWriteTokens = 0 } = usage;
  const { reasoningTokens = tokensOf(parts, true), reported = true } = usage;
  const { outputTokens = reasoningTokens + tokensOf(parts, false) } = usage;
  const counted = { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens };
  for (const [name, count] of Object.entries(counted)) checkCount(`reply.usage.${name}`, count, 0);
  if (cacheReadTokens + cacheWriteTokens > inputTokens) {
    const cached = cacheReadTokens + cacheWriteTokens;
    throw new InvalidOptionError("reply.usage.inputTokens", inputTokens, `at least ${cached}, what is cached of it`);
  }
  if (reasoningTokens > outputTokens) {
    throw new InvalidOptionError(
      "reply.usage.outputTokens",
      outputTokens,
      `at least ${reasoningTokens}, its reasoning`,
    );
  }
  return { ...counted, isReported: reported };
}

const KEYS = [...["inputTokens", "cacheReadTokens", "cacheWriteTokens", "outputTokens", "reasoningTokens"], "reported"];

function tokensOfMessage({ text, toolCalls, toolResults }: RequestMessage): number {
  const inputs = toolCalls.map(({ input }) => countTokens(typeof input === "string" ? input : JSON.stringify(input)));
  const outputs = toolResults.map(({ output }) => countTokens(output));
  return countTokens(text) + sum(inputs) + sum(outputs);
}

function tokensOf(parts: readonly AnswerPart[], areReasoning: boolean): number {
  const chosen = parts.filter(({ type }) => (type === "reasoning") === areReasoning);
  return sum(chosen.map(({ text }) => countTokens(text)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
