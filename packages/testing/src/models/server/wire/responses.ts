import type { RequestContent, RequestMessage } from "../../script/model-request.ts";
import type { AnswerPart, CountedUsage, ResolvedAnswer } from "../../script/resolved-reply.ts";
import { type Fields, fieldsOf, isFields, listOf, nameOf, parsed, stringOf, textOf } from "./json-fields.ts";
import {
  type AnswerContext,
  BadRequest,
  CREATED_AT,
  errorType,
  type ModelApi,
  namedEvent,
  type StreamEvent,
} from "./model-api.ts";
import { contentPart, type OutputItem, outputItem } from "./response-items.ts";

/**
 * OpenAI's responses. Their clients send back but the names of what they were answered, so each server has to remember that: one of
 * these belongs to one server.
 */
export class ResponsesApi implements ModelApi {
  readonly api = "responses";
  readonly path = "/responses";
  /** By the id of an item what that is, and by the id of a response all of its conversation so far. */
  readonly #remembered = new Map<string, readonly Fields[]>();

  read(body: unknown): RequestContent {
    const fields = fieldsOf(body, "The body");
    const text = fields["text"];
    const format = isFields(text) ? text["format"] : undefined;
    const instructions = stringOf(fields["instructions"]);
    const system = instructions === "" ? [] : [{ role: "system", content: instructions }];
    return {
      api: "responses",
      model: nameOf(fields["model"], "model"),
      messages: [...system, ...this.#inputOf(fields)].flatMap(readItem),
      schema: (isFields(format) ? format["schema"] : undefined) as RequestContent["schema"],
      tools: listOf(fields["tools"] ?? [], "tools").map(({ name }) => stringOf(name)),
      isStream: fields["stream"] === true,
      body,
    };
  }

  answer(answer: ResolvedAnswer, context: AnswerContext): object {
    const status = statusOf(answer);
    const output = answer.parts.map((part, index) => outputItem(part, index, context.id, status));
    this.#remember(output, context);
    return response(answer, context, status, output, answer.usage.isReported ? usageOf(answer.usage) : null);
  }

  *stream(answer: ResolvedAnswer, context: AnswerContext): Iterable<StreamEvent> {
    let sequence = 0;
    const event = (type: string, data: object, isPiece = false): StreamEvent =>
      namedEvent({ type, sequence_number: sequence++, ...data }, isPiece);
    const begun = response(answer, context, "in_progress", [], null);
    yield event("response.created", { response: begun });
    yield event("response.in_progress", { response: begun });
    const status = statusOf(answer);
    for (const [index, part] of answer.parts.entries()) {
      const item = outputItem(part, index, context.id, status);
      yield event("response.output_item.added", { output_index: index, item: { ...item, ...EMPTY[item.type] } });
      const at = { item_id: item.id, output_index: index };
      for (const { type, isPiece = false, ...data } of eventsOf(part)) yield event(type, { ...at, ...data }, isPiece);
      yield event("response.output_item.done", { output_index: index, item });
    }
    const end = status === "completed" ? "response.completed" : "response.incomplete";
    yield event(end, { response: this.answer(answer, context) });
  }

  failure({ status, message, code }: Parameters<ModelApi["failure"]>[0]): object {
    return { error: { message, type: errorType(status), param: null, code: code ?? null } };
  }

  streamError(message: string, sequence: number): string {
    return namedEvent({ type: "error", sequence_number: sequence, code: "server_error", message, param: null }).text;
  }

  #inputOf({ input, previous_response_id: previous }: Fields): readonly Fields[] {
    const items = typeof input === "string" ? [{ role: "user", content: input }] : listOf(input, "input");
    const before = typeof previous === "string" ? this.#recall(previous) : [];
    const resolved = items.flatMap((item) =>
      item["type"] === "item_reference" ? this.#recall(stringOf(item["id"])) : [item],
    );
    return [...before, ...resolved];
  }

