import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { fits } from "../../../src/graph/schema/fits.ts";
import { linkSchema } from "../../../src/graph/schema/json-schema.ts";
import { toJsonSchema } from "../../../src/schema/standard-schema.ts";

const json = (schema: z.ZodType, side: "input" | "output"): Record<string, unknown> => {
  const made = toJsonSchema(schema, side);
  if (made === undefined) throw new Error("not expressible");
  return made;
};
const compare = (given: z.ZodType, wanted: z.ZodType) =>
  fits(linkSchema(json(given, "output")), linkSchema(json(wanted, "input")));

const Tree: z.ZodType = z.object({
  value: z.number(),
  get children() {
    return z.array(Tree);
  },
});
const Tree2: z.ZodType = z.object({
  value: z.number(),
  get children() {
    return z.array(Tree2);
  },
});
const TextTree: z.ZodType = z.object({
  value: z.string(),
  get children() {
    return z.array(TextTree);
  },
});
const aOrB = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("a"), size: z.number() }),
  z.object({ kind: z.literal("b") }),
]);

const PAIRS: readonly (readonly [string, z.ZodType, z.ZodType, object])[] = [
  ["a property less", z.object({ a: z.string(), b: z.int() }), z.object({ a: z.string() }), { fit: "yes" }],
  ["a property more", z.object({ a: z.string() }), z.object({ a: z.string(), b: z.int() }), { fit: "no", at: ".b" }],
  ["another type", z.object({ a: z.string() }), z.object({ a: z.int() }), { fit: "no", cause: "type", at: ".a" }],
  ["optional to required", z.object({ a: z.int().optional() }), z.object({ a: z.int() }), { fit: "no", cause: "type" }],
  ["required to optional", z.object({ a: z.int() }), z.object({ a: z.int().optional() }), { fit: "yes" }],
  ["too much for a strict object", z.object({ a: z.int() }), z.strictObject({}), { fit: "no", never: true }],
  ["a default", z.object({}), z.object({ a: z.int().default(1) }), { fit: "yes" }],
  ["nullable to not", z.string().nullable(), z.string(), { fit: "no", cause: "type", never: false }],
  ["a member to its union", z.string(), z.union([z.number(), z.string()]), { fit: "yes" }],
  ["a union to a member", z.union([z.number(), z.string()]), z.string(), { fit: "no", cause: "type" }],
  ["few of an enum", z.enum(["a", "b"]), z.enum(["b", "a", "c"]), { fit: "yes" }],
  ["more than an enum", z.enum(["a", "c"]), z.enum(["a", "b"]), { fit: "no", cause: "type" }],
  ["few whole numbers to all of them", z.int().min(1).max(2), z.literal([1, 2]), { fit: "unknown" }],
  ["any text to an enum", z.string(), z.enum(["a", "b"]), { fit: "no", cause: "type" }],
  ["both booleans", z.boolean(), z.union([z.literal(true), z.literal(false)]), { fit: "yes" }],
  ["a whole number", z.int(), z.number(), { fit: "yes" }],
  ["any number to a whole one", z.number(), z.int(), { fit: "no", cause: "bound", never: false }],
  ["a wider range", z.number().min(0), z.number().min(5), { fit: "no", cause: "bound", never: false }],
  ["ranges apart", z.number().max(4), z.number().min(5), { fit: "no", never: true }],
  ["an open end among whole numbers", z.int().gt(4), z.int().min(5), { fit: "yes" }],
  ["an open end among all numbers", z.number().gt(4), z.number().min(5), { fit: "no", cause: "bound" }],
  ["a multiple of a multiple", z.number().multipleOf(6), z.number().multipleOf(3), { fit: "yes" }],
  ["not a multiple", z.number().multipleOf(3), z.number().multipleOf(6), { fit: "no", cause: "bound" }],
  ["any text to a pattern", z.string(), z.email(), { fit: "no", cause: "bound" }],
  ["one pattern twice", z.email(), z.email(), { fit: "yes" }],
  ["two patterns", z.string().regex(/^a/), z.string().regex(/^a|b/), { fit: "unknown" }],
  ["a format without pattern", z.string(), z.url(), { fit: "unknown" }],
  ["an enum to a pattern", z.enum(["ab", "ac"]), z.string().regex(/^a/), { fit: "yes" }],
  ["items", z.array(z.string()), z.array(z.number()), { fit: "no", at: "[]" }],
  ["fewer items", z.array(z.string()), z.array(z.string()).min(1), { fit: "no", cause: "bound" }],
  ["a tuple to a list", z.tuple([z.int(), z.string()]), z.array(z.union([z.string(), z.number()])), { fit: "yes" }],
  ["a tuple's place", z.tuple([z.int(), z.string()]), z.tuple([z.int(), z.int()]), { fit: "no", at: "[1]" }],
  ["a record to required keys", z.record(z.string(), z.int()), z.object({ a: z.int() }), { fit: "no", at: ".a" }],
  ["an enum's record", z.record(z.enum(["a", "b"]), z.int()), z.object({ a: z.int() }), { fit: "yes" }],
  ["told apart by one property", z.object({ kind: z.literal("b") }), aOrB, { fit: "yes" }],
  ["one property for several", z.object({ kind: z.enum(["a", "b"]), size: z.int() }), aOrB, { fit: "yes" }],
  ["no member of that kind", z.object({ kind: z.literal("c") }), aOrB, { fit: "no", never: true }],
  ["one member's property wrong", aOrB, z.object({ kind: z.string(), size: z.int() }), { fit: "no" }],
  ["recursion", Tree, Tree2, { fit: "yes" }],
  ["recursion that differs", Tree, TextTree, { fit: "no", at: ".value" }],
  ["anything to something", z.unknown(), z.string(), { fit: "unknown" }],
  ["something to anything", z.string(), z.unknown(), { fit: "yes" }],
  [
    "a property that is never there",
    z.object({ a: z.never().optional() }),
    z.object({ a: z.int().optional() }),
    { fit: "yes" },
  ],
];

