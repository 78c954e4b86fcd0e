/** What a model was asked, in the words of no provider: what a script decides by. */
export interface ModelRequest {
  /** How it was asked: in process, or by which interface of the server. */
  readonly api: "in-process" | "chat" | "responses" | "messages";
  readonly model: string;
  /** What the system and the developer say, a line break between messages. */
  readonly system: string;
  /** The text of the last message of the user's. */
  readonly prompt: string;
  /** All of them, the system's included. */
  readonly messages: readonly RequestMessage[];
  /** JSON Schema of the answer, where one is asked for. */
  readonly schema: Readonly<Record<string, unknown>> | undefined;
  /** Names of the tools that may be called. */
  readonly tools: readonly string[];
  readonly isStream: boolean;
  /** Names the content of the request: the same for the same request, whenever it comes. */
  readonly hash: string;
  /** The how-manieth request of this content it is, from 1. A client that tries again comes a second time. */
  readonly nth: number;
  /** Numbers from 0 to 1 (1 excluded): the same for the same seed, content and `nth`. */
  readonly random: () => number;
  /** As it came: the call of a model in process, the JSON of a request to the server. */
  readonly body: unknown;
}

export interface RequestMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  /** Of its parts that are text, one after the other. */
  readonly text: string;
  readonly toolCalls: readonly RequestToolCall[];
  readonly toolResults: readonly RequestToolResult[];
}

export interface RequestToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

export interface RequestToolResult {
  /** The id of the call. */
  readonly id: string;
  readonly output: string;
}

/** The parts of a request that its own interface has to tell; the rest follows. */
export type RequestContent = Pick<
  ModelRequest,
  "api" | "model" | "messages" | "schema" | "tools" | "isStream" | "body"
>;

/** Completes what an interface has read. */
export function modelRequest(
  content: RequestContent,
  identity: Pick<ModelRequest, "hash" | "nth" | "random">,
): ModelRequest {
  const { messages } = content;
  const system = messages.filter(({ role }) => role === "system").map(({ text }) => text);
  const prompt = messages.findLast(({ role }) => role === "user")?.text ?? "";
  return { ...content, system: system.join("\n"), prompt, ...identity };
}
