import { InvalidOptionError, type StandardSchema } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type JsonSchema, type RepairKind, repair, repairAsync } from "../../src/index.ts";

const text = { type: "string" } as const;
const number = { type: "number" } as const;

/** An object with these properties, all of them required but those named. */
function object(properties: Readonly<Record<string, JsonSchema>>, ...optional: readonly string[]): JsonSchema {
  return { type: "object", properties, required: Object.keys(properties).filter((key) => !optional.includes(key)) };
}

function list(items: JsonSchema): JsonSchema {
  return { type: "array", items };
}

const mood = { type: "string", enum: ["happy", "sad", "so so", "in_between"] } as const;

describe("what does not fit, but says the same", () => {
  test.each<[name: string, text: string, schema: JsonSchema, value: unknown, kind: RepairKind, cost: number]>([
    ["a number in quotes", '{"n": " 1,234.5 "}', object({ n: number }), { n: 1234.5 }, "number-from-text", 1],
    [
      "true or false in quotes",
      '{"n": "True"}',
      object({ n: { type: "boolean" } }),
      { n: true },
      "boolean-from-text",
      1,
    ],
    [
      "a long number for a text",
      '{"n": 98765432109876543210}',
      object({ n: text }),
      { n: "98765432109876543210" },
      "text-from-number",
      1,
    ],
    ["leading zeros for a text", '{"n": 00123}', object({ n: text }), { n: "00123" }, "text-from-number", 1],
    [
      "a word for an allowed text",
      '{"n": True}',
      object({ n: { enum: ["True", "False"] } }),
      { n: "True" },
      "text-from-word",
      1,
    ],
    [
      "an allowed value in another spelling",
      '{"n": "In-Between."}',
      object({ n: mood }),
      { n: "in_between" },
      "choice-spelling",
      1,
    ],
    [
      "an allowed value with words around it",
      '{"n": "quite **so so** (4 of 10)"}',
      object({ n: mood }),
      { n: "so so" },
      "choice-decorated",
      2,
    ],
    ["a single value for an array", '{"n": "x"}', object({ n: list(text) }), { n: ["x"] }, "wrapped-in-list", 1],
    [
      "JSON in a text",
      '{"n": "{\\"a\\": [1]}"}',
      object({ n: object({ a: list(number) }) }),
      { n: { a: [1] } },
      "parsed-text",
      1,
    ],
    ["all of it in a text", '"{\\"a\\": 1}"', object({ a: number }), { a: 1 }, "parsed-text", 1],
    ["a wrapper", '{"answer": {"a": 1}}', object({ a: number }), { a: 1 }, "unwrapped", 2],
    ["an array of one", '[{"a": 1}]', object({ a: number }), { a: 1 }, "unwrapped", 2],
    ["an array of one text", '{"a": ["x"]}', object({ a: text }), { a: "x" }, "unwrapped", 2],
    ["an array without its object", "[1, 2]", object({ a: list(number) }), { a: [1, 2] }, "wrapped-in-object", 2],
    ["an array's object", '{"items": [1, 2]}', list(number), [1, 2], "unwrapped", 2],
    ["objects in a row", '{"a": 1}\n{"a": 2}', list(object({ a: number })), [{ a: 1 }, { a: 2 }], "joined", 2],
    [
      "keys in another style",
      '{"firstName": "x", "Last Name": "y"}',
      object({ first_name: text, "last-name": text }),
      { first_name: "x", "last-name": "y" },
      "key-style",
      1,
    ],
    [
      "null for what may be left out",
      '{"a": 1, "b": null}',
      object({ a: number, b: text }, "b"),
      { a: 1 },
      "null-as-absent",
      1,
    ],
    [
      "NaN where null may be",
      '{"a": NaN}',
      object({ a: { type: ["number", "null"] } }),
      { a: null },
      "null-from-word",
      1,
    ],
    [
      "a key that is forbidden",
      '{"a": 1, "remark": 2}',
      { ...(object({ a: number }) as object), additionalProperties: false },
      { a: 1 },
      "extra-key",
      2,
    ],
    [
      "one of several alternatives",
      '{"kind": "b", "n": "2"}',
      { oneOf: [object({ kind: { const: "a" }, n: text }), object({ kind: { const: "b" }, n: number })] },
      { kind: "b", n: 2 },
      "number-from-text",
      1,
    ],
    [
      "what stands behind references",
      '{"n": {"n": {"v": "1"}, "v": 2}}',
      { $ref: "#/$defs/node", $defs: { node: object({ n: { $ref: "#/$defs/node" }, v: number }, "n", "v") } },
      { n: { n: { v: 1 }, v: 2 } },
      "number-from-text",
      1,
    ],
    [
      "what several schemas say together",
      '{"a": "1", "b": "2"}',
      { allOf: [object({ a: number }), object({ b: number })] },
      { a: 1, b: 2 },
      "number-from-text",
      2,
    ],
    ["prose around an allowed value", "The mood is happy.", mood, "happy", "choice-decorated", 3],
  ])("is made to fit: %s", (_, answer, schema, value, kind, cost) => {
    const result = repair(answer, { schema });
    expect(result).toMatchObject({ ok: true, status: "repaired", cost });
    expect(result.ok && result.value).toEqual(value);
    expect(result.repairs.map((change) => change.kind)).toContain(kind);
    expect(result.flags).toContain(kind === "extra-key" ? "extra-keys" : "coerced");
  });

  test("is told with its place", () => {
    const schema = object({ rows: list(object({ "a/b": number })) });
    const result = repair('{"rows": [{"a/b": 1}, {"a/b": "2"}, {"a/b": "3"}]}', { schema });
    expect(result.repairs.map(({ path, position, cost }) => [path, position, cost])).toEqual([
      ["/rows/1/a~1b", 30, 1],
      ["/rows/2/a~1b", 44, 0],
    ]);
  });
});

