import { CompiledSerializer, TaggedJsonSerializer } from "@flujo/core";
import fc from "fast-check";
import fastJsonStringify from "fast-json-stringify";
import { describe, expect, test } from "vitest";

const tagged = new TaggedJsonSerializer();

/** A serializer that notes which values its compiled code wrote. */
function watched() {
  const compiled: unknown[] = [];
  const serializer = new CompiledSerializer({
    build: (schema) => {
      const write = fastJsonStringify(schema);
      return (value) => {
        compiled.push(value);
        return write(value);
      };
    },
  });
  return { serializer, compiled };
}

const VERDICT = {
  type: "object",
  properties: {
    label: { enum: ["good", "bad"], type: "string" },
    score: { type: "number" },
    votes: { type: "integer", default: 7 },
    final: { type: "boolean" },
    by: {
      type: "object",
      properties: { id: { type: "string", maxLength: 40, format: "date-time" }, team: { type: "null" } },
      required: ["id", "team"],
    },
  },
  required: ["label", "score", "votes", "final", "by"],
} as const;

const verdict = { label: "good", score: 0.5, votes: 3, final: true, by: { id: "u-1", team: null } };

/** The text, or what was thrown in its place. */
function outcomeOf(write: (value: unknown) => string, value: unknown): unknown {
  try {
    return write(value);
  } catch (thrown) {
    const { name, message } = thrown as Error;
    return { name, message };
  }
}

