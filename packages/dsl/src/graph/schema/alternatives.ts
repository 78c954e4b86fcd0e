import { exactly } from "./exactly.ts";
import { isRecord, type JsonSchema } from "./json-schema.ts";
import { countSpan, isVoid, numberSpan } from "./span.ts";

/** Keywords that this folder weighs. */
const WEIGHED = [
  ...["type", "const", "enum", "anyOf", "oneOf", "allOf"],
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  ...["minLength", "maxLength", "pattern", "format"],
  ...["items", "prefixItems", "minItems", "maxItems", "uniqueItems"],
  ...["properties", "required", "additionalProperties"],
];

/** Keywords that restrict what is accepted in ways that are not weighed here. */
const OPAQUE = [
  ...["$ref", "$dynamicRef", "not", "if", "contains", "propertyNames", "patternProperties", "minProperties"],
  ...["maxProperties", "dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems"],
];

/** Deepest look at whether a schema is empty, or two share nothing; recursive schemas have no end of their own. */
export const DEEPEST = 4;

/** Whether a schema says nothing: it accepts whatever there is. */
export function acceptsAll(schema: JsonSchema): boolean {
  return !isOpaque(schema) && !WEIGHED.some((keyword) => keyword in schema);
}

/** Whether a schema restricts in a way that is not weighed. */
export function isOpaque(schema: JsonSchema): boolean {
  return OPAQUE.some((keyword) => keyword in schema);
}

/** Whether a schema surely accepts nothing. */
export function isEmpty(schema: JsonSchema, depth = 0): boolean {
  if (schema.not !== undefined) return acceptsAll(isRecord(schema.not) ? schema.not : {}) || schema.not === true;
  if (depth > DEEPEST) return false;
  const choices = schema.anyOf ?? schema.oneOf ?? schema.enum;
  if (Array.isArray(choices) && choices.length === 0) return true;
  const union = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(union)) return union.every((choice: JsonSchema) => isEmpty(choice, depth + 1));
  switch (schema.type) {
    case "integer":
    case "number":
      return isVoid(numberSpan(schema));
    case "string":
      return isVoid(countSpan(schema, "minLength", "maxLength"));
    case "array":
      return countSpan(schema, "minItems", "maxItems").min > mostItems(schema, depth + 1);
    case "object":
      return requiredOf(schema).some((key) => isEmpty(propertyOf(schema, key), depth + 1));
    default:
      return false;
  }
}

/**
 * The schemas whose values together are a schema's values: one type or one value each, so far as that can be told.
 * A schema that has more than one way of saying so keeps its `allOf`.
 */
export function alternatives(schema: JsonSchema, depth = 0): readonly JsonSchema[] {
  if (depth > DEEPEST || schema.allOf !== undefined) return [schema];
  if ("const" in schema) return [exactly(schema.const) ?? schema];
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => exactly(value) ?? { const: value });
  for (const keyword of ["anyOf", "oneOf"] as const) {
    const { [keyword]: choices, ...base } = schema;
    if (!Array.isArray(choices)) continue;
    return acceptsAll(base)
      ? choices.flatMap((choice: JsonSchema) => alternatives(choice, depth + 1))
      : choices.map((choice: JsonSchema) => ({ allOf: [base, choice] }));
  }
  if (Array.isArray(schema.type)) return schema.type.flatMap((type) => alternatives({ ...schema, type }, depth + 1));
  if (schema.type === "boolean" && !isOpaque(schema)) return [true, false].map((value) => exactly(value) as JsonSchema);
  return [schema];
}

export function requiredOf(schema: JsonSchema): readonly string[] {
  return Array.isArray(schema.required) ? schema.required : [];
}

/** What a property must be, if it is there. */
export function propertyOf(schema: JsonSchema, key: string): JsonSchema {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
  if (Object.hasOwn(properties, key)) return properties[key] as JsonSchema;
  return (schema.additionalProperties ?? {}) as JsonSchema;
}

/** What the item at a place must be, if there is one. */
export function itemOf(schema: JsonSchema, index: number): JsonSchema {
  const first = (schema.prefixItems ?? []) as readonly JsonSchema[];
  return first[index] ?? ((schema.items ?? {}) as JsonSchema);
}

/** How many items have a place of their own. */
export function placesOf(schema: JsonSchema): number {
  return Array.isArray(schema.prefixItems) ? schema.prefixItems.length : 0;
}

/** The most items that there can be. */
export function mostItems(schema: JsonSchema, depth = 0): number {
  const said = typeof schema.maxItems === "number" ? schema.maxItems : Infinity;
  return isEmpty((schema.items ?? {}) as JsonSchema, depth) ? Math.min(said, placesOf(schema)) : said;
}
