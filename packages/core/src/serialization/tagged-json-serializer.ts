import { FlujoError } from "@flujo/dsl";
import { RecordedError, toStoredError } from "../errors/recorded-error.ts";
import { SerializationError } from "../protocols/errors/serialization-error.ts";
import type { StoredError } from "../protocols/run-record.ts";
import type { Serializer } from "../protocols/serializer.ts";

/** Marks an object that stands for a value which JSON has not. */
const TAG = "$flujo";

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
 * cycles, holes in arrays. One object met twice comes back as two equal ones.
 */
export class TaggedJsonSerializer implements Serializer {
  stringify(value: unknown): string {
    try {
      return JSON.stringify(encode(value, "value", new Set()));
    } catch (error) {
      if (error instanceof RangeError)
        throw new SerializationError("value", "it is too deep or too long", { cause: error });
      throw error;
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

/** `value` as JSON; the same object where nothing in it needs a tag. */
function encode(value: unknown, at: string, ancestors: Set<object>): Json {
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
      return value === null ? null : encodeObject(value, at, ancestors);
    default:
      throw new SerializationError(at, `it is a ${typeof value}`);
  }
}

function encodeObject(value: object, at: string, ancestors: Set<object>): Json {
  if (ancestors.has(value)) throw new SerializationError(at, "it contains itself");
  ancestors.add(value);
  const encoded = Array.isArray(value)
    ? encodeArray(value, at, ancestors)
    : (encodeBuiltIn(value, at, ancestors) ?? encodeRecord(value, at, ancestors));
  ancestors.delete(value);
  return encoded;
}

function encodeArray(value: readonly unknown[], at: string, ancestors: Set<object>): Json {
  let copy: Json[] | undefined;
  for (let index = 0; index < value.length; index++) {
    if (!(index in value)) throw new SerializationError(`${at}[${index}]`, "it is a hole in an array");
    const item = value[index];
    const encoded = encode(item, `${at}[${index}]`, ancestors);
    if (encoded === item && copy === undefined) continue;
    copy ??= value.slice(0, index) as Json[];
    copy.push(encoded);
  }
  return copy ?? (value as readonly Json[]);
}

function encodeRecord(value: object, at: string, ancestors: Set<object>): Json {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    const className = value.constructor?.name ?? "a class";
    throw new SerializationError(at, `it is an instance of ${className}; give a plain object instead`);
  }
  if (Object.getOwnPropertySymbols(value).length > 0)
    throw new SerializationError(at, "it has a property named by a symbol");
  const entries = Object.entries(value);
  let changed = false;
  const encoded = entries.map(([key, item]): [string, Json] => {
    const json = encode(item, `${at}.${key}`, ancestors);
    if (json !== item) changed = true;
    return [key, json];
  });
  if (prototype === null) return tagged("null-prototype", encoded);
  if (TAG in value) return tagged("object", encoded);
  // A property named toJSON can't be a function here, so JSON.stringify will take the object as it is.
  return changed ? Object.fromEntries(encoded) : (value as { readonly [key: string]: Json });
}

function encodeBuiltIn(value: object, at: string, ancestors: Set<object>): Json | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return undefined;
  if (prototype === Date.prototype) return tagged("Date", (value as Date).getTime());
  if (prototype === Map.prototype) {
    return tagged(
      "Map",
      [...(value as Map<unknown, unknown>)].map(([key, item], index) => [
        encode(key, `${at}.keys[${index}]`, ancestors),
        encode(item, `${at}.values[${index}]`, ancestors),
      ]),
    );
  }
  if (prototype === Set.prototype) {
    return tagged(
      "Set",
      [...(value as Set<unknown>)].map((item, index) => encode(item, `${at}.values[${index}]`, ancestors)),
    );
  }
  if (prototype === URL.prototype) return tagged("URL", (value as URL).href);
  if (prototype === ArrayBuffer.prototype)
    return tagged("ArrayBuffer", Buffer.from(value as ArrayBuffer).toString("base64"));
  if (ArrayBuffer.isView(value)) {
    const name = Buffer.isBuffer(value) ? "Buffer" : (value.constructor as { name: string }).name;
    if (name === "Buffer" || name in TYPED_ARRAYS) {
      return tagged(name, Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64"));
    }
  }
  if (FlujoError.is(value)) return tagged("FlujoError", toStoredError(value) as unknown as Json);
  if (value instanceof Error) return encodeError(value, at, ancestors);
  return undefined;
}

function encodeError(error: Error, at: string, ancestors: Set<object>): Json {
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
    ...("cause" in error ? { cause: encode(cause, `${at}.cause`, ancestors) } : {}),
    own: encode(own, at, ancestors),
  });
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
  for (const key of Object.keys(record)) define(record, key, decode(record[key]));
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
      return new RecordedError(value as StoredError);
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
  const error = new known(message as string, "cause" in rest ? { cause: decode(rest["cause"]) } : undefined);
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
