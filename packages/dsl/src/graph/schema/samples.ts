import { alternatives, isEmpty, itemOf, propertyOf, requiredOf } from "./alternatives.ts";
import type { JsonSchema } from "./json-schema.ts";
import { countSpan, numberSpan } from "./span.ts";

/** Most values made of one schema. */
const MOST = 24;

/** Deepest level at which what need not be there is. */
const DEEPEST = 4;

/**
 * A few values of a schema, with each of its alternatives in one of them. Patterns and formats are not minded. Text is
 * `0`, which whatever turns text into something else can read.
 */
export function samples(schema: JsonSchema, depth = 0): readonly unknown[] {
  return alternatives(schema)
    .filter((choice) => !isEmpty(choice))
    .flatMap((choice) => samplesOf(choice, depth))
    .slice(0, MOST);
}

function samplesOf(schema: JsonSchema, depth: number): readonly unknown[] {
  if ("const" in schema) return [schema.const];
  switch (schema.type) {
    case "null":
      return [null];
    case "boolean":
      return [true];
    case "integer":
    case "number": {
      const { min, max, minOpen, maxOpen } = numberSpan(schema);
      if (Number.isFinite(min) && Number.isFinite(max) && (minOpen || maxOpen)) return [(min + max) / 2];
      return [Number.isFinite(min) ? min + (minOpen ? 1 : 0) : Number.isFinite(max) ? max - (maxOpen ? 1 : 0) : 0];
    }
    case "array": {
      const { min, max } = countSpan(schema, "minItems", "maxItems");
      const length = depth < DEEPEST ? Math.min(Math.max(min, 1), max, MOST) : min;
      return variants(Array.from({ length }, (_, index) => [index, samples(itemOf(schema, index), depth + 1)])).map(
        (items) => Object.values(items),
      );
    }
    case "object": {
      const keys = [...Object.keys((schema.properties ?? {}) as object), "other"];
      const required = requiredOf(schema);
      const present = keys.filter(
        (key) => required.includes(key) || (depth < DEEPEST && !isEmpty(propertyOf(schema, key))),
      );
      const of = (names: readonly string[]) =>
        variants(names.map((key) => [key, samples(propertyOf(schema, key), depth + 1)]));
      return [...of(required), ...of(present)];
    }
    default: {
      const { min, max } = countSpan(schema, "minLength", "maxLength");
      return ["0".repeat(Math.min(Math.max(min, 1), max, 10_000))];
    }
  }
}

/** Objects in which each value of each property is met once; the other properties have their first. */
function variants(parts: readonly (readonly [PropertyKey, readonly unknown[]])[]): readonly object[] {
  const first = Object.fromEntries(parts.map(([key, values]) => [key, values[0]]));
  return [first, ...parts.flatMap(([key, values]) => values.slice(1).map((value) => ({ ...first, [key]: value })))];
}
