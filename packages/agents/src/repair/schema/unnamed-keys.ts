import { jsonTypeOf } from "./check-json.ts";
import {
  isSchema,
  isSchemaObject,
  itemSchema,
  type JsonSchema,
  type SchemaObject,
  schemasUnder,
} from "./json-schema.ts";
import type { Shape, Shapes } from "./shapes.ts";

/** Whether there are keys in `value` that `schema` does not name, though it lets them be: somebody may have misspelt them. */
export function hasUnnamedKeys(value: unknown, schema: JsonSchema, shapes: Shapes): boolean {
  if (typeof value !== "object" || value === null) return false;
  const type = jsonTypeOf(value);
  const possible = shapes.of(schema).filter((shape) => shape.type === type || shape.type === "any");
  return possible.length > 0 && possible.every((shape) => hasUnnamedIn(value, shape, shapes));
}

function hasUnnamedIn(value: object, { type, schema }: Shape, shapes: Shapes): boolean {
  if (type === "any") return false;
  if (Array.isArray(value)) return value.some((item, index) => hasUnnamedKeys(item, itemSchema(schema, index), shapes));
  const entries = Object.entries(value);
  const isOpen = schema.additionalProperties === undefined;
  if (isOpen && entries.some(([key]) => !isNamed(key, schema, shapes))) return true;
  const properties = schemasUnder(schema, "properties");
  const rest = isSchema(schema.additionalProperties) ? schema.additionalProperties : true;
  return entries.some(([key, item]) =>
    hasUnnamedKeys(item, Object.hasOwn(properties, key) ? (properties[key] ?? true) : rest, shapes),
  );
}

/** A schema that names no property at all takes objects as they come. */
function isNamed(key: string, schema: SchemaObject, { document }: Shapes): boolean {
  if (!isSchemaObject(schema.properties)) return true;
  if (Object.hasOwn(schema.properties, key)) return true;
  return Object.keys(schemasUnder(schema, "patternProperties")).some((pattern) => document.pattern(pattern).test(key));
}
