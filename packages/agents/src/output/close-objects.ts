type JsonSchema = Readonly<Record<string, unknown>>;

const HOLD_A_SCHEMA = ["items", "additionalProperties"];
const HOLD_A_LIST = ["anyOf", "oneOf", "prefixItems"];
const HOLD_A_RECORD = ["properties", "$defs"];

/** Where one of these stands beside `properties`, it may speak of further properties of the same object. */
const SAY_MORE = ["allOf", "anyOf", "oneOf", "$ref"];

/**
 * The same JSON Schema with `additionalProperties: false` in each object schema that says nothing of them: providers want
 * it said for strict structured output, and a model has no use for properties that nobody reads.
 *
 * What is put together of parts, and what is inside `allOf`, stays open: closed, the parts would exclude each other.
 */
export function closeObjects(schema: JsonSchema): Record<string, unknown> {
  const closed: Record<string, unknown> = { ...schema };
  if (schema.type === "object" && !SAY_MORE.some((key) => key in schema)) closed.additionalProperties ??= false;
  for (const key of HOLD_A_SCHEMA) if (key in closed) closed[key] = close(closed[key]);
  for (const key of HOLD_A_LIST) if (Array.isArray(closed[key])) closed[key] = closed[key].map(close);
  for (const key of HOLD_A_RECORD) {
    const record = closed[key];
    if (isObject(record)) {
      closed[key] = Object.fromEntries(Object.entries(record).map(([name, part]) => [name, close(part)]));
    }
  }
  return closed;
}

/** A schema may also be `true` or `false`. */
function close(schema: unknown): unknown {
  return isObject(schema) ? closeObjects(schema) : schema;
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
