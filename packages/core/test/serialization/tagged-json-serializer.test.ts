import { execFileSync } from "node:child_process";
import { isDeepStrictEqual } from "node:util";
import { RecordedError, TaggedJsonSerializer } from "@flujo/core";
import { RunConflictError, SerializationError } from "@flujo/core/protocols";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryValue } from "./arbitrary-value.ts";

const serializer = new TaggedJsonSerializer();
const roundTrip = (value: unknown): unknown => serializer.parse(serializer.stringify(value));

describe("what comes back", () => {
  test("equals what went in, for nested values of every type", () => {
    fc.assert(
      // Node's comparison, since Vitest's looks at an object's own property named "constructor".
      fc.property(arbitraryValue, (original) => isDeepStrictEqual(roundTrip(original), original)),
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

describe("what is written", () => {
  const PROGRAM = new URL("./processes/write-values.ts", import.meta.url).pathname;

  /** Texts of the values that `seed` stands for, written by a process of its own. */
  function writtenElsewhere(seed: number, env: Readonly<Record<string, string>>, ...flags: readonly string[]): string {
    const options = { encoding: "utf8", env: { ...process.env, ...env }, maxBuffer: Infinity } as const;
    return execFileSync(process.execPath, [...flags, PROGRAM, String(seed)], options);
  }

  test("is the same text in two processes, whatever the time zone and language of their machines", () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const here = writtenElsewhere(seed, { TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8" }, "--hash-seed=1");
    const there = writtenElsewhere(seed, { TZ: "America/St_Johns", LC_ALL: "C" }, "--hash-seed=2");
    expect(here.length).toBeGreaterThan(10_000);
    // Compared with ===: a failed comparison would print both.
    expect([seed, here === there]).toEqual([seed, true]);
  });

  test("is the same text again for what was read", () => {
    fc.assert(
      fc.property(arbitraryValue, (value) => {
        const text = serializer.stringify(value);
        expect(serializer.stringify(serializer.parse(text))).toBe(text);
      }),
    );
  });
});
