import { createHash } from "node:crypto";

/** JSON with the keys of its objects in order, so that equal values have equal texts. Bytes are named by their hash. */
export function canonicalJson(value: unknown, indent?: number): string {
  return JSON.stringify(sorted(value), null, indent) ?? "null";
}

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== "object") return typeof value === "bigint" ? `${value}n` : value;
  if (value instanceof Uint8Array)
    return { bytes: value.byteLength, sha256: createHash("sha256").update(value).digest("hex") };
  if (Array.isArray(value)) return value.map(sorted);
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === "function") return sorted(toJSON.call(value));
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, sorted((value as Record<string, unknown>)[key])]));
}
