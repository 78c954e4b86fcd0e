import type { MaybePromise, StandardSchema } from "@flujo/dsl";
import type { JsonObject, ProviderOptions } from "../model/json-value.ts";
import type { ModelMessage } from "../prompt/prompt-message.ts";

/**
 * A tool that an agent's model may call: what the AI SDK's `tool()` makes, what its MCP client and its providers
 * offer, or an object of your own with these members.
 *
 * Only what is used is restated, so that this package depends on no version of the SDK.
 *
 * Source: `Tool` of `@ai-sdk/provider-utils` 5
 */
export interface AgentTool {
  /** `provider` for one that the provider knows by its `id`. */
  readonly type?: "function" | "dynamic" | "provider" | undefined;
  /** What it does, for the model to choose by. */
  readonly description?: string | ((options: never) => string) | undefined;
  /** What its arguments must be. */
  readonly inputSchema?: ToolSchema | (() => ToolSchema) | undefined;
  /**
   * Does the work, and gives what the model is told. Of an async iterable, the last value counts. Left out only where the provider
   * runs the tool.
   */
  // Its input has the schema's type, which is of no matter here. Method syntax, so that any will do.
  execute?(input: never, options: never): unknown;
  /** Makes something else of what it gave for the model to read. */
  toModelOutput?(options: never): unknown;
  /** Whether a person is asked before a call. A function is told of the call. */
  readonly needsApproval?: boolean | ((input: never, options: never) => MaybePromise<boolean>) | undefined;
  readonly inputExamples?: readonly { readonly input: unknown }[] | undefined;
  /** Whether the provider is to hold the model to the schema. */
  readonly strict?: boolean | undefined;
  readonly providerOptions?: ProviderOptions | undefined;
  /** Of a provider's tool: `openai.web_search`. */
  readonly id?: string | undefined;
  readonly args?: Readonly<Record<string, unknown>> | undefined;
  readonly isProviderExecuted?: boolean | undefined;
}

/** A Standard Schema, or what `jsonSchema()` of the AI SDK makes. */
export type ToolSchema = StandardSchema | WrappedJsonSchema;

/** A JSON Schema as the AI SDK wraps it up. */
export interface WrappedJsonSchema {
  readonly jsonSchema: unknown;
  readonly validate?: ((value: unknown) => unknown) | undefined;
}

/** What a tool is given beside its input. */
export interface ToolCallOptions {
  /** The provider's name for the call. */
  readonly toolCallId: string;
  /** The conversation that led to the call, without the system text. */
  readonly messages: readonly ModelMessage[];
  readonly abortSignal: AbortSignal;
  /** The run's context. Frozen. */
  readonly context: unknown;
  /** The same whenever this call is made again in its run, also after a crash: hand it to services that deduplicate requests. */
  readonly idempotencyKey: string;
}

/** A call that a model makes of a tool, its arguments checked. */
export interface ToolCall {
  readonly toolName: string;
  /** What the tool's schema makes of the arguments. */
  readonly input: unknown;
  readonly toolCallId: string;
}

export type ToolExample = { input: JsonObject };
