import { HOSTILE_TEXTS } from "../../contract/hostile-texts.ts";

/** What the bytes of every typed array are: no two elements alike, and some that a text can't hold. */
const BYTES = Uint8Array.from({ length: 32 }, (_, index) => (index * 37 + 128) % 256);

const TYPED_ARRAYS = [
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
] as const;

const ERRORS = [Error, TypeError, RangeError, SyntaxError, ReferenceError, URIError, EvalError] as const;

/** Keys that have led parsers astray. */
export const HOSTILE_KEYS: readonly string[] = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "toJSON",
  "then",
  "length",
  "type",
  "$type",
  "$flujo",
  "value",
  "0",
  "01",
  "-1",
  "",
  ...HOSTILE_TEXTS,
];

/** A value of every kind that a serializer has to carry, by what it is. */
export const SAMPLES: Readonly<Record<string, unknown>> = {
  null: null,
  undefined: undefined,
  true: true,
  false: false,
  "a number": 0.1 + 0.2,
  "the largest number": Number.MAX_VALUE,
  "the smallest number": Number.MIN_VALUE,
  "a number past the safe ones": 2 ** 53,
  NaN: Number.NaN,
  Infinity: Infinity,
  "-Infinity": -Infinity,
  "-0": -0,
  "bigint 0": 0n,
  "a large bigint": 2n ** 200n + 1n,
  "a negative bigint": -(2n ** 64n),
  "an empty string": "",
  ...Object.fromEntries(HOSTILE_TEXTS.map((text) => [`the string ${JSON.stringify(text.slice(0, 30))}`, text])),
  "a string that is no valid Unicode": "half a pair \ud83d, \udca9 the other",
  "a string with separators of lines": "\u2028 \u2029 \u0085 \ufeff",
  "an empty array": [],
  "an array": [1, "two", [3, [4]]],
  "an empty object": {},
  "an object": { one: 1, nested: { two: [2] } },
  "an object whose keys are not sorted": { z: 1, a: 2, m: 3 },
  "an object with undefined in it": { there: undefined },
  "an object with hostile keys": objectOf(HOSTILE_KEYS.map((key, index) => [key, index])),
  "an object with objects below hostile keys": objectOf(HOSTILE_KEYS.map((key) => [key, { polluted: true }])),
  "a Date": new Date(Date.UTC(2026, 0, 1, 12, 30, 15, 123)),
  "the first Date": new Date(-8.64e15),
  "the last Date": new Date(8.64e15),
  "an invalid Date": new Date(Number.NaN),
  "an empty Map": new Map(),
  "a Map": new Map<unknown, unknown>([
    ["b", 1],
    ["a", 2],
    [1, "number"],
    ["1", "text"],
    [undefined, null],
    [Number.NaN, 0],
    [{}, []],
  ]),
  "a Map with hostile keys": new Map(HOSTILE_KEYS.map((key) => [key, key])),
  "an empty Set": new Set(),
  "a Set": new Set<unknown>(["b", "a", 1, "1", undefined, null, Number.NaN, {}, {}]),
  "a URL": new URL("https://user:pass@example.org:8080/a%20b/ü?q=1&q=2#part"),
  ...Object.fromEntries(
    TYPED_ARRAYS.flatMap((TypedArray) => [
      [`a ${TypedArray.name}`, new TypedArray(BYTES.slice().buffer)],
      [`an empty ${TypedArray.name}`, new TypedArray(0)],
      [`a ${TypedArray.name} that shows a part of its buffer`, new TypedArray(BYTES.slice().buffer, 8, 2)],
    ]),
  ),
  "a Float64Array of what JSON has not": Float64Array.of(Number.NaN, -0, Infinity, -Infinity),
  ...Object.fromEntries(ERRORS.map((Kind) => [`a ${Kind.name}`, new Kind(`a ${Kind.name}`)])),
  "an error with a cause": new Error("outer", { cause: new TypeError("inner", { cause: "a text" }) }),
  "an error whose cause is undefined": new Error("outer", { cause: undefined }),
  "an error with properties": Object.assign(new RangeError("too far"), { status: 416, headers: new Map([["a", 1]]) }),
  "an error with hostile properties": withOwn(new Error("hostile"), HOSTILE_KEYS),
  ...Object.fromEntries(
    ["NotFoundError", "Function", "Proxy", "constructor", "__proto__", "toString", ""].map((name) => [
      `an error that is named ${JSON.stringify(name)}`,
      Object.defineProperty(new Error("named"), "name", { value: name, configurable: true, writable: true }),
    ]),
  ),
  "an AggregateError": new AggregateError([new Error("one"), new TypeError("two"), 3], "all failed"),
};

/** Of each type the sample that is most easily lost. */
export const ONE_OF_EACH: readonly unknown[] = [
  "undefined",
  "NaN",
  "-0",
  "a negative bigint",
  "a string that is no valid Unicode",
  "an object with undefined in it",
  "an object with hostile keys",
  "an invalid Date",
  "a Map",
  "a Set",
  "a URL",
  "a Uint8Array that shows a part of its buffer",
  "a Float64Array of what JSON has not",
  "an error with a cause",
  "an error with properties",
].map((name) => SAMPLES[name]);