describe("A compiled schema", () => {
  test("writes values that fit by code made for them", () => {
    const { serializer, compiled } = watched();
    const write = serializer.compile(VERDICT);
    expect(write(verdict)).toBe(JSON.stringify(verdict));
    expect(compiled).toStrictEqual([verdict]);
  });

  const changed = (change: object): object => ({ ...verdict, ...change });
  const hidden = (key: string, value: unknown): object =>
    Object.defineProperty(changed({}), key, { value, enumerable: false });
  test.each<[what: string, value: unknown]>([
    ["a property that is undefined", changed({ label: undefined })],
    ["NaN", changed({ score: Number.NaN })],
    ["Infinity", changed({ score: Infinity })],
    ["-0", changed({ score: -0 })],
    ["-0 for an integer", changed({ votes: -0 })],
    ["half an integer", changed({ votes: 2.5 })],
    ["a bigint for an integer", changed({ votes: 3n })],
    ["a text for a number", changed({ score: "0.5" })],
    ["a number for a text", changed({ label: 5 })],
    ["null for a text", changed({ label: null })],
    ["null for a number", changed({ score: null })],
    ["null for a boolean", changed({ final: null })],
    ["a text for a boolean", changed({ final: "yes" })],
    ["null for an object", changed({ by: null })],
    ["a Date for a text", changed({ label: new Date(0) })],
    ["a Date for a text with the format of one", changed({ by: { id: new Date(0), team: null } })],
    ["a text to be escaped, in a format that needs none", changed({ by: { id: 'say "\n"', team: null } })],
    ["a text that is no valid Unicode", changed({ label: "half \ud83d" })],
    ["a text for null", changed({ by: { id: "u-1", team: "red" } })],
    ["a property too many", changed({ more: 1 })],
    ["a property too many that is undefined", changed({ more: undefined })],
    ["a property too many in a nested object", changed({ by: { id: "u-1", team: null, more: 1 } })],
    ["a property too few, which has a default", (({ votes: _, ...rest }) => rest)(verdict)],
    ["properties in another order", { score: 1, label: "good", votes: 3, final: true, by: verdict.by }],
    ["a property that looks like a tag", changed({ $flujo: "Date" })],
    ["a tag that is not enumerable", hidden("$flujo", "Date")],
    ["a property named by a symbol", changed({ [Symbol("s")]: 1 })],
    ["a toJSON of its own", changed({ toJSON: () => 1 })],
    ["no prototype", Object.assign(Object.create(null) as object, verdict)],
    ["a class", new (class Verdict {})()],
    ["an array", [verdict]],
    ["a Map", new Map(Object.entries(verdict))],
    ["nothing", undefined],
    ["null", null],
    ["a text", "good"],
    ["a function", () => verdict],
  ])("writes what does not fit as if there were no schema: %s", (_, value) => {
    const { serializer, compiled } = watched();
    expect(outcomeOf(serializer.compile(VERDICT), value)).toStrictEqual(
      outcomeOf(tagged.stringify.bind(tagged), value),
    );
    expect(compiled.filter((written) => !Object.is(written, value))).toStrictEqual([]);
  });

  test("calls getters, and leaves those that throw to be refused", () => {
    const write = new CompiledSerializer().compile(VERDICT);
    const getting = Object.defineProperty({ ...verdict }, "label", { enumerable: true, get: () => "bad" });
    expect(write(getting)).toBe(JSON.stringify({ ...verdict, label: "bad" }));
    const throwing = Object.defineProperty({ ...verdict }, "score", {
      enumerable: true,
      get: () => {
        throw new Error("no score");
      },
    });
    expect(() => write(throwing)).toThrow(expect.objectContaining({ property: "value.score" }));
    let reads = 0;
    const unsteady = Object.defineProperty({ ...verdict }, "label", {
      enumerable: true,
      get: () => (reads++ % 2 === 0 ? "bad" : undefined),
    });
    // Looked at as a text, it is undefined when it is to be written.
    expect(JSON.parse(write(unsteady))).toMatchObject({ score: 0.5 });
  });

  const { label, ...others } = VERDICT.properties;
  const optional = { ...VERDICT, required: ["score", "final", "by"] };
  test.each<[what: string, value: object, compiles: boolean]>([
    ["all of them", verdict, true],
    ["the first one missing", (({ label: _, ...rest }) => rest)(verdict), true],
    ["two missing", (({ label: _, votes: __, ...rest }) => rest)(verdict), true],
    ["a required one missing", (({ by: _, ...rest }) => rest)(verdict), false],
    ["one that is undefined", { ...verdict, votes: undefined }, false],
    ["one that is not enumerable", hidden("votes", 3), false],
    ["one that is inherited", Object.create({ ...verdict }) as object, false],
  ])("keeps the order of properties that may be missing: %s", (_, value, compiles) => {
    const { serializer, compiled } = watched();
    expect(outcomeOf(serializer.compile(optional), value)).toStrictEqual(
      outcomeOf(tagged.stringify.bind(tagged), value),
    );
    expect(compiled).toHaveLength(compiles ? 1 : 0);
  });

  test.each<[what: string, schema: object]>([
    ["a text that may be long", { ...VERDICT, properties: { ...others, label: { type: "string" } } }],
    [
      "a text of a long constant",
      { ...VERDICT, properties: { ...others, label: { type: "string", const: "x".repeat(41) } } },
    ],
    ["an array", { type: "array", items: VERDICT }],
    ["a property of any type", { ...VERDICT, properties: { label, more: {} } }],
    ["a property of two types", { ...VERDICT, properties: { label, more: { type: ["number", "null"] } } }],
    [
      "a property named __proto__",
      JSON.parse('{"type":"object","properties":{"__proto__":{"type":"number"}}}') as object,
    ],
    ["a property named like the tag", { type: "object", properties: { $flujo: { type: "number" } } }],
    ["no property", { type: "object" }],
    [
      "many properties",
      {
        type: "object",
        properties: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`p${n}`, { type: "number" }])),
      },
    ],
    ["a text", { type: "string", maxLength: 1 }],
    ["anything", {}],
  ])("is not compiled where that is not faster, or not safe: %s", (_, schema) => {
    let builds = 0;
    const serializer = new CompiledSerializer({
      build: () => {
        builds += 1;
        return () => "compiled";
      },
    });
    const write = serializer.compile(schema as Readonly<Record<string, unknown>>);
    expect(write(verdict)).toBe(tagged.stringify(verdict));
    expect(builds).toBe(0);
  });

  test("writes the same text as no schema, for every value and every schema of its shapes", () => {
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom("a", "b", "0", "1", "toString", "constructor", 'quote"', "\u2028"),
    );
    const scalar = fc.constantFrom<object>(
      { type: "number" },
      { type: "integer" },
      { type: "boolean" },
      { type: "null" },
      { type: "string", maxLength: 9 },
    );
    const { schema } = fc.letrec<{ schema: object; part: object }>((tie) => ({
      part: fc.oneof({ weight: 4, arbitrary: scalar }, tie("schema")),
      schema: fc
        .tuple(fc.uniqueArray(fc.tuple(key, tie("part")), { selector: ([name]) => name, maxLength: 5 }), fc.boolean())
        .map(([parts, required]) => ({
          type: "object",
          properties: Object.fromEntries(parts),
          required: parts.filter((_, index) => required || index % 2 === 0).map(([name]) => name),
        })),
    }));
    const odd = fc.constantFrom<unknown>(undefined, null, Number.NaN, -0, new Date(0), 1n, "text", {}, [], Symbol("s"));
    const valueFor = (given: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> => {
      const fitting: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
        number: fc.double(),
        integer: fc.integer(),
        boolean: fc.boolean(),
        null: fc.constant(null),
        string: fc.string({ unit: "binary" }),
      };
      if (given["type"] !== "object") {
        const fit = fitting[given["type"] as string] as fc.Arbitrary<unknown>;
        return fc.oneof({ weight: 30, arbitrary: fit }, odd);
      }
      const parts = Object.entries(given["properties"] as Readonly<Record<string, Readonly<Record<string, unknown>>>>);
      return fc
        .tuple(
          ...parts.map(([name, part]) => fc.tuple(fc.constant(name), valueFor(part), fc.integer({ max: 20, min: 0 }))),
        )
        .map((entries) => Object.fromEntries(entries.filter(([, , chance]) => chance > 0)));
    };
    const { serializer, compiled } = watched();
    fc.assert(
      fc.property(
        schema.chain((given) => fc.tuple(fc.constant(given), valueFor(given as Readonly<Record<string, unknown>>))),
        ([given, value]) => {
          const write = serializer.compile(given as Readonly<Record<string, unknown>>);
          expect(outcomeOf(write, value)).toStrictEqual(outcomeOf(tagged.stringify.bind(tagged), value));
        },
      ),
      { numRuns: 300 },
    );
    // Otherwise nothing but the way without a schema would have been looked at.
    expect(compiled.length).toBeGreaterThan(30);
  });

  test("is not needed: without a compiler, or with one that fails, values are written all the same", () => {
    const failing = new CompiledSerializer({
      build: () => {
        throw new EvalError("Code generation from strings disallowed for this context");
      },
    });
    for (const serializer of [new CompiledSerializer({ build: undefined }), failing])
      expect(serializer.compile(VERDICT)(verdict)).toBe(tagged.stringify(verdict));
  });
});
