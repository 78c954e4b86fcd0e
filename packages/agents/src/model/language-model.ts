import type { FilePart, ModelMessage, TextPart, ToolOutput } from "../prompt/prompt-message.ts";
import type { JsonObject, ProviderOptions } from "./json-value.ts";

/**
 * A language model of the AI SDK, of any version of its interface that is in use: `openai("gpt-5-mini")`.
 *
 * Only what is used here is restated, so that this package depends on no version of the SDK
 * and whatever has these members will do.
 *
 * Source: `LanguageModelV4`, `V3` and `V2` of `@ai-sdk/provider` 4.0
 */
export type LanguageModel = LanguageModelV4 | LanguageModelV3 | LanguageModelV2;

export type LanguageModelV4 = VersionedModel<"v4", ModelCall, ModelAnswer & { readonly structuredOutputText?: string }>;
export type LanguageModelV3 = VersionedModel<"v3", ModelCall<OlderMessage>, ModelAnswer>;
/** Is asked as v3 is, but for provider options: its types have no room for `undefined` in them, which does no harm there. */
export type LanguageModelV2 = VersionedModel<"v2", never, ModelAnswer<V2FinishReason, V2Usage>>;

interface VersionedModel<Version extends string, Call, Answer> {
  readonly specificationVersion: Version;
  /** `openai.responses`: who serves it, and through which of their interfaces. */
  readonly provider: string;
  readonly modelId: string;
  doGenerate(call: Call): PromiseLike<Answer>;
  /** Left out by models that answer only as a whole. */
  doStream?(call: Call): PromiseLike<{ readonly stream: ReadableStream<StreamPart> }>;
}

/** What a model is asked, once. */
export interface ModelCall<Message = ModelMessage> extends CallSettings {
  prompt: Message[];
  /** Asks for JSON by the provider's own means. Absent: text. */
  responseFormat?: { type: "json"; schema: Record<string, unknown>; name: string };
  tools?: (FunctionToolDefinition | ProviderToolDefinition)[];
  toolChoice?: ToolChoice;
  abortSignal: AbortSignal;
}

/** A tool as a model is told of it. */
export interface FunctionToolDefinition {
  type: "function";
  name: string;
  description?: string;
  /** A JSON Schema. */
  inputSchema: Record<string, unknown>;
  inputExamples?: { input: JsonObject }[];
  strict?: boolean;
  providerOptions?: ProviderOptions;
}

/** A tool that the provider knows by its id. */
export interface ProviderToolDefinition {
  type: "provider";
  id: `${string}.${string}`;
  name: string;
  args: Record<string, unknown>;
}

export type ToolChoice =
  | { type: "auto" }
  | { type: "none" }
  | { type: "required" }
  | { type: "tool"; toolName: string };

/** How a model is to answer. What is absent is left to the provider. */
export interface CallSettings {
  temperature?: number;
  maxOutputTokens?: number;
  topP?: number;
  topK?: number;
  presencePenalty?: number;
  frequencyPenalty?: number;
  stopSequences?: string[];
  seed?: number;
  providerOptions?: ProviderOptions;
  headers?: Record<string, string>;
}

/** What a model answers. */
export interface ModelAnswer<Reason = FinishReason, Usage = ModelUsage> {
  readonly content: readonly ContentPart[];
  readonly finishReason: Reason;
  readonly usage?: Usage | undefined;
  /** What only this provider says, under its name. */
  readonly providerMetadata?: ProviderMetadata | undefined;
  /** What of the call the provider could not do, such as a setting that it ignored. */
  readonly warnings?: readonly unknown[] | undefined;
}

/** `text`, `reasoning`, `tool-call` or one of many other types, known and to come. */
export interface ContentPart {
  readonly type: string;
  readonly text?: string;
  readonly toolCallId?: string;
  readonly toolName?: string;
  /** A tool's arguments, as the model wrote them. */
  readonly input?: string;
  /** Whether the provider runs the tool itself. */
  readonly providerExecuted?: boolean;
  /** Of a tool that the provider ran. */
  readonly result?: unknown;
  readonly isError?: boolean;
  readonly data?: unknown;
  readonly mediaType?: string;
  readonly providerMetadata?: ProviderMetadata;
}

/** A piece of an answer that comes as a stream. */
export interface StreamPart extends ContentPart {
  /** Which of several texts that are under way it belongs to. */
  readonly id?: string;
  readonly delta?: string;
  readonly error?: unknown;
  readonly warnings?: readonly unknown[];
  readonly usage?: unknown;
  readonly finishReason?: unknown;
}

/** Why the answer ends where it does; `raw` is the provider's own word for it. */
export interface FinishReason {
  readonly unified: "stop" | "length" | "content-filter" | "tool-calls" | "error" | "interrupted" | "other";
  readonly raw: string | undefined;
}

export type ProviderMetadata = Readonly<Record<string, JsonObject>>;

/** Tokens, cached ones and reasoning included in the totals. `undefined` is unknown. */
export interface ModelUsage {
  readonly inputTokens: {
    readonly total: number | undefined;
    readonly noCache?: number | undefined;
    readonly cacheRead: number | undefined;
    readonly cacheWrite?: number | undefined;
  };
  readonly outputTokens: {
    readonly total: number | undefined;
    readonly text?: number | undefined;
    readonly reasoning: number | undefined;
  };
  /** The usage in the provider's own shape. */
  readonly raw?: JsonObject;
}

export type V2FinishReason = Exclude<FinishReason["unified"], "interrupted"> | "unknown";

export interface V2Usage {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly cachedInputTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
}

/** A message as v2 and v3 have it: a file's data stands there untagged. */
export type OlderMessage = ModelMessage<OlderFilePart, OlderToolOutput>;

export type OlderFilePart = Omit<FilePart, "data"> & { data: Uint8Array | string | URL };

export type OlderToolOutput =
  | Exclude<ToolOutput, { readonly type: "content" }>
  | { type: "content"; value: (TextPart | OlderResultFile)[] };

/** A file in what a tool gave. As v3 has it; v2 has a `media` of the first kind. */
export type OlderResultFile =
  | { type: "file-data"; data: string; mediaType: string }
  | { type: "file-url"; url: string; mediaType?: string };
