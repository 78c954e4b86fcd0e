import { isRecord } from "./json-fields.ts";

/** Bytes of UTF-8 to a token: about right for English; other alphabets have more bytes to a letter, and more tokens. */
const BYTES_PER_TOKEN = 4;

/** What a picture or a document is taken for: what is in it does not show. */
const TOKENS_PER_FILE = 1_000;

/**
 * How many tokens a value will be, roughly, once it is put before a model: a text, messages, definitions of tools. For
 * setting aside what a call may use, never for the bill.
 */
export function estimateTokens(value: unknown): number {
  const size = { bytes: 0, files: 0 };
  measure(value, size);
  return Math.ceil(size.bytes / BYTES_PER_TOKEN) + size.files * TOKENS_PER_FILE;
}

function measure(value: unknown, size: { bytes: number; files: number }): void {
  if (typeof value === "string") size.bytes += Buffer.byteLength(value);
  else if (typeof value === "number" || typeof value === "boolean") size.bytes += BYTES_PER_TOKEN;
  else if (Array.isArray(value)) for (const each of value) measure(each, size);
  else if (isRecord(value)) measureRecord(value, size);
}

function measureRecord(record: Readonly<Record<string, unknown>>, size: { bytes: number; files: number }): void {
  if (record["type"] === "file" || record["type"] === "image" || ArrayBuffer.isView(record)) {
    size.files += 1;
    return;
  }
  for (const [key, value] of Object.entries(record)) {
    // How a message is to be sent is not sent.
    if (value === undefined || key === "providerOptions") continue;
    size.bytes += key.length;
    measure(value, size);
  }
}
