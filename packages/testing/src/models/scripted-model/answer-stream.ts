import type { Clock } from "@flujo/core/protocols";
import type { AnswerPart, ResolvedAnswer } from "../script/resolved-reply.ts";
import { settled, wait } from "../script/wait.ts";
import { finishOf, UNKNOWN_USAGE, usageOf } from "./answer-content.ts";
import type { ModelStreamPart } from "./language-model.ts";

interface Surroundings {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The error of a connection that is gone. */
  readonly lost: () => Error;
}

/** The answer as the AI SDK streams it, up to where it breaks off. */
export async function* answerStream(
  answer: ResolvedAnswer,
  id: string,
  { clock, signal, lost }: Surroundings,
): AsyncGenerator<ModelStreamPart> {
  yield { type: "stream-start", warnings: [] };
  yield { type: "response-metadata", id, modelId: answer.model };
  let left = answer.breaks?.afterPieces ?? Infinity;
  for (const [index, part] of answer.parts.entries()) {
    const kind = partKind(part);
    const partId = part.type === "tool-call" ? part.id : String(index);
    yield part.type === "tool-call"
      ? { type: "tool-input-start", id: partId, toolName: part.name }
      : { type: `${kind}-start` as "text-start", id: partId };
    for (const delta of part.pieces) {
      if (left === 0) return yield* broken(answer, signal, lost);
      left--;
      await wait(answer.pieceDelayMs, clock, signal);
      yield { type: `${kind}-delta` as "text-delta", id: partId, delta };
    }
    yield { type: `${kind}-end` as "text-end", id: partId };
    if (part.type === "tool-call") {
      yield { type: "tool-call", toolCallId: part.id, toolName: part.name, input: part.text };
    }
  }
  if (answer.breaks !== undefined) return yield* broken(answer, signal, lost);
  yield { type: "finish", usage: usageOf(answer.usage), finishReason: finishOf(answer) };
}

function partKind({ type }: AnswerPart): "reasoning" | "text" | "tool-input" {
  if (type === "tool-call") return "tool-input";
  return type === "refusal" ? "text" : type;
}

/** What comes after the last piece of an answer that has no end. */
async function* broken(
  { breaks }: ResolvedAnswer,
  signal: AbortSignal,
  lost: () => Error,
): AsyncGenerator<ModelStreamPart> {
  if (breaks?.by === "stall") await settled(new Promise(() => {}), signal);
  if (breaks?.by === "cut") throw lost();
  const isError = breaks?.by === "error";
  if (isError) yield { type: "error", error: new Error("The server had an error") };
  const finishReason = { unified: isError ? "error" : "interrupted", raw: undefined } as const;
  yield { type: "finish", usage: UNKNOWN_USAGE, finishReason };
}
