import { InvalidOptionError } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { repair } from "../../src/index.ts";

const numbers = { type: "object", additionalProperties: { type: "number" } } as const;

describe("an answer that the model did not finish", () => {
  test.each(["length", "content-filter", "error", "interrupted"] as const)(
    "is no answer, even if it parses: %s",
    (finishReason) => {
      const refused = { ok: false, reason: "truncated", best: { a: 1 } };
      expect(repair('{"a": 1}', { finishReason })).toMatchObject(refused);
      expect(repair('{"a": 1}', { finishReason: { unified: finishReason, raw: undefined } })).toMatchObject(refused);
      expect(repair('{"a": 1,', { finishReason })).toMatchObject(refused);
      expect(repair('{"a": 12', { finishReason })).toMatchObject({ ...refused, best: {} });
    },
  );

  test("is taken where the policy says so, and flagged", () => {
    const policy = { acceptUnfinished: true };
    const taken = repair('{"a": 1}', { finishReason: "length", policy });
    expect(taken).toMatchObject({ ok: true, value: { a: 1 }, flags: ["truncated"] });
    expect(repair('{"a": 12', { finishReason: "length", policy })).toMatchObject({ ok: false, reason: "truncated" });
  });

  test("is not what other reasons mean", () => {
    expect(repair('{"a": 1}', { finishReason: "stop" })).toMatchObject({ ok: true, status: "valid" });
    expect(repair('{"a": 1}', { finishReason: "other" })).toMatchObject({ ok: true, status: "valid" });
  });
});

describe("what may be done to an answer", () => {
  test("is limited by its cost", () => {
    const text = '{"a": "1", "b": {"c": 1}}';
    const schema = {
      type: "object",
      properties: { a: { type: "number" }, b: { properties: { c: { type: "string" } } } },
    };
    expect(repair(text, { schema })).toMatchObject({ ok: true, cost: 2 });
    const refused = repair(text, { schema, policy: { maxCost: 1 } });
    expect(refused).toMatchObject({ ok: false, reason: "policy", best: { a: 1, b: { c: "1" } }, cost: 2 });
    expect(refused.repairs).toHaveLength(2);
  });

  test("is limited by its flags", () => {
    const policy = { refuse: ["truncated"] } as const;
    expect(repair('{"a": "x', { policy })).toMatchObject({ ok: false, reason: "policy", flags: ["truncated"] });
    expect(repair('{"a": "x"', { policy: { refuse: ["coerced"] } })).toMatchObject({ ok: true });
  });

  test("costs 6 at most, unless one says otherwise", () => {
    const text = '{"a": "1", "b": "1", "c": "1", "d": "1", "e": "1", "f": "1"}';
    const properties = Object.fromEntries([..."abcdefg"].map((key) => [key, { type: "number" }]));
    expect(repair(text, { schema: { type: "object", properties } })).toMatchObject({ ok: true, cost: 6 });
    const more = text.replace("}", ', "g": "1"}');
    expect(repair(more, { schema: { type: "object", properties } })).toMatchObject({ ok: false, reason: "policy" });
    // Entries of a record are of one kind.
    expect(repair(more, { schema: numbers })).toMatchObject({ ok: true, cost: 1 });
  });
});

describe("how large a text may be", () => {
  test("is limited in characters", () => {
    const limits = { maxCharacters: 8 };
    expect(repair('{"a": 1}', { limits })).toMatchObject({ ok: true });
    expect(repair('{"a": 12}', { limits })).toMatchObject({ ok: false, reason: "too-large" });
  });

  test.each([
    ["arrays", "[", "]"],
    ["objects", '{"a":', "}"],
    ["broken arrays", "[1,,", "]"],
    ["broken objects", "{a:", "}"],
    ["arrays in objects that are not closed", '[{"a":', ""],
  ])("is limited in depth, without a crash at depth 100 000: %s", (_, open, close) => {
    const nested = (depth: number): string => `${open.repeat(depth)}1${close.repeat(depth)} `;
    expect(repair(nested(100_000))).toMatchObject({ ok: false, reason: "too-large" });
    expect(repair(nested(200))).toMatchObject({ ok: true });
    expect(repair(nested(200), { limits: { maxDepth: 150 } })).toMatchObject({ ok: false, reason: "too-large" });
  });

  test("may be 512 deep, with a schema that is as deep", () => {
    const schema = {
      $ref: "#/$defs/node",
      $defs: { node: { type: "object", properties: { a: { $ref: "#/$defs/node" } } } },
    };
    const text = `${"{a:".repeat(511)}{}${"}".repeat(511)}`;
    expect(repair(text, { schema })).toMatchObject({ ok: true, status: "repaired" });
  });
});

describe("options", () => {
  test.each<[string, object]>([
    ["options.scheme", { scheme: {} }],
    ["limits.depth", { limits: { depth: 1 } }],
    ["policy.cost", { policy: { cost: 1 } }],
    ["policy", { policy: null }],
    ["schema", { schema: 5 }],
    ["limits.maxDepth", { limits: { maxDepth: 513 } }],
    ["limits.maxCharacters", { limits: { maxCharacters: 0.5 } }],
    ["policy.maxCost", { policy: { maxCost: Number.NaN } }],
    ["policy.refuse", { policy: { refuse: ["cut"] } }],
    ["policy.acceptUnfinished", { policy: { acceptUnfinished: 1 } }],
    ["unevaluatedProperties", { schema: { unevaluatedProperties: false } }],
    ["#/nowhere", { schema: { items: { $ref: "#/nowhere" } } }],
  ])("are checked: %s", (name, options) => {
    expect(() => repair("1", options)).toThrow(InvalidOptionError);
    expect(() => repair("1", options)).toThrow(name);
  });
});