  #recall(id: string): readonly Fields[] {
    const items = this.#remembered.get(id);
    if (items === undefined) throw new BadRequest(`Nothing was answered that is called ${id}`);
    return items;
  }

  #remember(output: readonly OutputItem[], { request, id }: AnswerContext): void {
    for (const item of output) this.#remembered.set(item.id, [item]);
    this.#remembered.set(`resp_${id}`, [...this.#inputOf(request.body as Fields), ...output]);
  }
}

type Status = "completed" | "incomplete" | "in_progress";

/** What an item lacks when it is announced. */
const EMPTY: Readonly<Record<OutputItem["type"], object>> = {
  reasoning: { summary: [] },
  message: { status: "in_progress", content: [] },
  function_call: { status: "in_progress", arguments: "" },
};

function readItem(item: Fields): readonly RequestMessage[] {
  const none = { text: "", toolCalls: [], toolResults: [] };
  const id = stringOf(item["call_id"]);
  switch (item["type"] ?? "message") {
    case "function_call": {
      const call = { id, name: stringOf(item["name"]), input: parsed(stringOf(item["arguments"])) };
      return [{ ...none, role: "assistant", toolCalls: [call] }];
    }
    case "function_call_output":
      return [{ ...none, role: "tool", toolResults: [{ id, output: textOf(item["output"]) }] }];
    case "message": {
      const role = stringOf(item["role"]);
      const known = role === "developer" ? "system" : (role as RequestMessage["role"]);
      return [{ ...none, role: known, text: textOf(item["content"]) }];
    }
    default:
      // What the model thought before is no message, nor are the kinds of items to come.
      return [];
  }
}

function statusOf({ finish }: ResolvedAnswer): "completed" | "incomplete" {
  return INCOMPLETE[finish] === undefined ? "completed" : "incomplete";
}

const INCOMPLETE: Readonly<Partial<Record<ResolvedAnswer["finish"], string>>> = {
  length: "max_output_tokens",
  "content-filter": "content_filter",
  other: "other",
};

function response(
  { model, finish }: ResolvedAnswer,
  { id }: AnswerContext,
  status: Status,
  output: readonly OutputItem[],
  usage: object | null,
): object {
  return {
    id: `resp_${id}`,
    object: "response",
    created_at: CREATED_AT,
    status,
    error: null,
    incomplete_details: status === "incomplete" ? { reason: INCOMPLETE[finish] } : null,
    instructions: null,
    metadata: {},
    model,
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    temperature: 1,
    tool_choice: "auto",
    tools: [],
    top_p: 1,
    usage,
  };
}

interface ItemEvent {
  readonly type: string;
  readonly isPiece?: boolean;
  readonly [field: string]: unknown;
}

/** What is told of an item between its announcement and its end. */
function* eventsOf({ type, text, pieces }: AnswerPart): Iterable<ItemEvent> {
  const deltas = (name: string, more: object): ItemEvent[] =>
    pieces.map((delta) => ({ type: name, ...more, delta, isPiece: true }));
  if (type === "tool-call") {
    yield* deltas("response.function_call_arguments.delta", {});
    yield { type: "response.function_call_arguments.done", arguments: text };
  } else if (type === "reasoning") {
    const at = { summary_index: 0 };
    yield { type: "response.reasoning_summary_part.added", ...at, part: { type: "summary_text", text: "" } };
    yield* deltas("response.reasoning_summary_text.delta", at);
    yield { type: "response.reasoning_summary_text.done", ...at, text };
    yield { type: "response.reasoning_summary_part.done", ...at, part: { type: "summary_text", text } };
  } else {
    const at = { content_index: 0 };
    const name = type === "text" ? "response.output_text" : "response.refusal";
    const logprobs = type === "text" ? { logprobs: [] } : {};
    yield { type: "response.content_part.added", ...at, part: contentPart(type, "") };
    yield* deltas(`${name}.delta`, { ...at, ...logprobs });
    yield { type: `${name}.done`, ...at, ...logprobs, [type]: text };
    yield { type: "response.content_part.done", ...at, part: contentPart(type, text) };
  }
}

function usageOf(usage: CountedUsage): object {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
  const written = cacheWriteTokens === 0 ? {} : { cache_write_tokens: cacheWriteTokens };
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cacheReadTokens, ...written },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  };
}
