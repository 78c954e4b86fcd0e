import { type JsonType, jsonTypeOf } from "./check-json.ts";
import {
  isSchemaObject,
  type JsonSchema,
  type SchemaDocument,
  type SchemaObject,
  schemasUnder,
} from "./json-schema.ts";

/** One of the things that a schema takes: values of one type. `any` is whatever the schema's check lets through. */
export interface Shape {
  readonly type: JsonType | "any";
  readonly schema: SchemaObject;
}

/** Most of a schema's alternatives that are told apart. */
const MOST_SHAPES = 64;

/** Keywords that say nothing about values. */
const REMARKS = ["$schema", "$id", "$defs", "definitions", "title", "description", "default", "examples", "$comment"];
REMARKS.push("format", "deprecated", "readOnly", "writeOnly", "contentEncoding", "contentMediaType", "discriminator");

/** The alternatives of schemas, each worked out once. */
export class Shapes {
  readonly document: SchemaDocument;
  readonly #known = new WeakMap<SchemaObject, readonly Shape[]>();

  constructor(document: SchemaDocument) {
    this.document = document;
  }

  of(schema: JsonSchema): readonly Shape[] {
    if (schema === true) return [{ type: "any", schema: {} }];
    if (schema === false) return [];
    let shapes = this.#known.get(schema);
    if (shapes === undefined) {
      shapes = this.#expand(schema, []).slice(0, MOST_SHAPES);
      this.#known.set(schema, shapes);
    }
    return shapes;
  }

  #expand(schema: JsonSchema, trail: readonly JsonSchema[]): readonly Shape[] {
    if (schema === true) return [{ type: "any", schema: {} }];
    if (schema === false || trail.includes(schema)) return [];
    const further = [...trail, schema];
    if (typeof schema.$ref === "string") {
      const { $ref: _, ...beside } = schema;
      return this.#both(beside, this.document.resolve(schema), schema, further);
    }
    for (const keyword of ["anyOf", "oneOf", "allOf"] as const) {
      const { [keyword]: parts, ...base } = schema;
      if (!Array.isArray(parts)) continue;
      if (keyword !== "allOf") return parts.flatMap((part) => this.#both(base, part, schema, further));
      const whole = parts.reduce<SchemaObject | undefined>(
        (merged, part) => merged && merge(merged, this.#flat(part)),
        base,
      );
      return whole === undefined ? [{ type: "any", schema }] : this.#expand(whole, further);
    }
    if ("const" in schema || Array.isArray(schema.enum)) return shapesOfChoices(schema);
    if (Array.isArray(schema.type)) return schema.type.map((type: JsonType) => ({ type, schema: { ...schema, type } }));
    return [{ type: typeIn(schema), schema }];
  }

  #both(base: SchemaObject, part: JsonSchema, whole: SchemaObject, trail: readonly JsonSchema[]): readonly Shape[] {
    if (Object.keys(base).every((keyword) => REMARKS.includes(keyword))) return this.#expand(part, trail);
    const merged = merge(base, this.#flat(part));
    return merged === undefined ? [{ type: "any", schema: whole }] : this.#expand(merged, trail);
  }

  /** A schema to be merged, without the reference that it may be. */
  #flat(schema: JsonSchema): JsonSchema {
    if (typeof schema === "boolean" || typeof schema.$ref !== "string") return schema;
    const { $ref: _, ...beside } = schema;
    const target = this.document.resolve(schema);
    return (isSchemaObject(target) ? merge(beside, target) : beside) ?? schema;
  }
}

/** A schema for what both take, or `undefined` where they speak of the same thing in ways that are not weighed here. */
function merge(a: SchemaObject, b: JsonSchema): SchemaObject | undefined {
  if (b === true) return a;
  if (b === false) return undefined;
  const merged: Record<string, unknown> = { ...a };
  // Closed parts forbid each other's keys.
  if ((a.additionalProperties === false || b.additionalProperties === false) && a.properties && b.properties)
    return undefined;
  for (const [keyword, value] of Object.entries(b)) {
    const mine = merged[keyword];
    if (mine === undefined || REMARKS.includes(keyword) || JSON.stringify(mine) === JSON.stringify(value))
      merged[keyword] = value;
    else if (keyword === "required") merged[keyword] = [...new Set([mine, value].flat())];
    else if (keyword === "properties")
      merged[keyword] = mergeProperties(schemasUnder(a, keyword), schemasUnder(b, keyword));
    else return undefined;
  }
  return merged;
}

function mergeProperties(
  a: Readonly<Record<string, JsonSchema>>,
  b: Readonly<Record<string, JsonSchema>>,
): Readonly<Record<string, JsonSchema>> {
  const both = Object.entries(b).map(([key, schema]) => [
    key,
    Object.hasOwn(a, key) ? { allOf: [a[key], schema] } : schema,
  ]);
  return { ...a, ...Object.fromEntries(both) };
}

/** Allowed values, by their type. */
function shapesOfChoices(schema: SchemaObject): readonly Shape[] {
  const { const: only, ...base } = schema;
  const choices = Array.isArray(schema.enum) ? schema.enum : [only];
  const types = new Set(choices.map(jsonTypeOf));
  return [...types].map((type) => ({
    type,
    schema: { ...base, enum: choices.filter((choice) => jsonTypeOf(choice) === type) },
  }));
}

/** What a schema that names no type is about. */
function typeIn(schema: SchemaObject): Shape["type"] {
  if (typeof schema.type === "string") return schema.type as JsonType;
  if (schema.properties !== undefined || schema.required !== undefined) return "object";
  return schema.items !== undefined || schema.prefixItems !== undefined ? "array" : "any";
}
