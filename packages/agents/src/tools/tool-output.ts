import type { FlujoError } from "@flujo/dsl";
import type { FilePart, PlainJson, TextPart, ToolOutput } from "../prompt/prompt-message.ts";

/** What a model is told that a tool gave: a string as text, all else as JSON. */
export function toToolOutput(value: unknown): ToolOutput {
  return typeof value === "string" ? { type: "text", value } : { type: "json", value: plainJson(value) };
}

/** What a model is told of a call that came to nothing. */
export function toToolError(error: FlujoError): ToolOutput {
  return { type: "error-text", value: error.message };
}

/** `undefined` is what JSON has no word for. */
function plainJson(value: unknown): PlainJson {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? null : (JSON.parse(text) as PlainJson);
}

/** What a tool's own `toModelOutput` gave, with the several names that the AI SDK has had for files brought to one. */
export function liftToolOutput(output: ToolOutput): ToolOutput {
  return output.type === "content" ? { ...output, value: output.value.map(liftPart) } : output;
}

type OtherPart = {
  readonly type: string;
  readonly data?: string;
  readonly url?: string;
  readonly mediaType?: string;
  readonly filename?: string;
};

function liftPart(part: TextPart | FilePart): TextPart | FilePart {
  const { type, data, url, mediaType, filename } = part as OtherPart;
  const named = filename === undefined ? {} : { filename };
  if ((type === "media" || type === "image-data" || type === "file-data") && typeof data === "string") {
    const kind = mediaType ?? (type === "image-data" ? "image" : "application/octet-stream");
    return { type: "file", data: { type: "data", data }, mediaType: kind, ...named };
  }
  if ((type === "image-url" || type === "file-url") && typeof url === "string") {
    const kind = mediaType ?? (type === "image-url" ? "image" : "application/octet-stream");
    return { type: "file", data: { type: "url", url: new URL(url) }, mediaType: kind, ...named };
  }
  return part;
}
