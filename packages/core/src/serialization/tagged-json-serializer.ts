import { FlujoError } from "@flujo/dsl";
import { RecordedError, toStoredError } from "../errors/recorded-error.ts";
import { SerializationError } from "../protocols/errors/serialization-error.ts";
import type { StoredError } from "../protocols/run-record.ts";
import type { Serializer } from "../protocols/serializer.ts";

/** Marks an object that stands for a value which JSON has not. */
export const TAG = "$flujo";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const TYPED_ARRAYS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const;

const ERRORS = { Error, TypeError, RangeError, SyntaxError, ReferenceError, URIError, EvalError } as const;

/**
 * JSON, with objects such as `{ "$flujo": "Date", "value": "…" }` for what JSON has not. A value that
 * is JSON already is written as `JSON.stringify` writes it.
 *
 * Carries: undefined, NaN, ±Infinity, −0, bigint, Date, Map, Set, typed arrays, ArrayBuffer, Buffer, URL, Error (with its
 * cause and own properties) and Flujo's errors. Refuses: functions, symbols, other classes' instances,
 * cycles, holes in arrays, properties of arrays and of built-in objects. One object met twice comes back as two equal ones.
 */
export class TaggedJsonSerializer implements Serializer {
  stringify(value: unknown): string {
    const path: PathPart[] = [];
    try {
      return JSON.stringify(isJson(value) ? value : encode(value, { path, ancestors: new Set() }));
    } catch (error) {
      if (error instanceof SerializationError) throw error;
      if (error instanceof RangeError)
        throw new SerializationError("value", "it is too deep or too long", { cause: error });
      // A getter or a proxy threw, or an object has the prototype of a built-in class and is none.
      throw new SerializationError(written(path), "it can't be read", { cause: error });
    }
  }

  parse(text: string): unknown {
    try {
      const json: unknown = JSON.parse(text);
      return text.includes(`"${TAG}"`) ? decode(json) : json;
    } catch (cause) {
      throw new SerializationError("text", "it was not written by this serializer", { cause });
    }
  }
}

/** What is nested deeper may be a cycle, which only {@link encode} finds. */
const MAX_JSON_DEPTH = 100;

/**
 * Whether `JSON.stringify` writes all of `value` as it is. Most values are such, and this look at them keeps no
 * path and makes no objects, which is what {@link encode} spends its time on.
 */
function isJson(value: unknown): boolean {
  try {
    return isJsonAt(value, 0);
  } catch {
    // A getter or a proxy threw: encode meets it too, and knows where.
    return false;
  }
}

function isJsonAt(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
    case "object":
      return value === null || (depth < MAX_JSON_DEPTH && isJsonObject(value, depth));
    default:
      return false;
  }
}

function isJsonObject(value: object, depth: number): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Array.prototype) {
    const items = value as readonly unknown[];
    if (Object.keys(items).length !== items.length) return false;
    for (let index = 0; index < items.length; index++) {
      if (!isJsonAt(items[index], depth + 1)) return false;
    }
    return true;
  }
  if (prototype !== Object.prototype || TAG in value || Object.getOwnPropertySymbols(value).length > 0) return false;
  // Inherited keys come too, if somebody gave Object.prototype any: at worst that is a longer way to the same text.
  for (const key in value) {
    if (!isJsonAt((value as Record<string, unknown>)[key], depth + 1)) return false;
  }
  return true;
}

/** The key of a property, the index of an item, or a place of a Map or Set, as it is written. */
type PathPart = string | number | { readonly place: string };

/** Where {@link encode} is. */
interface Walk {
  readonly path: PathPart[];
  readonly ancestors: Set<object>;
  /** In a field of an error: errors that are there have no fields of their own, or a chain of them would be without end. */
  readonly bare?: true;
}

function written(path: readonly PathPart[]): string {
  return `value${path.map(writtenPart).join("")}`;
}

function writtenPart(part: PathPart): string {
  if (typeof part === "object") return part.place;
  return typeof part === "number" ? `[${part}]` : `.${part}`;
}

/** `value` as JSON; the same object where nothing in it needs a tag. */
function encode(value: unknown, walk: Walk): Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : tagged("number", Object.is(value, -0) ? "-0" : String(value));
    case "undefined":
      return tagged("undefined", null);
    case "bigint":
      return tagged("bigint", value.toString());
    case "object":
      return value === null ? null : encodeObject(value, walk);
    default:
      throw refusal(walk, `it is a ${typeof value}`);
  }
}

