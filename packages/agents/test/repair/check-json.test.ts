import { describe, expect, test } from "vitest";
import { checkJson } from "../../src/repair/schema/check-json.ts";
import { type JsonSchema, SchemaDocument } from "../../src/repair/schema/json-schema.ts";

const issuesOf = (value: unknown, schema: JsonSchema): readonly string[] =>
  checkJson(value, schema, new SchemaDocument(schema, true)).map(({ path, message }) => `${path}: ${message}`);

describe("a JSON Schema", () => {
  test.each<[keyword: string, schema: JsonSchema, accepted: readonly unknown[], refused: readonly unknown[]]>([
    ["true", true, [1, null, {}], []],
    ["false", false, [], [1, null, {}]],
    ["type", { type: "integer" }, [1, 1.0, -3], [1.5, "1", null]],
    ["several types", { type: ["string", "null"] }, ["", null], [1, []]],
    ["const", { const: { a: [1, 2] } }, [{ a: [1, 2] }], [{ a: [2, 1] }, {}]],
    ["enum", { enum: [1, "a", [null]] }, [1, "a", [null]], [2, "b", [], null]],
    ["bounds", { minimum: 1, exclusiveMaximum: 2 }, [1, 1.9, "x"], [0, 2]],
    ["other bounds", { exclusiveMinimum: 1, maximum: 2 }, [1.1, 2], [1, 2.1]],
    ["multipleOf", { multipleOf: 0.1 }, [0.3, 1, 70.7], [0.35]],
    ["lengths", { minLength: 2, maxLength: 3 }, ["ab", "a😀", "😀😀😀", 1], ["😀", "abcd"]],
    ["pattern", { pattern: "^a|z$" }, ["ab", "yz", 1], ["b"]],
    ["items", { items: { type: "number" } }, [[], [1], "x"], [[1, "x"]]],
    ["prefixItems", { prefixItems: [{ const: 1 }], items: { const: 2 } }, [[], [1], [1, 2, 2]], [[2], [1, 1]]],
    ["items of draft 7", { items: [{ const: 1 }], additionalItems: false }, [[], [1]], [[2], [1, 1]]],
    ["sizes of arrays", { minItems: 1, maxItems: 2 }, [[1], [1, 2], {}], [[], [1, 2, 3]]],
    [
      "uniqueItems",
      { uniqueItems: true },
      [[], [1, "1"], [{ a: 1 }, { a: 2 }]],
      [
        [1, 1],
        [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
      ],
    ],
    ["contains", { contains: { type: "null" } }, [[null], [1, null]], [[], [1]]],
    [
      "counts of contains",
      { contains: { type: "null" }, minContains: 0, maxContains: 1 },
      [[], [null, 1]],
      [[null, null]],
    ],
    ["properties", { properties: { a: { type: "number" } } }, [{}, { a: 1, b: "x" }, []], [{ a: "x" }]],
    ["required", { required: ["toString"] }, [{ toString: 1 }, 1], [{}]],
    [
      "additionalProperties",
      { properties: { a: {} }, additionalProperties: { type: "null" } },
      [{ a: 1, b: null }],
      [{ b: 1 }],
    ],
    [
      "patternProperties",
      { patternProperties: { "^x": { type: "null" } }, additionalProperties: false },
      [{ x1: null }],
      [{ x1: 1 }, { y: null }],
    ],
    ["propertyNames", { propertyNames: { maxLength: 1 } }, [{ a: 1 }], [{ ab: 1 }]],
    ["sizes of objects", { minProperties: 1, maxProperties: 2 }, [{ a: 1 }, []], [{}, { a: 1, b: 1, c: 1 }]],
    ["dependentRequired", { dependentRequired: { a: ["b"] } }, [{}, { b: 1 }, { a: 1, b: 1 }], [{ a: 1 }]],
    ["dependentSchemas", { dependentSchemas: { a: { required: ["b"] } } }, [{}, { a: 1, b: 1 }], [{ a: 1 }]],
    ["allOf", { allOf: [{ minimum: 1 }, { maximum: 2 }] }, [1, 2], [0, 3]],
    ["anyOf", { anyOf: [{ maximum: 1 }, { minimum: 2 }] }, [1, 2], [1.5]],
    ["oneOf", { oneOf: [{ maximum: 2 }, { minimum: 1 }] }, [0, 3], [1.5]],
    ["not", { not: { type: "null" } }, [1], [null]],
    [
      "if",
      JSON.parse('{ "if": { "minimum": 1 }, "then": { "multipleOf": 2 }, "else": { "const": 0 } }'),
      [0, 2],
      [3, -1],
    ],
    ["$ref", { $ref: "#/$defs/a~1b", $defs: { "a/b": { type: "null" } } }, [null], [1]],
    ["$ref beside others", { $ref: "#/$defs/n", minimum: 2, $defs: { n: { type: "number" } } }, [2], [1, "x"]],
    ["a list of itself", { items: { $ref: "#" } }, [[], [[[]]], 1], []],
    ["itself", { anyOf: [{ $ref: "#" }, { type: "null" }] }, [null, 1], []],
  ])("accepts and refuses by %s", (_, schema, accepted, refused) => {
    for (const value of accepted) expect(issuesOf(value, schema), JSON.stringify(value)).toEqual([]);
    for (const value of refused) expect(issuesOf(value, schema), JSON.stringify(value)).not.toEqual([]);
  });

  test("says where it is not met", () => {
    const schema = { properties: { "a/b": { items: { required: ["c"], properties: { c: { type: "null" } } } } } };
    expect(issuesOf({ "a/b": [{ c: null }, {}, { c: 1 }] }, schema)).toEqual([
      '/a~1b/1: "c" is missing',
      "/a~1b/2/c: expected null, but it is integer",
    ]);
  });
});