test.each(PAIRS)("weighs %s", (_name, given, wanted, fit) => {
  expect(compare(given, wanted)).toMatchObject(fit);
});

describe("of JSON Schema as other libraries write it", () => {
  const weigh = (given: object, wanted: object) => fits(linkSchema(given), linkSchema(wanted)).fit;

  test("follows $ref to $defs, with ~ and % in names, and to what is around it", () => {
    const given = { $ref: "#/$defs/a~1b%20c", $defs: { "a/b c": { type: "string" } } };
    expect(weigh(given, { type: "string" })).toBe("yes");
    expect(weigh(given, { type: "number" })).toBe("no");
  });

  test("doesn't claim to know what a reference to elsewhere, or to itself, means", () => {
    expect(weigh({ $ref: "https://example.org/other" }, { type: "number" })).toBe("unknown");
    expect(weigh({ $ref: "#" }, { type: "number" })).toBe("unknown");
    expect(weigh({ type: "string" }, { type: "string", not: { const: "a" } })).toBe("unknown");
    expect(weigh({ type: "string" }, { if: { minLength: 1 }, else: { const: "b" } })).toBe("unknown");
  });

  test("takes allOf as all of it", () => {
    const parts = [{ type: "object", required: ["a"] }, { properties: { a: { type: "string" } } }];
    expect(weigh({ allOf: parts }, { type: "object", required: ["a"] })).toBe("yes");
    expect(weigh({ type: "object", properties: { a: { type: "number" } }, required: ["a"] }, { allOf: parts })).toBe(
      "no",
    );
    expect(weigh({ allOf: parts }, { type: "string" })).toBe("no");
    expect(weigh({ allOf: [{ minimum: 1 }, { type: "number" }] }, { type: "number", minimum: 2 })).toBe("unknown");
  });

  test("tells properties from keywords of the same name", () => {
    const shape = {
      type: "object",
      properties: { const: { type: "string" }, $ref: { type: "string" } },
      required: ["const"],
    };
    expect(weigh(shape, shape)).toBe("yes");
    expect(weigh(shape, { ...shape, properties: { const: { type: "null" } } })).toBe("no");
  });

  test("takes types that are listed, and nothing for granted of properties that aren't", () => {
    expect(weigh({ type: ["string", "null"] }, { type: ["null", "string", "array"] })).toBe("yes");
    expect(weigh({ type: "object" }, { type: "object", properties: { a: { type: "string" } } })).toBe("unknown");
  });
});

/** Schemas over few names and small numbers, so that two of them meet often. */
const schemas: fc.Arbitrary<z.ZodType> = fc.letrec<{ schema: z.ZodType }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, depthIdentifier: "schema" },
    fc.constantFrom<() => z.ZodType>(z.string, z.number, z.int, z.boolean, z.null).map((make) => make()),
    fc.constantFrom("a", "b", 1, 2, true, null).map((value) => z.literal(value)),
    fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }).map((values) => z.enum(values)),
    fc.tuple(fc.integer({ min: -3, max: 3 }), fc.nat(4)).map(([min, size]) =>
      z
        .number()
        .min(min)
        .max(min + size),
    ),
    fc.tuple(fc.integer({ min: -3, max: 3 }), fc.nat(4)).map(([min, size]) =>
      z
        .int()
        .gt(min)
        .lt(min + size + 2),
    ),
    fc.integer({ min: 1, max: 4 }).map((step) => z.number().multipleOf(step)),
    fc.tuple(fc.nat(2), fc.nat(2)).map(([min, size]) =>
      z
        .string()
        .min(min)
        .max(min + size),
    ),
    fc.constantFrom(/^a/, /b$/, /./).map((pattern) => z.string().regex(pattern)),
    fc.uniqueArray(tie("schema"), { minLength: 1, maxLength: 3 }).map((members) => z.union(members)),
    tie("schema").map((inner) => z.nullable(inner)),
    fc.tuple(tie("schema"), fc.nat(2), fc.option(fc.nat(2))).map(([item, min, size]) => {
      const list = z.array(item).min(min);
      return size === null ? list : list.max(min + size);
    }),
    fc.array(tie("schema"), { minLength: 1, maxLength: 2 }).map((places) => z.tuple(places as [z.ZodType])),
    tie("schema").map((value) => z.record(z.string(), value)),
    fc
      .tuple(
        fc.dictionary(fc.constantFrom("x", "y", "z"), fc.tuple(tie("schema"), fc.boolean()), { maxKeys: 3 }),
        fc.constantFrom(z.object, z.strictObject, z.looseObject),
      )
      .map(([shape, make]) =>
        make(
          Object.fromEntries(
            Object.entries(shape).map(([key, [value, optional]]) => [key, optional ? value.optional() : value]),
          ),
        ),
      ),
  ),
})).schema;

