import { isDeepStrictEqual } from "node:util";
import { RecordedError, TaggedJsonSerializer } from "@flujo/core";
import { RunConflictError, SerializationError } from "@flujo/core/protocols";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const serializer = new TaggedJsonSerializer();
const roundTrip = (value: unknown): unknown => serializer.parse(serializer.stringify(value));

const leaf = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined, Number.NaN, Infinity, -Infinity, -0),
  fc.bigInt(),
  fc.date(),
  fc.uint8Array(),
  fc.float64Array(),
  fc.webUrl().map((url) => new URL(url)),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, leaf, tie("list"), tie("record"), tie("map"), tie("set")),
  list: fc.array(tie("value")),
  record: fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom("$flujo", "value", "toString", "constructor")),
    tie("value"),
  ),
  map: fc.array(fc.tuple(tie("value"), tie("value"))).map((entries) => new Map(entries)),
  set: fc.array(tie("value")).map((items) => new Set(items)),
}));

describe("what comes back", () => {
  test("equals what went in, for nested values of every type", () => {
    fc.assert(
      // Node's comparison, since Vitest's looks at an object's own property named "constructor".
      fc.property(value, (original) => isDeepStrictEqual(roundTrip(original), original)),
      { numRuns: 500 },
    );
  });

  test("is as JSON.stringify writes it where the value is JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const text = JSON.stringify(json);
        // JSON itself loses the sign of a zero.
        if (!Object.is(JSON.parse(text), -0) && !/-0\b/.test(text))
          expect(serializer.stringify(JSON.parse(text))).toBe(text);
      }),
    );
  });

  test("keeps the sign of a zero", () => {
    expect(Object.is(roundTrip(-0), -0)).toBe(true);
  });

  test("keeps an error's class, message, cause and own properties", () => {
    const error = Object.assign(new RangeError("too far", { cause: new Error("root") }), { status: 416 });
    const back = roundTrip(error) as RangeError & { status: number };
    expect(back).toBeInstanceOf(RangeError);
    expect(back).toMatchObject({ name: "RangeError", message: "too far", status: 416, stack: error.stack });
    expect((back.cause as Error).message).toBe("root");
  });

  test("keeps the code and the rest of an error of ours", () => {
    const back = roundTrip({ reason: new RunConflictError("r1", "taken") }) as { reason: RecordedError };
    expect(back.reason).toBeInstanceOf(RecordedError);
    expect(back.reason).toMatchObject({ name: "RunConflictError", code: "run_conflict", retryable: false });
  });

  test("leaves prototypes alone, whatever the text says", () => {
    const back = serializer.parse('{"__proto__":{"polluted":true},"when":{"$flujo":"Date","value":0}}') as object;
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expect(Object.keys(back)).toEqual(["__proto__", "when"]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("what is refused", () => {
  class Point {
    x = 1;
  }
  const loop: { self?: unknown } = {};
  loop.self = loop;
  test.each([
    ["a function", { a: { b: () => 1 } }, "value.a.b"],
    ["a symbol", [Symbol("s")], "value[0]"],
    ["an instance of a class", { at: new Point() }, "value.at"],
    ["a cycle", loop, "value.self"],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    ["a hole", [1, , 2], "value[1]"],
    ["a symbol key", { ok: { [Symbol("s")]: 1 } }, "value.ok"],
  ])("%s, naming where it is", (_name, bad, property) => {
    expect(() => serializer.stringify(bad)).toThrow(SerializationError);
    expect(() => serializer.stringify(bad)).toThrow(property);
  });

  test("text that it did not write", () => {
    expect(() => serializer.parse("{")).toThrow(SerializationError);
    expect(() => serializer.parse('{"$flujo":"Function","value":"1"}')).toThrow(SerializationError);
  });

  test("what is nested too deep, without a crash", () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 200_000; depth++) deep = [deep];
    expect(() => serializer.stringify(deep)).toThrow(SerializationError);
  });
});
