import type { LanguageModelV4 } from "@ai-sdk/provider";
import { KNOWN_USAGE, ModelOfV4 } from "./models.ts";

type Answer = Awaited<ReturnType<LanguageModelV4["doGenerate"]>>;
type Call = Parameters<LanguageModelV4["doGenerate"]>[0];

/** A turn of a scripted model: a text, calls of tools, or an error that is thrown. */
export type Turn = string | readonly CalledTool[] | Error;

export type CalledTool = readonly [toolName: string, input: unknown, toolCallId?: string];

/** A model that takes the turn that the conversation has come to, so that it answers the same after a crash. */
export function turns(...script: readonly Turn[]): ModelOfV4 {
  const model: ModelOfV4 = new ModelOfV4(() => {
    const { prompt } = model.asked.at(-1) as Call;
    const turn = script[prompt.filter(({ role }) => role === "assistant").length];
    if (turn === undefined) throw new Error("nothing more to say");
    if (turn instanceof Error) throw turn;
    return answer(turn);
  });
  return model;
}

function answer(turn: string | readonly CalledTool[]): Answer {
  const rest = { usage: KNOWN_USAGE, warnings: [] };
  if (typeof turn === "string") {
    return { ...rest, content: [{ type: "text", text: turn }], finishReason: { unified: "stop", raw: "stop" } };
  }
  return {
    ...rest,
    finishReason: { unified: "tool-calls", raw: "tool_calls" },
    content: turn.map(([toolName, input, toolCallId = `${toolName}-id`]) => ({
      type: "tool-call",
      toolCallId,
      toolName,
      input: typeof input === "string" ? input : JSON.stringify(input),
    })),
  };
}
