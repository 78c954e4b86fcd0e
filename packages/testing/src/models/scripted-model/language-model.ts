/**
 * What the AI SDK's `LanguageModelV4` and what calls it have to have in common, so that this package depends on no version of the SDK.
 *
 * Source: `LanguageModelV4` of `@ai-sdk/provider` 4.0
 */
export interface ScriptedLanguageModel {
  readonly specificationVersion: "v4";
  readonly provider: string;
  readonly modelId: string;
  readonly supportedUrls: Record<string, RegExp[]>;
  doGenerate(options: ModelCallOptions): Promise<ModelResult>;
  doStream(options: ModelCallOptions): Promise<{ stream: ReadableStream<ModelStreamPart> }>;
}

/** How a model is called, once. Whatever else a caller passes is kept as it came. */
export interface ModelCallOptions {
  readonly prompt: readonly PromptMessage[];
  readonly responseFormat?: { readonly type: string; readonly schema?: object | undefined } | undefined;
  readonly tools?: readonly { readonly name: string }[] | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

export interface PromptMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  /** A text, or parts of many types. */
  readonly content: string | readonly object[];
}

export interface ModelResult {
  content: ModelContent[];
  finishReason: ModelFinish;
  usage: ReportedUsage;
  response: { id: string; modelId: string };
  warnings: never[];
}

export type ModelContent =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  | { type: "tool-call"; toolCallId: string; toolName: string; input: string };

export interface ModelFinish {
  unified: "stop" | "length" | "content-filter" | "tool-calls" | "error" | "interrupted" | "other";
  raw: string | undefined;
}

/** Tokens; `undefined` is unknown. */
export interface ReportedUsage {
  inputTokens: {
    total: number | undefined;
    noCache: number | undefined;
    cacheRead: number | undefined;
    cacheWrite: number | undefined;
  };
  outputTokens: { total: number | undefined; text: number | undefined; reasoning: number | undefined };
}

export type ModelStreamPart =
  | { type: "stream-start"; warnings: never[] }
  | { type: "response-metadata"; id: string; modelId: string }
  | { type: "text-start" | "text-end" | "reasoning-start" | "reasoning-end" | "tool-input-end"; id: string }
  | { type: "text-delta" | "reasoning-delta" | "tool-input-delta"; id: string; delta: string }
  | { type: "tool-input-start"; id: string; toolName: string }
  | { type: "tool-call"; toolCallId: string; toolName: string; input: string }
  | { type: "finish"; usage: ReportedUsage; finishReason: ModelFinish }
  | { type: "error"; error: unknown };
