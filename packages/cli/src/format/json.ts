import { FlujoError, type Usage } from "@flujo/core/protocols";
import { errorFacts } from "./error.ts";

/**
 * `value` as plain JSON for other programs to read. What JSON has not is put into the nearest thing:
 * bigint and non-finite numbers as strings, Date and URL as text, Set as an array, Map as an array of
 * pairs, bytes as base64, errors as objects; what says nothing (undefined, functions) is left out.
 */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(plain(value, new Set()) ?? null, undefined, indent);
}

function plain(value: unknown, ancestors: ReadonlySet<object>): unknown {
  switch (typeof value) {
    case "bigint":
      return String(value);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "function":
    case "symbol":
      return undefined;
    case "object":
      return value === null ? null : plainObject(value, ancestors);
    default:
      return value;
  }
}

function plainObject(value: object, ancestors: ReadonlySet<object>): unknown {
  if (ancestors.has(value)) return "[circular]";
  const within = new Set(ancestors).add(value);
  const inside = (item: unknown): unknown => plain(item, within);
  if (Array.isArray(value)) return value.map((item) => inside(item) ?? null);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof URL) return value.href;
  if (value instanceof Map) return [...value].map(([key, item]) => [inside(key) ?? null, inside(item) ?? null]);
  if (value instanceof Set) return [...value].map((item) => inside(item) ?? null);
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString("base64");
  if (ArrayBuffer.isView(value))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
  if (value instanceof Error || FlujoError.is(value)) return errorFacts(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inside(item)]));
}

/** What a person is shown of a value: text as it is, all else as indented JSON. */
export function formatValue(value: unknown): string {
  return typeof value === "string" ? value : toJson(value, 2);
}

/** Usage for programs: what is unknown is null, pico-dollars are a string of digits. */
export function usageFacts(usage: Usage): Readonly<Record<string, unknown>> {
  const { known, ...totals } = usage;
  const facts = Object.fromEntries(Object.entries(totals).map(([name, total]) => [name, total ?? null]));
  return { ...facts, known };
}
