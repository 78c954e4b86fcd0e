import { canonicalJson } from "../schema/canonical-json.ts";
import type { RepairIssue } from "../schema/check-json.ts";
import { jsonTypeOf } from "../schema/check-json.ts";
import {
  isSchema,
  isSchemaObject,
  itemSchema,
  type JsonSchema,
  type SchemaObject,
  schemasUnder,
} from "../schema/json-schema.ts";
import { type Pointer, pointerTo } from "../schema/pointer.ts";
import type { Shape, Shapes } from "../schema/shapes.ts";
import type { OriginalText } from "./original-text.ts";

/** Most that are told. */
const MOST_ISSUES = 20;

/**
 * What of `value` comes neither from the text nor from the schema. Texts, numbers and free keys must stand in the text;
 * true, false, null, and what is empty, need a word or an empty pair for them there; what the schema lists, it vouches for.
 */
export function findInvented(value: unknown, original: OriginalText, shapes: Shapes | undefined): RepairIssue[] {
  const issues: RepairIssue[] = [];
  const check = (part: unknown, schema: JsonSchema, place: Pointer): void => {
    if (issues.length >= MOST_ISSUES) return;
    const known = shapes === undefined ? [] : shapes.of(schema).filter((shape) => mayBe(shape, part));
    if (known.some(({ schema: { enum: members } }) => lists(members, part))) return;
    if (!isIn(original, part)) issues.push({ path: pointerTo(place), message: "this is not in the text" });
    if (Array.isArray(part)) {
      for (const [index, item] of part.entries())
        check(
          item,
          unionOf(known, ({ schema: own }) => itemSchema(own, index)),
          { parent: place, key: index },
        );
      return;
    }
    if (!isSchemaObject(part)) return;
    for (const [key, item] of Object.entries(part)) {
      const below = { parent: place, key };
      if (!known.some((shape) => names(shape.schema, key)) && !original.hasText(key))
        issues.push({ path: pointerTo(below), message: "this key is neither in the text nor in the schema" });
      check(
        item,
        unionOf(known, ({ schema: own }) => memberSchema(own, key)),
        below,
      );
    }
  };
  check(value, shapes?.document.root ?? true, undefined);
  return issues;
}

/** Arrays and objects are made of what is in them; a scalar, or one that is empty, has to stand there itself. */
function isIn(original: OriginalText, part: unknown): boolean {
  switch (typeof part) {
    case "string":
      if (part.trim() === "") return original.hasWordFor("text");
      return original.hasText(part) || (/^-?[1-9]\d*$/.test(part) && original.hasNumber(Number(part)));
    case "number":
      return original.hasNumber(part);
    case "boolean":
      return original.hasWordFor(part ? "true" : "false");
    default:
      if (part === null) return original.hasWordFor("null");
      if (Array.isArray(part)) return part.length > 0 || original.hasWordFor("array");
      return Object.keys(part as object).length > 0 || original.hasWordFor("object");
  }
}

function mayBe({ type }: Shape, part: unknown): boolean {
  const own = jsonTypeOf(part);
  return type === "any" || type === own || (type === "number" && own === "integer");
}

function lists(members: unknown, part: unknown): boolean {
  return Array.isArray(members) && members.some((member) => canonicalJson(member) === canonicalJson(part));
}

function names(schema: SchemaObject, key: string): boolean {
  return Object.hasOwn(schemasUnder(schema, "properties"), key);
}

function memberSchema(schema: SchemaObject, key: string): JsonSchema {
  const properties = schemasUnder(schema, "properties");
  if (Object.hasOwn(properties, key)) return properties[key] as JsonSchema;
  return isSchema(schema.additionalProperties) ? schema.additionalProperties : true;
}

/** What any of the shapes has to say of a part. */
function unionOf(shapes: readonly Shape[], partOf: (shape: Shape) => JsonSchema): JsonSchema {
  const [first, ...more] = [...new Set(shapes.map(partOf))];
  if (first === undefined) return true;
  return more.length === 0 ? first : { anyOf: [first, ...more] };
}