function encodeObject(value: object, walk: Walk): Json {
  if (walk.ancestors.has(value)) throw refusal(walk, "it contains itself");
  walk.ancestors.add(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  const encoded =
    prototype === Array.prototype
      ? encodeArray(value as readonly unknown[], walk)
      : prototype === Object.prototype || prototype === null
        ? encodeRecord(value, prototype, walk)
        : encodeBuiltIn(value, prototype, walk);
  walk.ancestors.delete(value);
  return encoded;
}

/** What is at `part` of the value that the walk is at. */
function encodePart(part: PathPart, value: unknown, walk: Walk): Json {
  walk.path.push(part);
  const encoded = encode(value, walk);
  walk.path.pop();
  return encoded;
}

function encodeArray(value: readonly unknown[], walk: Walk): Json {
  let copy: Json[] | undefined;
  for (let index = 0; index < value.length; index++) {
    const item = value[index];
    if (item === undefined && !(index in value)) throw refusal(walk, "it is a hole in an array", index);
    const encoded = encodePart(index, item, walk);
    if (encoded === item && copy === undefined) continue;
    copy ??= value.slice(0, index) as Json[];
    copy.push(encoded);
  }
  refuseProperty(Object.keys(value)[value.length], walk);
  return copy ?? (value as readonly Json[]);
}

function encodeRecord(value: object, prototype: unknown, walk: Walk): Json {
  if (Object.getOwnPropertySymbols(value).length > 0) throw refusal(walk, "it has a property named by a symbol");
  let changed = false;
  const encoded = Object.keys(value).map((key): [string, Json] => {
    walk.path.push(key);
    const item = (value as Readonly<Record<string, unknown>>)[key];
    const json = encode(item, walk);
    walk.path.pop();
    if (json !== item) changed = true;
    return [key, json];
  });
  if (prototype === null) return tagged("null-prototype", encoded);
  if (TAG in value) return tagged("object", encoded);
  // A property named toJSON can't be a function here, so JSON.stringify will take the object as it is.
  return changed ? Object.fromEntries(encoded) : (value as { readonly [key: string]: Json });
}

function encodeBuiltIn(value: object, prototype: unknown, walk: Walk): Json {
  if (ArrayBuffer.isView(value)) {
    const name = Buffer.isBuffer(value) ? "Buffer" : (value.constructor as { name: string }).name;
    if (name === "Buffer" || Object.hasOwn(TYPED_ARRAYS, name)) {
      return tagged(name, Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64"));
    }
  }
  if (FlujoError.is(value)) return encodeFlujoError(value, walk);
  if (value instanceof Error) return encodeError(value, walk);
  const encoded = encodeCollection(value, prototype, walk);
  if (encoded === undefined) {
    const className = value.constructor?.name ?? "a class";
    const plain = Array.isArray(value) ? "array" : "object";
    throw refusal(walk, `it is an instance of ${className}; give a plain ${plain} instead`);
  }
  // Maps and Sets of a context are frozen by methods of their own, which stand before those that they inherit.
  const isExtra = (key: string): boolean => !(key in (prototype as object));
  refuseProperty(Object.keys(value).find(isExtra), walk);
  return encoded;
}

function encodeCollection(value: object, prototype: unknown, walk: Walk): Json | undefined {
  switch (prototype) {
    case Date.prototype:
      return tagged("Date", (value as Date).getTime());
    case Map.prototype:
      return tagged(
        "Map",
        [...(value as Map<unknown, unknown>)].map(([key, item], index) => [
          encodePart({ place: `.keys[${index}]` }, key, walk),
          encodePart({ place: `.values[${index}]` }, item, walk),
        ]),
      );
    case Set.prototype:
      return tagged(
        "Set",
        [...(value as Set<unknown>)].map((item, index) => encodePart({ place: `.values[${index}]` }, item, walk)),
      );
    case URL.prototype:
      return tagged("URL", (value as URL).href);
    case ArrayBuffer.prototype:
      return tagged("ArrayBuffer", Buffer.from(value as ArrayBuffer).toString("base64"));
    default:
      return undefined;
  }
}

function encodeFlujoError(error: FlujoError, { ancestors, bare }: Walk): Json {
  // What is left out has been gone into: so each look is at ancestors of its own.
  const inside = (value: unknown): Json => encode(value, { path: [], ancestors: new Set(ancestors), bare: true });
  const stored = toStoredError(error, (field) => {
    if (bare) throw new TypeError("an error in a field of an error has no fields");
    return JSON.stringify(inside(field));
  });
  return tagged("FlujoError", inside(stored));
}

function encodeError(error: Error, walk: Walk): Json {
  const { name, message, stack, cause, ...own } = {
    ...error,
    name: error.name,
    message: error.message,
    stack: error.stack,
    cause: error.cause,
  };
  return tagged("Error", {
    name,
    message,
    ...(stack === undefined ? {} : { stack }),
    ...("cause" in error ? { cause: encodePart("cause", cause, walk) } : {}),
    ...(error instanceof AggregateError ? { errors: encodePart("errors", error.errors, walk) } : {}),
    own: encode(own, walk),
  });
}

/** JSON has no place for a property that an array or a built-in object has beside what it is made of. */
function refuseProperty(property: string | undefined, walk: Walk): void {
  if (property !== undefined) throw refusal(walk, "it is a property of an array or of a built-in object", property);
}

function refusal({ path }: Walk, why: string, ...parts: readonly PathPart[]): SerializationError {
  return new SerializationError(written([...path, ...parts]), why);
}

function tagged(type: string, value: Json): Json {
  return { [TAG]: type, value };
}

/** Turns tagged objects into what they stand for, in place: `value` is fresh from `JSON.parse`. */
function decode(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) value[index] = decode(value[index]);
    return value;
  }
  const record = value as Record<string, unknown>;
  if (typeof record[TAG] === "string") return revive(record[TAG], record["value"]);
  for (const key of Object.keys(record)) {
    const item = record[key];
    const decoded = decode(item);
    if (decoded !== item) define(record, key, decoded);
  }
  return record;
}