describe("what does not fit, and may mean several things or nothing", () => {
  test.each<[name: string, text: string, schema: JsonSchema, reason: string]>([
    ["a required value is missing", '{"a": 1}', object({ a: number, b: number }), "schema"],
    ["null for a required value", '{"a": null}', object({ a: number }), "schema"],
    ["NaN for a number", '{"a": NaN}', object({ a: number }), "schema"],
    ["a number with a unit", '{"a": "12 kg"}', object({ a: number }), "schema"],
    ["a number in another country's notation", '{"a": "12,5"}', object({ a: number }), "schema"],
    ["a number that would lose digits", '{"a": "12345678901234567890"}', object({ a: number }), "schema"],
    ["an empty text for a number", '{"a": ""}', object({ a: number }), "schema"],
    ["yes for true", '{"a": "yes"}', object({ a: { type: "boolean" } }), "schema"],
    ["a word for a text", '{"a": true}', object({ a: text }), "schema"],
    ["two allowed values", '{"a": "happy, then sad"}', object({ a: mood }), "ambiguous"],
    ["an allowed value that is denied", '{"a": "not happy"}', object({ a: mood }), "ambiguous"],
    ["an allowed value that is asked for", '{"a": "happy?"}', object({ a: mood }), "ambiguous"],
    ["an allowed value within a word", '{"a": "unhappy"}', object({ a: mood }), "schema"],
    ["two allowed values that are spelt alike", '{"a": "A B"}', object({ a: { enum: ["a-b", "a_b"] } }), "ambiguous"],
    ["several values in a text, for an array", '{"a": "x, y"}', object({ a: list(text) }), "ambiguous"],
    ["an item for an array of arrays", '{"a": [1, 2]}', object({ a: list(list(number)) }), "ambiguous"],
    [
      "several alternatives at the same cost",
      '{"a": "1"}',
      object({ a: { anyOf: [number, list(text)] } }),
      "ambiguous",
    ],
    [
      "a key that is misspelt",
      '{"a": 1, "adress": "x"}',
      { ...(object({ a: number, address: text }, "address") as object), additionalProperties: false },
      "ambiguous",
    ],
    [
      "a key in two styles",
      '{"userName": "x", "user_name": "y"}',
      { ...(object({ user_name: text }) as object), additionalProperties: false },
      "ambiguous",
    ],
    [
      "a number that would lose digits, without quotes",
      '{"a": 12345678901234567890,}',
      object({ a: number }),
      "ambiguous",
    ],
    [
      "no key that is allowed",
      '{"b": 1}',
      { ...(object({ a: number }, "a") as object), additionalProperties: false },
      "schema",
    ],
    [
      "a value beside prose that would have to be made over",
      "As [1, 2] says: {}",
      object({ a: list(number) }),
      "schema",
    ],
    ["an array that belongs to something else", '{"a: [1], "b": 2}', object({ a: list(number) }), "ambiguous"],
    [
      "a forbidden value after a slip of a bracket",
      '{"a": {"b": 1, "c": 2}',
      object({ a: object({ b: number }), c: number }, "c"),
      "ambiguous",
    ],
    ["a cut number that is required", '{"a": 12', object({ a: number }), "truncated"],
    ["a cut text that has several ends", '{"a": "so', object({ a: { enum: ["so so", "sombre"] } }), "ambiguous"],
    ["a cut text for a number", '{"a": "12', object({ a: number }), "truncated"],
    ["prose for a text", "Hello there", text, "no-json"],
  ])("is refused: %s", (_, answer, schema, reason) => {
    expect(repair(answer, { schema })).toMatchObject({ ok: false, status: "failed", reason });
  });

  test("is told with its place, and with what came closest", () => {
    const result = repair('{"a": {"b": ["x"]},}', { schema: object({ a: object({ b: list(number) }) }) });
    expect(result).toMatchObject({ reason: "schema", best: { a: { b: ["x"] } } });
    expect(!result.ok && result.issues).toEqual([{ path: "/a/b/0", message: expect.stringContaining("number") }]);
  });
});

