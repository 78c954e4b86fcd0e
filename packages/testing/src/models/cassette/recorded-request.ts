import { createHash } from "node:crypto";
import { canonicalJson } from "../script/canonical-json.ts";
import { stripSecrets, stripUrl } from "./strip-secrets.ts";

/** A request as the file has it. Its headers are left out: they bear secrets and versions, and change nothing about an answer. */
export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  /** JSON as a value, other text as it is; parts of a form; bytes by their hash. Absent where there is none. */
  readonly body?: unknown;
}

export async function recordedRequest(
  request: Request,
  secrets: readonly (string | RegExp)[],
): Promise<RecordedRequest> {
  const body = await bodyOf(request);
  const stripped = body === undefined ? {} : { body: stripValue(body, secrets) };
  return { method: request.method, url: stripUrl(request.url, secrets), ...stripped };
}

/** Equal for requests that are the same. */
export function requestKey(request: RecordedRequest): string {
  return canonicalJson(request);
}

async function bodyOf(request: Request): Promise<unknown> {
  if (/^multipart\/form-data/i.test(request.headers.get("content-type") ?? "")) return formOf(await request.formData());
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length === 0) return undefined;
  const text = textOf(bytes);
  if (text === undefined) return hashOf(bytes);
  try {
    return JSON.parse(text);
  } catch {
    // Text of another kind.
    return text;
  }
}

/** Its parts, without the line between them, which is another one each time. */
async function formOf(form: FormData): Promise<unknown> {
  const parts = [...form].map(async ([name, value]) => {
    if (typeof value === "string") return { name, value };
    return { name, file: value.name, type: value.type, value: hashOf(new Uint8Array(await value.arrayBuffer())) };
  });
  return Promise.all(parts);
}

/** `undefined` where the bytes are no text. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function hashOf(bytes: Uint8Array): string {
  return `[${bytes.length} bytes, sha256 ${createHash("sha256").update(bytes).digest("hex")}]`;
}

/** The value with keys in order, without secrets, and with the hash of each file that stands in it as base64. */
function stripValue(value: unknown, secrets: readonly (string | RegExp)[]): unknown {
  if (typeof value === "string") return stripSecrets(hashed(value), secrets);
  if (Array.isArray(value)) return value.map((item) => stripValue(item, secrets));
  if (typeof value !== "object" || value === null) return value;
  const sorted = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, item]) => [key, stripValue(item, secrets)]));
}

/** Base64 of less is readable enough in a file, and might be a word. */
const SHORTEST_BASE64 = 256;

function hashed(text: string): string {
  const [, head = "", data = ""] = /^(data:[^,]*;base64,)?([A-Za-z0-9+/_-]*={0,2})$/.exec(text) ?? [];
  if (head === "" && (data.length < SHORTEST_BASE64 || data.length % 4 !== 0)) return text;
  return head + hashOf(Buffer.from(data, "base64"));
}
