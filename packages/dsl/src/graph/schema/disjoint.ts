import { alternatives, DEEPEST, isEmpty, itemOf, mostItems, propertyOf, requiredOf } from "./alternatives.ts";
import { equal } from "./exactly.ts";
import type { JsonSchema } from "./json-schema.ts";
import { countSpan, isVoid, numberSpan, overlap, type Span } from "./span.ts";

/** Whether surely no value is accepted by both schemas. */
export function areDisjoint(a: JsonSchema, b: JsonSchema, depth = 0): boolean {
  if (isEmpty(a) || isEmpty(b)) return true;
  if (depth > DEEPEST || a === b) return false;
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if (!Array.isArray(one.allOf)) continue;
    const { allOf, ...base } = one;
    return [base, ...(allOf as JsonSchema[])].some((part) => areDisjoint(part, other, depth + 1));
  }
  const choices = alternatives(b);
  return alternatives(a).every((x) => choices.every((y) => plainlyDisjoint(x, y, depth)));
}

/** For schemas of one type or one value each. */
function plainlyDisjoint(a: JsonSchema, b: JsonSchema, depth: number): boolean {
  if (a.allOf !== undefined || b.allOf !== undefined) return areDisjoint(a, b, depth + 1);
  if ("const" in a && "const" in b) return !equal(a.const, b.const);
  if (a.anyOf ?? a.oneOf ?? b.anyOf ?? b.oneOf) return false;
  if (a.type === undefined || b.type === undefined) return false;
  const type = a.type === "integer" ? "number" : a.type;
  if (type !== (b.type === "integer" ? "number" : b.type)) return true;
  const apart = (x: Span, y: Span): boolean => isVoid(overlap(x, y));
  switch (type) {
    case "number":
      return apart(numberSpan(a), numberSpan(b));
    case "string":
      return apart(countSpan(a, "minLength", "maxLength"), countSpan(b, "minLength", "maxLength"));
    case "array": {
      const [least, most] = [Math.max(count(a), count(b)), Math.min(mostItems(a), mostItems(b))];
      if (least > most) return true;
      const places = Array.from({ length: Math.min(least, DEEPEST) }, (_, index) => index);
      return places.some((index) => areDisjoint(itemOf(a, index), itemOf(b, index), depth + 1));
    }
    case "object": {
      const keys = new Set([...requiredOf(a), ...requiredOf(b)]);
      return [...keys].some((key) => areDisjoint(propertyOf(a, key), propertyOf(b, key), depth + 1));
    }
    default:
      return false;
  }
}

function count(schema: JsonSchema): number {
  return countSpan(schema, "minItems", "maxItems").min;
}