/** Everything that may hold another value, by how it holds it. */
export const HOLDERS: Readonly<Record<string, (value: unknown) => unknown>> = {
  "as a property": (value) => ({ before: 1, value, after: 2 }),
  "below a hostile key": (value) =>
    objectOf([
      ["__proto__", value],
      ["constructor", value],
    ]),
  "in an array": (value) => [1, value, 2],
  "twice in an array": (value) => [value, value],
  "as the key of a Map": (value) => new Map([[value, 1]]),
  "as the value of a Map": (value) => new Map([[1, value]]),
  "in a Set": (value) => new Set([value]),
  "as the cause of an error": (value) => stacked(new Error("outer", { cause: value })),
  "as a property of an error": (value) => Object.assign(stacked(new TypeError("outer")), { value }),
};

class Point {
  x = 1;
}
class List extends Array<number> {}
class Table extends Map<string, number> {}
class Moment extends Date {}
class Bytes extends Uint8Array {}

/** Values that a serializer may carry or refuse. What it must not do is to alter them. */
export const UNNAMED: Readonly<Record<string, unknown>> = {
  "an object without a prototype": Object.assign(Object.create(null) as object, { a: 1 }),
  "an instance of a class": new Point(),
  "an instance of a class that extends Array": List.of(1, 2),
  "an instance of a class that extends Map": new Table([["a", 1]]),
  "an instance of a class that extends Date": new Moment(0),
  "an instance of a class that extends Uint8Array": Bytes.of(1, 2),
  "an array with a hole": Object.assign([1, 2, 3], { length: 5 }),
  "an array with properties": "2026-01".match(/(?<year>\d+)-(?<month>\d+)/),
  "an empty array with properties": Object.assign([], { total: 3 }),
  "a Map with properties": Object.assign(new Map(), { total: 3 }),
  "a Date with properties": Object.assign(new Date(0), { zone: "UTC" }),
  "an object with a symbol for a key": { [Symbol("key")]: 1, a: 1 },
  "an ArrayBuffer": BYTES.slice().buffer,
  "a Buffer": Buffer.from(BYTES),
  "a DataView": new DataView(BYTES.slice().buffer),
  "a RegExp": /a+/giu,
  "a boxed string": Object("text"),
  "a boxed number": Object(1),
  "what passes for a Date": Object.create(Date.prototype),
  "what passes for a Map": Object.create(Map.prototype),
  "what passes for a Set": Object.create(Set.prototype),
  "what passes for a URL": Object.create(URL.prototype),
  "what passes for a typed array": Object.create(Uint8Array.prototype),
};

/** Values that can't come back as they were. */
export const REFUSED: Readonly<Record<string, unknown>> = {
  "a function": () => 1,
  "a class": Point,
  "a symbol": Symbol("symbol"),
  "a shared symbol": Symbol.for("symbol"),
  "a promise": Promise.resolve(1),
  "a WeakMap": new WeakMap(),
  "an object with a method": { method: () => 1 },
  "an object with a toJSON of its own": { toJSON: () => 1 },
  "an object that can't be read": {
    get secret(): never {
      throw new Error("this getter throws");
    },
  },
  "a proxy that was revoked": revokedProxy(),
};

/** Schemas to compile; what serializers make faster differs. */
export const SCHEMAS: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { type: "string" },
  { type: "number" },
  { type: "array", items: { type: "number" } },
  { type: "object", properties: { a: { type: "number" }, b: { type: "string", maxLength: 9 } }, required: ["a", "b"] },
  {
    type: "object",
    properties: { a: { type: "number", default: 1 }, b: { enum: ["x", "y"], type: "string" } },
    required: ["b"],
  },
  { type: "object", properties: { there: { type: "string", maxLength: 5 } } },
  { type: "object", properties: { one: { type: "integer" }, nested: { type: "object" } }, required: ["one"] },
];

/** Values that fit some of {@link SCHEMAS}, and that almost do. */
export const FITTING: readonly unknown[] = [
  { a: 1, b: "x" },
  { b: "x", a: 1 },
  { a: -0, b: "x" },
  { a: Number.NaN, b: "x" },
  { a: 1, b: null },
  { a: "1", b: 2 },
  { a: 1n, b: new Date(0) },
  { a: 1, b: "x", c: 3 },
  { a: 1, b: "x", c: undefined },
  { a: undefined, b: "x" },
  { b: "x" },
  { b: 'y"\n\u2028\ud83d' },
  { one: 1, nested: {} },
  { one: 1.5, nested: { more: [1] } },
];

/** Gives an error a stack of its own: those that an engine and a test runner make take longer than all the rest. */
export function stacked(error: Error): Error {
  error.stack = `${error.name}: ${error.message}\n    at sample (samples.ts:1:1)`;
  return error;
}

function objectOf(entries: readonly (readonly [string, unknown])[]): object {
  // Not by assignment: that would make `__proto__` the prototype.
  return Object.fromEntries(entries);
}

function withOwn(error: Error, keys: readonly string[]): Error {
  for (const key of keys)
    Object.defineProperty(error, key, { value: key, configurable: true, enumerable: true, writable: true });
  return error;
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
