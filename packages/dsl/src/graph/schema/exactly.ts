import { isRecord, type JsonSchema, NEVER } from "./json-schema.ts";

/** The schema of one value and no other, or `undefined` for a value that JSON can't write. */
export function exactly(value: unknown): JsonSchema | undefined {
  if (value === null) return { type: "null", const: null };
  switch (typeof value) {
    case "boolean":
      return { type: "boolean", const: value };
    case "number":
      if (!Number.isFinite(value)) return undefined;
      return { type: Number.isInteger(value) ? "integer" : "number", const: value, minimum: value, maximum: value };
    case "string":
      // JSON Schema counts code points, some libraries UTF-16 units: where they differ either may be meant.
      return { type: "string", const: value, minLength: [...value].length, maxLength: value.length };
    case "object":
      return Array.isArray(value) ? exactList(value) : exactObject(value as object);
    default:
      return undefined;
  }
}

function exactList(list: readonly unknown[]): JsonSchema | undefined {
  const items = list.map(exactly);
  if (items.includes(undefined)) return undefined;
  return { type: "array", const: list, prefixItems: items, items: NEVER, minItems: list.length, maxItems: list.length };
}

function exactObject(object: object): JsonSchema | undefined {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  const properties = Object.fromEntries(Object.entries(object).map(([key, value]) => [key, exactly(value)]));
  if (Object.values(properties).includes(undefined)) return undefined;
  return { type: "object", const: object, properties, required: Object.keys(object), additionalProperties: NEVER };
}

/** Whether two JSON values are the same. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
}