describe("what is cut off", () => {
  const order = object({ id: number, note: text, lines: list(object({ sku: text, count: number })) }, "note", "lines");

  test.each<[string, unknown, readonly string[]]>([
    ['{"id": 1, "note": "see bel', { id: 1, note: "see bel" }, ["truncated"]],
    [
      '{"id": 1, "lines": [{"sku": "a", "count": 1}, {"sku": "b", "cou',
      { id: 1, lines: [{ sku: "a", count: 1 }] },
      ["dropped-incomplete", "truncated"],
    ],
    [
      '{"id": 1, "lines": [{"sku": "a", "count": 1}, {"sku": "b", "count": 2',
      { id: 1, lines: [{ sku: "a", count: 1 }] },
      ["dropped-incomplete", "truncated"],
    ],
  ])("is dropped where it can be: %s", (answer, value, flags) => {
    const result = repair(answer, { schema: order });
    expect(result).toMatchObject({ ok: true, value });
    expect([...result.flags].sort()).toEqual(flags);
  });

  test("is completed where only one of the allowed values goes on like this", () => {
    const result = repair('{"a": "hap', { schema: object({ a: mood }) });
    expect(result).toMatchObject({ ok: true, value: { a: "happy" }, flags: ["truncated"] });
  });

  test("is never replaced by an earlier value of the same key", () => {
    const schema = object({ a: number, b: number }, "a");
    expect(repair('{"b": 2, "a": 1, "a": 12', { schema })).toMatchObject({ ok: true, value: { b: 2 } });
  });
});

describe("a Standard Schema", () => {
  const Ticket = z.object({
    title: z.string().min(1),
    level: z.enum(["low", "high"]).default("low"),
    due: z
      .string()
      .transform((day) => new Date(day))
      .optional(),
  });

  test("has the last word, and gives the value", () => {
    const result = repair("{title: 'x', due: '2026-01-05', extra: 1}", { schema: Ticket });
    expect(result).toMatchObject({ ok: true, flags: ["extra-keys"] });
    expect(result.ok && result.value).toEqual({ title: "x", level: "low", due: new Date("2026-01-05") });
    expect(result.ok && result.json).toEqual({ title: "x", due: "2026-01-05", extra: 1 });
    expect(repair('{"title": "",}', { schema: Ticket })).toMatchObject({ ok: false, reason: "schema" });
  });

  test("that JSON Schema can't express is still asked", () => {
    const schema = z.object({ size: z.bigint() }).or(z.custom<{ a: 1 }>((value) => (value as { a: unknown }).a === 1));
    expect(repair("{a: 1}", { schema })).toMatchObject({ ok: true, value: { a: 1 } });
    expect(repair("{a: 2}", { schema })).toMatchObject({ ok: false, reason: "schema" });
    expect(repair('{a: "1"}', { schema })).toMatchObject({ ok: false });
  });

  test("may validate asynchronously, with repairAsync", async () => {
    const schema: StandardSchema<unknown, string> = {
      "~standard": { version: 1, vendor: "test", validate: async (value) => ({ value: JSON.stringify(value) }) },
    };
    expect(await repairAsync("[1,]", { schema })).toMatchObject({ ok: true, value: "[1]", json: [1] });
    expect(() => repair("[1,]", { schema })).toThrow(InvalidOptionError);
  });

  test("says what is wrong and where", () => {
    const result = repair('{"title": 5.5, "level": "none"}', { schema: z.object({ title: z.number().int() }) });
    expect(result).toMatchObject({ ok: false, reason: "schema", issues: [{ path: "/title" }] });
  });
});
