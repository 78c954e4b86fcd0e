import { TAG } from "./tagged-json-serializer.ts";

/** What of a JSON Schema decides how a value is written, where compiled code writes it faster. */
export type CompiledShape = { readonly type: "boolean" | "integer" | "null" | "number" | "string" } | ObjectShape;

interface ObjectShape {
  readonly type: "object";
  readonly properties: readonly PropertyShape[];
}

interface PropertyShape {
  readonly key: string;
  readonly required: boolean;
  readonly shape: CompiledShape;
}

type JsonSchema = Readonly<Record<string, unknown>>;

/** Objects of more properties, those of nested objects included, gain next to nothing. */
const MAX_PROPERTIES = 16;

/** Longer strings are written faster by `JSON.stringify`. */
const MAX_STRING_LENGTH = 40;

/**
 * The shape of an object whose values `pnpm bench serializer` shows to be written faster by compiled code: few
 * properties, and in them numbers, booleans, strings that the schema keeps short, or such objects again. Undefined
 * for every other schema.
 */
export function compiledShape(schema: JsonSchema): ObjectShape | undefined {
  const shape = objectShape(schema);
  return shape !== undefined && countProperties(shape) <= MAX_PROPERTIES ? shape : undefined;
}

/** Whether `JSON.stringify` writes `value` just as code does that was compiled from `shape` and looks at nothing. */
export function fitOf(shape: CompiledShape): (value: unknown) => boolean {
  switch (shape.type) {
    case "object":
      return fitOfObject(shape);
    case "number":
      return (value) => Number.isFinite(value) && !Object.is(value, -0);
    case "integer":
      return (value) => Number.isInteger(value) && !Object.is(value, -0);
    case "null":
      return (value) => value === null;
    default:
      return (value) => typeof value === shape.type;
  }
}

/** A schema that says as much as the shape. What else the user's says (defaults, constants, formats) must change no value. */
export function schemaOf(shape: CompiledShape): JsonSchema {
  if (shape.type !== "object") return { type: shape.type };
  const { properties } = shape;
  return {
    type: "object",
    properties: Object.fromEntries(properties.map((property) => [property.key, schemaOf(property.shape)])),
    // Required properties would be written first: where some are not, none is, which keeps the order.
    required: properties.every(({ required }) => required) ? properties.map(({ key }) => key) : [],
  };
}

function shapeOf(schema: unknown): CompiledShape | undefined {
  if (!isSchema(schema)) return undefined;
  switch (schema["type"]) {
    case "boolean":
    case "integer":
    case "null":
    case "number":
      return { type: schema["type"] };
    case "string":
      return isShort(schema) ? { type: "string" } : undefined;
    case "object":
      return objectShape(schema);
    default:
      return undefined;
  }
}

function objectShape({ type, properties, required }: JsonSchema): ObjectShape | undefined {
  if (type !== "object" || !isSchema(properties)) return undefined;
  const shapes: PropertyShape[] = [];
  for (const [key, part] of Object.entries(properties)) {
    const shape = shapeOf(part);
    if (shape === undefined || key === "__proto__" || key === TAG) return undefined;
    shapes.push({ key, required: Array.isArray(required) && required.includes(key), shape });
  }
  return shapes.length === 0 ? undefined : { type: "object", properties: shapes };
}

/** Whether all strings of a schema are short, as far as it says. */
function isShort({ maxLength, enum: values, const: constant }: JsonSchema): boolean {
  const only = Array.isArray(values) ? values : [constant];
  return (
    Number(maxLength) <= MAX_STRING_LENGTH ||
    only.every((value) => typeof value === "string" && value.length <= MAX_STRING_LENGTH)
  );
}

function countProperties({ properties }: ObjectShape): number {
  return properties.reduce((sum, { shape }) => sum + (shape.type === "object" ? countProperties(shape) : 1), 0);
}

function fitOfObject({ properties }: ObjectShape): (value: unknown) => boolean {
  const keys = properties.map(({ key }) => key);
  const required = properties.map((property) => property.required);
  const fits = properties.map(({ shape }) => fitOf(shape));
  /** Where `key` stands, if all from `from` to there may be missing and are; -1 if not. */
  const find = (value: object, key: string | undefined, from: number): number => {
    let at = from;
    for (; at < keys.length && keys[at] !== key; at++) {
      // Compiled code would also find one that is inherited, or not enumerable.
      if (required[at] || (keys[at] as string) in value) return -1;
    }
    return at;
  };
  return (value) => {
    if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
    if (TAG in value || Object.getOwnPropertySymbols(value).length > 0) return false;
    let next = 0;
    for (const key in value) {
      const at = keys[next] === key ? next : find(value, key, next);
      if (!(fits[at]?.((value as Record<string, unknown>)[key]) ?? false)) return false;
      next = at + 1;
    }
    return find(value, undefined, next) === keys.length;
  };
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
