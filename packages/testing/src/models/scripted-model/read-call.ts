import type { RequestContent, RequestMessage } from "../script/model-request.ts";
import type { ModelCallOptions, PromptMessage } from "./language-model.ts";

/** What a call of a model in process asks. */
export function readCall(model: string, options: ModelCallOptions, isStream: boolean): RequestContent {
  const { prompt, responseFormat, tools = [] } = options;
  const schema = responseFormat?.type === "json" ? responseFormat.schema : undefined;
  return {
    api: "in-process",
    model,
    messages: prompt.map(readMessage),
    schema: schema as RequestContent["schema"],
    tools: tools.map(({ name }) => name),
    isStream,
    body: options,
  };
}

function readMessage({ role, content }: PromptMessage): RequestMessage {
  const parts = (typeof content === "string" ? [{ type: "text", text: content }] : content) as readonly PromptPart[];
  return {
    role,
    text: parts.map((part) => (part.type === "text" ? (part.text ?? "") : "")).join(""),
    toolCalls: parts.flatMap(({ type, toolCallId = "", toolName = "", input }) =>
      type === "tool-call" ? [{ id: toolCallId, name: toolName, input }] : [],
    ),
    toolResults: parts.flatMap(({ type, toolCallId = "", output }) =>
      type === "tool-result" ? [{ id: toolCallId, output: readOutput(output) }] : [],
    ),
  };
}

/** As text, in the words in which providers' packages send it. */
function readOutput(output: PromptPart["output"]): string {
  const { type, value, reason = "Tool call execution denied." } = output ?? {};
  if (type === "execution-denied") return reason;
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

interface PromptPart {
  readonly type: string;
  readonly text?: string;
  readonly toolCallId?: string;
  readonly toolName?: string;
  readonly input?: unknown;
  readonly output?: { readonly type?: string; readonly value?: unknown; readonly reason?: string };
}
