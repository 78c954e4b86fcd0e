import { canonicalJson } from "../graph/canonical-json.ts";
import { type StandardSchema, toJsonSchema } from "./standard-schema.ts";

/** Keywords whose lists are sets: their order says nothing. */
const SETS = new Set(["required", "enum", "type"]);

/** Keywords that hold values, not schemas: in those every order says something. */
const VALUES = new Set(["const", "default", "examples"]);

/**
 * A schema as JSON Schema, with sets in one order, so that two that mean the same are described alike;
 * where its library offers none, who made it.
 */
export function describeSchema(schema: StandardSchema, side: "input" | "output"): Readonly<Record<string, unknown>> {
  const jsonSchema = toJsonSchema(schema, side);
  return jsonSchema === undefined ? { vendor: schema["~standard"].vendor } : sortSets(jsonSchema);
}

function sortSets(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (Array.isArray(value) && SETS.has(key)) return [key, sorted(value)];
      return [key, VALUES.has(key) ? value : sortWithin(value)];
    }),
  );
}

function sortWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortWithin);
  return typeof value === "object" && value !== null ? sortSets(value as Readonly<Record<string, unknown>>) : value;
}

function sorted(values: readonly unknown[]): readonly unknown[] {
  const texts = new Map(values.map((value) => [value, canonicalJson(value)]));
  const text = (value: unknown): string => texts.get(value) as string;
  return values.toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
}
