import type { RequestContent, RequestMessage } from "../../script/model-request.ts";
import type { AnswerPart, CountedUsage, ResolvedAnswer } from "../../script/resolved-reply.ts";
import { type Fields, fieldsOf, isFields, listOf, nameOf, parsed, stringOf, textOf } from "./json-fields.ts";
import { type AnswerContext, CREATED_AT, errorType, type ModelApi, type StreamEvent } from "./model-api.ts";

/** Chat completions, as OpenAI and many others have them. */
export const chatCompletions: ModelApi = {
  api: "chat",
  path: "/chat/completions",

  read(body) {
    const fields = fieldsOf(body, "The body");
    const format = fields["response_format"];
    const jsonSchema = isFields(format) ? format["json_schema"] : undefined;
    return {
      api: "chat",
      model: nameOf(fields["model"], "model"),
      messages: listOf(fields["messages"], "messages").map(readMessage),
      schema: (isFields(jsonSchema) ? jsonSchema["schema"] : undefined) as RequestContent["schema"],
      tools: listOf(fields["tools"] ?? [], "tools").map((tool) =>
        stringOf(fieldsOf(tool["function"], "function")["name"]),
      ),
      isStream: fields["stream"] === true,
      body,
    };
  },

  answer(answer, context) {
    const message = { role: "assistant", content: null, refusal: null, ...messageOf(answer.parts) };
    const choice = { index: 0, message, logprobs: null, finish_reason: finishReason(answer.finish) };
    const usage = answer.usage.isReported ? { usage: usageOf(answer.usage, context.costUsd) } : {};
    return { ...head(answer, context, "chat.completion"), choices: [choice], ...usage };
  },

  *stream(answer, context) {
    const tells = wantsUsage(context) && answer.usage.isReported;
    const common = { ...head(answer, context, "chat.completion.chunk"), ...(tells ? { usage: null } : {}) };
    const chunk = (delta: object, finish: string | null = null, isPiece = false): StreamEvent =>
      dataEvent({ ...common, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] }, isPiece);
    yield chunk({ role: "assistant", content: answer.parts.some(({ type }) => type === "text") ? "" : null });
    let calls = 0;
    for (const part of answer.parts) {
      if (part.type !== "tool-call") {
        for (const piece of part.pieces) yield chunk({ [FIELDS[part.type]]: piece }, null, true);
        continue;
      }
      const index = calls++;
      const begun = { index, id: part.id, type: "function", function: { name: part.name, arguments: "" } };
      yield chunk({ tool_calls: [begun] });
      for (const piece of part.pieces)
        yield chunk({ tool_calls: [{ index, function: { arguments: piece } }] }, null, true);
    }
    yield chunk({}, finishReason(answer.finish));
    if (tells) yield dataEvent({ ...common, choices: [], usage: usageOf(answer.usage, context.costUsd) });
    yield { text: "data: [DONE]\n\n", isPiece: false };
  },

  failure({ status, message, code }) {
    return { error: { message, type: errorType(status), param: null, code: code ?? null } };
  },

  streamError(message) {
    return dataEvent({ error: { message, type: errorType(500), param: null, code: null } }).text;
  },
};

/** `reasoning_content` is what the makers of open models call it; OpenAI's clients pass over it. */
const FIELDS = { reasoning: "reasoning_content", text: "content", refusal: "refusal" } as const;

function readMessage(message: Fields): RequestMessage {
  const role = stringOf(message["role"]);
  const text = textOf(message["content"]);
  const calls = listOf(message["tool_calls"] ?? [], "tool_calls");
  return {
    role: role === "developer" ? "system" : (role as RequestMessage["role"]),
    text: role === "tool" ? "" : text,
    toolCalls: calls.map((call) => {
      const called = fieldsOf(call["function"], "function");
      return { id: stringOf(call["id"]), name: stringOf(called["name"]), input: parsed(stringOf(called["arguments"])) };
    }),
    toolResults: role === "tool" ? [{ id: stringOf(message["tool_call_id"]), output: text }] : [],
  };
}

function head({ model }: ResolvedAnswer, { id }: AnswerContext, object: string): object {
  return { id: `chatcmpl-${id}`, object, created: CREATED_AT, model };
}

function messageOf(parts: readonly AnswerPart[]): object {
  const message: Record<string, unknown> = {};
  const calls: object[] = [];
  for (const part of parts) {
    if (part.type !== "tool-call") message[FIELDS[part.type]] = part.text;
    else calls.push({ id: part.id, type: "function", function: { name: part.name, arguments: part.text } });
  }
  return calls.length === 0 ? message : { ...message, tool_calls: calls };
}

/** Who refuses says so in the message, and stops. */
function finishReason(finish: ResolvedAnswer["finish"]): string {
  return finish === "refusal" ? "stop" : finish.replace("-", "_");
}

function usageOf(usage: CountedUsage, costUsd: number | undefined): object {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
  const written = cacheWriteTokens === 0 ? {} : { cache_write_tokens: cacheWriteTokens };
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cacheReadTokens, ...written },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
    ...(costUsd === undefined ? {} : { cost: costUsd }),
  };
}

function wantsUsage({ request }: AnswerContext): boolean {
  const options = (request.body as Fields)["stream_options"];
  return isFields(options) && options["include_usage"] === true;
}

function dataEvent(data: object, isPiece = false): StreamEvent {
  return { text: `data: ${JSON.stringify(data)}\n\n`, isPiece };
}
