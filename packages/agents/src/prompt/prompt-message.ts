import type { ProviderOptions } from "../model/json-value.ts";

/**
 * A message of a prompt: in the shape of the AI SDK's provider interface, or in that of its functions, which is what
 * `convertToModelMessages` gives. A user's or assistant's content may be a plain string.
 */
export type PromptMessage =
  | ModelMessage
  | {
      readonly role: "user" | "assistant";
      readonly content: string | readonly PromptPart[];
      readonly providerOptions?: ProviderOptions | undefined;
    }
  | {
      readonly role: "tool";
      readonly content: readonly PromptPart[];
      readonly providerOptions?: ProviderOptions | undefined;
    };

/** A part of a message as the AI SDK's functions take it: files in several spellings among them. */
export type PromptPart =
  | TextPart
  | ReasoningPart
  | ToolCallPart
  | ToolResultPart<unknown>
  | PromptImage
  | PromptFile
  | { readonly type: "reasoning-file" | "custom" | "tool-approval-request" | "tool-approval-response" };

/** A picture: bytes, base64, a URL, or a provider's reference. */
export interface PromptImage {
  readonly type: "image";
  readonly image: unknown;
  readonly mediaType?: string | undefined;
}

/** A file: likewise, or tagged as {@link FileData} is. */
export interface PromptFile {
  readonly type: "file";
  readonly data: unknown;
  readonly mediaType: string;
  readonly filename?: string | undefined;
}

/** A message as a model is given it. */
export type ModelMessage<File = FilePart, Output = ToolOutput> = ForProvider &
  (
    | { role: "system"; content: string }
    | { role: "user"; content: (TextPart | File)[] }
    | { role: "assistant"; content: (TextPart | File | ReasoningPart | ToolCallPart | ToolResultPart<Output>)[] }
    | { role: "tool"; content: ToolResultPart<Output>[] }
  );

export interface TextPart extends ForProvider {
  type: "text";
  text: string;
}

/** What a model thought before it answered, given back to it. */
export interface ReasoningPart extends ForProvider {
  type: "reasoning";
  text: string;
}

/** A picture, recording or document. */
export interface FilePart extends ForProvider {
  type: "file";
  data: FileData;
  /** `image/png`, or only `image` where the rest is not known. */
  mediaType: string;
  filename?: string;
}

/** A tool that the model called. */
export interface ToolCallPart extends ForProvider {
  type: "tool-call";
  toolCallId: string;
  toolName: string;
  /** The arguments. */
  input: unknown;
  /** Whether the provider ran it. */
  providerExecuted?: boolean;
}

/** What a tool gave. */
export interface ToolResultPart<Output = ToolOutput> extends ForProvider {
  type: "tool-result";
  toolCallId: string;
  toolName: string;
  output: Output;
}

/** What a model is told that a tool gave. */
export type ToolOutput =
  | ({ type: "text"; value: string } & ForProvider)
  | ({ type: "json"; value: PlainJson } & ForProvider)
  | ({ type: "execution-denied"; reason?: string } & ForProvider)
  | ({ type: "error-text"; value: string } & ForProvider)
  | ({ type: "error-json"; value: PlainJson } & ForProvider)
  | { type: "content"; value: (TextPart | FilePart)[] };

/** JSON, as the AI SDK's provider interface has it. */
export type PlainJson = null | string | number | boolean | { [key: string]: PlainJson | undefined } | PlainJson[];

/** Where a file's content is. A string of `data` is base64; `reference` holds a provider's ids of an uploaded file. */
export type FileData =
  | { type: "data"; data: Uint8Array | string }
  | { type: "url"; url: URL }
  | { type: "text"; text: string }
  | { type: "reference"; reference: Record<string, string> & { type?: never } };

/** What any message or part may carry for one provider, such as a cache mark. */
interface ForProvider {
  providerOptions?: ProviderOptions;
}
