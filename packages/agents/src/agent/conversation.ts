import type { ProviderOptions } from "../model/json-value.ts";
import type { ContentPart } from "../model/language-model.ts";
import type { FileData, ModelMessage, PlainJson, ToolOutput, ToolResultPart } from "../prompt/prompt-message.ts";

type AssistantContent = Extract<ModelMessage, { readonly role: "assistant" }>["content"];

/** A call of a tool, answered. */
export interface AnsweredCall {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly output: ToolOutput;
}

/**
 * What a model said, as it is given back to it.
 *
 * @param argumentsOf - the arguments of a tool call where they are known, by the part itself: ids come from models, and may be given twice
 */
export function toAssistantMessage(
  content: readonly ContentPart[],
  argumentsOf: ReadonlyMap<ContentPart, unknown> = new Map(),
): ModelMessage {
  return { role: "assistant", content: content.flatMap((part) => toMessagePart(part, argumentsOf)) };
}

export function toToolMessage(calls: readonly AnsweredCall[]): ModelMessage {
  return { role: "tool", content: calls.map((call): ToolResultPart => ({ type: "tool-result", ...call })) };
}

function toMessagePart(part: ContentPart, argumentsOf: ReadonlyMap<ContentPart, unknown>): AssistantContent {
  const { type, text = "", toolCallId = "", toolName = "", providerMetadata } = part;
  const provided =
    providerMetadata === undefined ? {} : { providerOptions: { ...providerMetadata } as ProviderOptions };
  switch (type) {
    case "text":
      return text === "" ? [] : [{ type, text, ...provided }];
    case "reasoning":
      return [{ type, text, ...provided }];
    case "tool-call":
      return [
        {
          type,
          toolCallId,
          toolName,
          input: argumentsOf.has(part) ? argumentsOf.get(part) : jsonOf(part.input),
          ...(part.providerExecuted === undefined ? {} : { providerExecuted: part.providerExecuted }),
          ...provided,
        },
      ];
    case "tool-result": {
      const value = part.result as PlainJson;
      const output: ToolOutput = part.isError === true ? { type: "error-json", value } : { type: "json", value };
      return [{ type, toolCallId, toolName, output, ...provided }];
    }
    case "file":
      return [
        { type, data: fileData(part.data), mediaType: part.mediaType ?? "application/octet-stream", ...provided },
      ];
    default:
      return [];
  }
}

/** Arguments that are no JSON are given back as the text that they are. */
function jsonOf(text: string | undefined): unknown {
  if (text === undefined || text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}

/** Tagged, in v4; the data alone, before it. */
function fileData(data: unknown): FileData {
  return typeof data === "string" || data instanceof Uint8Array ? { type: "data", data } : (data as FileData);
}