function revive(type: string, value: unknown): unknown {
  switch (type) {
    case "undefined":
      return undefined;
    case "number":
      return Number(value);
    case "bigint":
      return BigInt(value as string);
    case "Date":
      return new Date((value as number | null) ?? Number.NaN);
    case "Map":
      return new Map((value as [unknown, unknown][]).map(([key, item]) => [decode(key), decode(item)]));
    case "Set":
      return new Set((value as unknown[]).map(decode));
    case "URL":
      return new URL(value as string);
    case "ArrayBuffer":
      return bytes(value).buffer;
    case "Buffer":
      return Buffer.from(value as string, "base64");
    case "object":
      return record({}, value);
    case "null-prototype":
      return record(Object.create(null) as Record<string, unknown>, value);
    case "FlujoError":
      return new RecordedError(decode(value) as StoredError);
    case "Error":
      return reviveError(value as Record<string, unknown>);
    default:
      if (Object.hasOwn(TYPED_ARRAYS, type)) {
        return new TYPED_ARRAYS[type as keyof typeof TYPED_ARRAYS](bytes(value).buffer);
      }
      throw new TypeError(`unknown tag ${JSON.stringify(type)}`);
  }
}

function reviveError({ name, message, stack, own, ...rest }: Record<string, unknown>): Error {
  const known = Object.hasOwn(ERRORS, name as string) ? ERRORS[name as keyof typeof ERRORS] : Error;
  const options = "cause" in rest ? { cause: decode(rest["cause"]) } : undefined;
  const error =
    "errors" in rest
      ? new AggregateError(decode(rest["errors"]) as unknown[], message as string, options)
      : new known(message as string, options);
  if (error.name !== name) Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
  Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true });
  for (const [key, item] of Object.entries(decode(own) as object)) define(error, key, item);
  return error;
}

function record(target: Record<string, unknown>, entries: unknown): Record<string, unknown> {
  for (const [key, item] of entries as [string, unknown][]) define(target, key, decode(item));
  return target;
}

/** Assigns without calling a setter: a key such as `__proto__` is a property like any other. */
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** A copy with a buffer of its own, so that a view of any type can be laid over it. */
function bytes(base64: unknown): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(base64 as string, "base64"));
}
