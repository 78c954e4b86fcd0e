import { Buffer } from "node:buffer";
import { InvalidOptionError } from "@flujo/dsl";
import type {
  FileData,
  FilePart,
  ModelMessage,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolOutput,
  ToolResultPart,
} from "../prompt/prompt-message.ts";
import type { OlderFilePart, OlderMessage, OlderResultFile, OlderToolOutput } from "./language-model.ts";

type OlderVersion = "v2" | "v3";

/**
 * A prompt as models of v2 and v3 take it.
 *
 * @throws {@link InvalidOptionError} if it has a file that is given by a provider's reference, which they can't take.
 */
export function toOlderPrompt(prompt: readonly ModelMessage[], version: OlderVersion): OlderMessage[] {
  return prompt.map((message) => toOlderMessage(message, version));
}

function toOlderMessage(message: ModelMessage, version: OlderVersion): OlderMessage {
  switch (message.role) {
    case "system":
      return message;
    // Alike to the eye, but each role has parts of its own.
    case "user":
      return { ...message, content: message.content.map(toOlderFile) };
    case "assistant":
      return { ...message, content: message.content.map((part) => toOlderPart(part, version)) };
    case "tool":
      return { ...message, content: message.content.map((part) => toOlderResult(part, version)) };
  }
}

function toOlderPart(
  part: TextPart | ReasoningPart | FilePart | ToolCallPart | ToolResultPart,
  version: OlderVersion,
): TextPart | ReasoningPart | OlderFilePart | ToolCallPart | ToolResultPart<OlderToolOutput> {
  return part.type === "tool-result" ? toOlderResult(part, version) : toOlderFile(part);
}

function toOlderFile<Other extends TextPart | ReasoningPart | ToolCallPart>(
  part: Other | FilePart,
): Other | OlderFilePart {
  if (part.type !== "file") return part;
  return {
    ...part,
    data: toOlderData(part.data),
    mediaType: part.mediaType.includes("/") ? part.mediaType : `${part.mediaType}/*`,
  };
}

function toOlderResult(part: ToolResultPart, version: OlderVersion): ToolResultPart<OlderToolOutput> {
  return { ...part, output: toOlderOutput(part.output, version) };
}

/** v2 knows of no denial, and both have files in results that are tagged by what they are given by. */
function toOlderOutput(output: ToolOutput, version: OlderVersion): OlderToolOutput {
  if (output.type === "execution-denied" && version === "v2") {
    return { type: "error-text", value: output.reason ?? "The call was not allowed." };
  }
  if (output.type !== "content") return output;
  return {
    type: "content",
    value: output.value.map((part) => (part.type === "file" ? toOlderResultFile(part, version) : part)),
  };
}

function toOlderResultFile({ data, mediaType }: FilePart, version: OlderVersion): TextPart | OlderResultFile {
  const given = toOlderData(data);
  if (given instanceof URL) {
    return version === "v2" ? { type: "text", text: given.href } : { type: "file-url", url: given.href, mediaType };
  }
  const base64 = typeof given === "string" ? given : Buffer.from(given).toString("base64");
  // v2 has another word for the same.
  return { type: (version === "v2" ? "media" : "file-data") as "file-data", data: base64, mediaType };
}

function toOlderData(data: FileData): OlderFilePart["data"] {
  switch (data.type) {
    case "data":
      return data.data;
    case "url":
      return data.url;
    case "text":
      return new TextEncoder().encode(data.text);
    case "reference":
      throw new InvalidOptionError(
        "a file in the prompt",
        data,
        "given by its data or URL, as the model is of specification v2 or v3",
      );
  }
}
