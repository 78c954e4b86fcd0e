import { InvalidOptionError } from "@flujo/dsl";
import type { FileData, FilePart, ModelMessage, ReasoningPart, TextPart } from "../prompt/prompt-message.ts";
import type { OlderFilePart, OlderMessage } from "./language-model.ts";

/**
 * A prompt as models of v2 and v3 take it.
 *
 * @throws {@link InvalidOptionError} if it has a file that is given by a provider's reference, which they can't take.
 */
export function toOlderPrompt(prompt: readonly ModelMessage[]): OlderMessage[] {
  return prompt.map(toOlderMessage);
}

function toOlderMessage(message: ModelMessage): OlderMessage {
  switch (message.role) {
    case "system":
      return message;
    // Alike to the eye, but each role has parts of its own.
    case "user":
      return { ...message, content: message.content.map(toOlderPart) };
    case "assistant":
      return { ...message, content: message.content.map(toOlderPart) };
  }
}

function toOlderPart<Other extends TextPart | ReasoningPart>(part: Other | FilePart): Other | OlderFilePart {
  if (part.type !== "file") return part;
  return {
    ...part,
    data: toOlderData(part.data),
    mediaType: part.mediaType.includes("/") ? part.mediaType : `${part.mediaType}/*`,
  };
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