/** Values of the kind that those schemas are about. */
const values: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>("", "a", "b", "c", "ab", "xyz", null, true, false, 0.5, -2.5, 1e9),
    fc.integer({ min: -5, max: 9 }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("x", "y", "z", "other"), tie("value"), { maxKeys: 3 }),
  ),
})).value;

/** Values that a schema accepts, made from the schema; none for what can't be made. */
function accepted(schema: Record<string, unknown>): fc.Arbitrary<unknown> {
  const of = (inner: unknown): fc.Arbitrary<unknown> =>
    inner === false ? fc.constant(undefined) : accepted(inner as never);
  if ("const" in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const union = (schema.anyOf ?? schema.oneOf) as unknown[] | undefined;
  if (union !== undefined) return fc.oneof(...union.map(of));
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => of({ ...schema, type })));
  switch (schema.type) {
    case "array": {
      const places = (schema.prefixItems as unknown[] | undefined)?.map(of);
      if (places !== undefined) return fc.tuple(...places);
      const min = (schema.minItems as number | undefined) ?? 0;
      return fc.array(of(schema.items ?? {}), {
        minLength: min,
        maxLength: (schema.maxItems as number | undefined) ?? min + 2,
      });
    }
    case "object": {
      const properties = Object.entries((schema.properties ?? {}) as Record<string, unknown>).map(([key, property]) => [
        key,
        of(property),
      ]);
      const required = (schema.required ?? []) as never[];
      const named = fc.record(Object.fromEntries(properties) as Record<string, fc.Arbitrary<unknown>>, {
        requiredKeys: required,
      });
      if (schema.additionalProperties === false) return named;
      const others = fc.dictionary(fc.constantFrom("x", "y", "z", "other"), of(schema.additionalProperties ?? {}), {
        maxKeys: 2,
      });
      return fc.tuple(others, named).map(([more, own]) => ({ ...more, ...own }));
    }
    default:
      return values;
  }
}

const ajv = new Ajv2020({ strict: false, validateFormats: false, logger: false });

describe("of random pairs", { timeout: 60_000 }, () => {
  const pairs = fc.tuple(schemas, schemas);

  test("never says yes where a value that one accepts is refused by the other", () => {
    let certain = 0;
    fc.assert(
      fc.property(pairs, fc.infiniteStream(fc.nat()), ([given, wanted], seeds) => {
        if (compare(given, wanted).fit !== "yes") return;
        const output = json(given, "output");
        const [accepts, takes] = [ajv.compile(output), ajv.compile(json(wanted, "input"))];
        const samples = fc.sample(fc.oneof(accepted(output), values), { numRuns: 30, seed: seeds.next().value });
        for (const value of samples) {
          if (!accepts(value)) continue;
          certain++;
          expect(takes(value), JSON.stringify(value)).toBe(true);
        }
      }),
      { numRuns: 2_000, seed: 3 },
    );
    expect(certain).toBeGreaterThan(500);
  });

  test("says no only where a value that one accepts is refused by the other", () => {
    let claimed = 0;
    let witnessed = 0;
    fc.assert(
      fc.property(pairs, fc.nat(), ([given, wanted], seed) => {
        const fit = compare(given, wanted);
        if (fit.fit !== "no") return;
        const output = json(given, "output");
        const [accepts, takes] = [ajv.compile(output), ajv.compile(json(wanted, "input"))];
        const samples = fc.sample(fc.oneof(accepted(output), values), { numRuns: 100, seed });
        const passing = samples.filter((value) => accepts(value));
        if (passing.length === 0) return;
        claimed++;
        if (passing.some((value) => !takes(value))) witnessed++;
        if (fit.never) for (const value of passing) expect(takes(value), JSON.stringify(value)).toBe(false);
      }),
      { numRuns: 500, seed: 5 },
    );
    expect(claimed).toBeGreaterThan(150);
    // Samples can miss the one value that is refused; claims without any ground would show as many.
    expect(witnessed / claimed).toBeGreaterThan(0.98);
  });

  test("never says no of a schema and itself, or and what it is a part of by construction", () => {
    fc.assert(
      fc.property(pairs, ([one, other]) => {
        for (const wider of [one, z.union([one, other]), z.union([other, one]), one.nullable()]) {
          expect(compare(one, wider).fit).not.toBe("no");
        }
        expect(compare(z.object({ x: one, y: other }), z.object({ x: one })).fit).not.toBe("no");
        expect(compare(z.array(one).min(1), z.array(z.union([one, other]))).fit).not.toBe("no");
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});
