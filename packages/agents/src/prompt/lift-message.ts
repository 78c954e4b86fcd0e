import { Buffer } from "node:buffer";
import { InvalidOptionError } from "@flujo/dsl";
import { isRecord } from "../cost/json-fields.ts";
import { liftToolOutput } from "../tools/tool-output.ts";
import type { FileData, FilePart, ModelMessage, PromptMessage, PromptPart, ToolOutput } from "./prompt-message.ts";

/**
 * A message as a model is given it. What the AI SDK's functions take in several spellings is brought to one, since a provider's package
 * leaves out in silence what it does not know.
 *
 * @param path - of the step that asks
 * @throws {@link InvalidOptionError} if it has a file with nothing in it
 */
export function liftMessage(message: PromptMessage, path: string): ModelMessage {
  const { role, content } = message;
  if (role === "system") return message as ModelMessage;
  if (typeof content === "string") return { ...message, content: [{ type: "text", text: content }] } as ModelMessage;
  return {
    ...message,
    content: (content as readonly PromptPart[]).map((part) => liftPart(part, path)),
  } as ModelMessage;
}

function liftPart(part: PromptPart, path: string): unknown {
  switch (part.type) {
    case "image": {
      const { image, mediaType = "image", ...rest } = part;
      return liftFile({ ...rest, mediaType }, image, path);
    }
    case "file":
      return liftFile(part, part.data, path);
    case "tool-result":
      return isRecord(part.output) ? { ...part, output: liftToolOutput(part.output as unknown as ToolOutput) } : part;
    default:
      return part;
  }
}

function liftFile(part: object, given: unknown, path: string): FilePart {
  const data = fileData(given);
  if (data === undefined) {
    const expected = "a file with its content: bytes, base64, a URL, or a provider's reference";
    throw new InvalidOptionError("what prompt returned", part, expected, { path });
  }
  return { ...part, type: "file", data } as FilePart;
}

/** What is in a file, in whatever spelling; `undefined` if that is none. */
function fileData(given: unknown): FileData | undefined {
  if (given instanceof URL) return ofUrl(given);
  if (given instanceof Uint8Array) return { type: "data", data: given };
  if (given instanceof ArrayBuffer) return { type: "data", data: new Uint8Array(given) };
  if (typeof given === "string") {
    return /^(?:https?|data):/i.test(given) ? ofUrl(new URL(given)) : { type: "data", data: given };
  }
  if (!isRecord(given)) return undefined;
  if (given["type"] === "url") return ofUrl(new URL(String(given["url"])));
  return typeof given["type"] === "string"
    ? (given as unknown as FileData)
    : { type: "reference", reference: { ...given } as Record<string, string> };
}

/** A URL that holds the file itself is none that a provider could fetch. */
function ofUrl(url: URL): FileData {
  const held = /^data:([^,]*),(.*)$/s.exec(url.href);
  if (held === null) return { type: "url", url };
  const [, head = "", body = ""] = held;
  const data = head.endsWith(";base64") ? body : Buffer.from(decodeURIComponent(body)).toString("base64");
  return { type: "data", data };
}
