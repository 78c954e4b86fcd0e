import type { RequestContent, RequestMessage } from "../../script/model-request.ts";
import type { AnswerPart, CountedUsage, ResolvedAnswer } from "../../script/resolved-reply.ts";
import { type Fields, fieldsOf, isFields, listOf, nameOf, parsed, stringOf, textOf } from "./json-fields.ts";
import { type AnswerContext, errorType, type ModelApi, namedEvent } from "./model-api.ts";

/** Anthropic's messages. They always say what they used. */
export const messages: ModelApi = {
  api: "messages",
  path: "/messages",

  read(body) {
    const fields = fieldsOf(body, "The body");
    const system = textOf(fields["system"]);
    const forJson = jsonTool(fields);
    return {
      api: "messages",
      model: nameOf(fields["model"], "model"),
      messages: [
        ...(system === "" ? [] : [{ role: "system" as const, text: system, toolCalls: [], toolResults: [] }]),
        ...listOf(fields["messages"], "messages").map(readMessage),
      ],
      schema: schemaOf(fields),
      tools: toolsOf(fields)
        .filter((tool) => tool !== forJson)
        .map(({ name }) => stringOf(name)),
      isStream: fields["stream"] === true,
      body,
    };
  },

  answer(answer, context) {
    const parts = partsOf(answer, context);
    const stop = { stop_reason: stopReason(answer.finish, parts), stop_sequence: null };
    return { ...head(answer, context), content: parts.map(blockOf), ...stop, usage: usageOf(answer.usage) };
  },

  *stream(answer, context) {
    const parts = partsOf(answer, context);
    const begun = { ...usageOf(answer.usage), output_tokens: 1 };
    const message = { ...head(answer, context), content: [], stop_reason: null, stop_sequence: null, usage: begun };
    yield namedEvent({ type: "message_start", message });
    yield namedEvent({ type: "ping" });
    for (const [index, part] of parts.entries()) {
      yield namedEvent({
        type: "content_block_start",
        index,
        content_block: { ...blockOf(part), ...EMPTY[part.type] },
      });
      for (const piece of part.pieces) {
        yield namedEvent({ type: "content_block_delta", index, delta: deltaOf(part.type, piece) }, true);
      }
      if (part.type === "reasoning") {
        yield namedEvent({
          type: "content_block_delta",
          index,
          delta: { type: "signature_delta", signature: SIGNATURE },
        });
      }
      yield namedEvent({ type: "content_block_stop", index });
    }
    const delta = { stop_reason: stopReason(answer.finish, parts), stop_sequence: null };
    yield namedEvent({ type: "message_delta", delta, usage: usageOf(answer.usage) });
    yield namedEvent({ type: "message_stop" });
  },

  failure({ status, message, code }) {
    const type = code ?? (status === 529 ? "overloaded_error" : errorType(status).replace("server_error", "api_error"));
    return { type: "error", error: { type, message } };
  },

  streamError(message) {
    return namedEvent({ type: "error", error: { type: "api_error", message } }).text;
  },
};

/** Whoever asks has to send it back with what the model thought. */
const SIGNATURE = "scripted-signature";

function readMessage({ role, content }: Fields): RequestMessage {
  const blocks = Array.isArray(content) ? listOf(content, "content") : [];
  const calls = blocks.filter(({ type }) => type === "tool_use");
  const results = blocks.filter(({ type }) => type === "tool_result");
  const text = textOf(content);
  return {
    // A message of the user's that has nothing but results is the tools'.
    role: results.length > 0 && text === "" ? "tool" : (stringOf(role) as RequestMessage["role"]),
    text,
    toolCalls: calls.map(({ id, name, input }) => ({ id: stringOf(id), name: stringOf(name), input })),
    toolResults: results.map((result) => ({ id: stringOf(result["tool_use_id"]), output: textOf(result["content"]) })),
  };
}

function toolsOf(fields: Fields): readonly Fields[] {
  return listOf(fields["tools"] ?? [], "tools");
}

/** Models that know no schemas are given a tool of this name, whose input is the answer. */
function jsonTool(fields: Fields): Fields | undefined {
  const choice = fields["tool_choice"];
  const isForced = isFields(choice) && (choice["type"] === "any" || choice["type"] === "tool");
  return isForced ? toolsOf(fields).find(({ name }) => name === "json") : undefined;
}

function schemaOf(fields: Fields): RequestContent["schema"] {
  const { output_config: config, output_format: older } = fields;
  const format = isFields(config) && isFields(config["format"]) ? config["format"] : older;
  return (isFields(format) ? format["schema"] : jsonTool(fields)?.["input_schema"]) as RequestContent["schema"];
}

/** The parts, with the text as the input of the tool for it where the client wants it so. */
function partsOf({ parts }: ResolvedAnswer, { request, id }: AnswerContext): readonly AnswerPart[] {
  const calls = parts.some(({ type }) => type === "tool-call");
  if (calls || jsonTool(request.body as Fields) === undefined) return parts;
  return parts.map((part) => {
    const isObject = part.type === "text" && isFields(parsed(part.text));
    return isObject ? { ...part, type: "tool-call", id: `toolu_${id}`, name: "json" } : part;
  });
}

function head({ model }: ResolvedAnswer, { id }: AnswerContext): object {
  return { id: `msg_${id}`, type: "message", role: "assistant", model };
}

function blockOf(part: AnswerPart): object {
  if (part.type === "reasoning") return { type: "thinking", thinking: part.text, signature: SIGNATURE };
  if (part.type !== "tool-call") return { type: "text", text: part.text };
  return { type: "tool_use", id: part.id, name: part.name, input: parsed(part.text) };
}

/** What a block lacks when it is announced. */
const EMPTY: Readonly<Record<AnswerPart["type"], object>> = {
  reasoning: { thinking: "", signature: "" },
  text: { text: "" },
  refusal: { text: "" },
  "tool-call": { input: {} },
};

function deltaOf(type: AnswerPart["type"], piece: string): object {
  if (type === "reasoning") return { type: "thinking_delta", thinking: piece };
  return type === "tool-call" ? { type: "input_json_delta", partial_json: piece } : { type: "text_delta", text: piece };
}

function stopReason(finish: ResolvedAnswer["finish"], parts: readonly AnswerPart[]): string {
  const calls = parts.some(({ type }) => type === "tool-call");
  return finish === "stop" && calls ? "tool_use" : STOP_REASONS[finish];
}

const STOP_REASONS: Readonly<Record<ResolvedAnswer["finish"], string>> = {
  stop: "end_turn",
  length: "max_tokens",
  "content-filter": "refusal",
  refusal: "refusal",
  "tool-calls": "tool_use",
  other: "other",
};

/** Their input leaves out what is cached. */
function usageOf(usage: CountedUsage): object {
  return {
    input_tokens: usage.inputTokens - usage.cacheReadTokens - usage.cacheWriteTokens,
    cache_creation_input_tokens: usage.cacheWriteTokens,
    cache_read_input_tokens: usage.cacheReadTokens,
    output_tokens: usage.outputTokens,
    output_tokens_details: { thinking_tokens: usage.reasoningTokens },
  };
}
