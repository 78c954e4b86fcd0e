import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type JsonSchema, readRepairAnswer, repairPrompt } from "../../../src/index.ts";

/** What is found to be invented, as JSON pointers. */
async function inventedIn(
  text: string,
  value: unknown,
  schema: JsonSchema = true,
): Promise<readonly string[] | string> {
  const result = await readRepairAnswer({ text, answer: JSON.stringify(value), schema, finishReason: "stop" });
  return result.ok ? [] : result.reason === "invented" ? result.issues.map(({ path }) => path) : result.reason;
}

const anything = { type: "object", additionalProperties: true } as const;

describe("what is in the text", () => {
  test.each<[string, string, unknown]>([
    ["in another case", "the TITLE is Foo Bar", { title: "foo bar" }],
    ["with other spaces", "title: foo\n   bar", { title: "foo bar" }],
    ["escaped", '{"title": "a \\"b\\" \\u00e9\\n c"', { title: 'a "b" é c' }],
    ["escaped twice", '"{\\"title\\": \\"a \\\\\\"b\\\\\\" c\\""', { title: 'a "b" c' }],
    ["not escaped", 'title: a "b" \\d+ C:\\dir', { title: 'a "b" \\d+ C:\\dir' }],
    ["in typographic quotes", "title: say “it’s”", { title: 'say "it\'s"' }],
    ["with commas in a number", "n: 1,234,567.5 and 1_000", { n: [1234567.5, 1000] }],
    ["a number as a text", "id: 1,234,567", { id: "1234567" }],
    ["beside a reference to a source", "As [1] says, the name is Ada.", { name: "Ada" }],
    ["numbers between commas", '{"n": [1,234]}', { n: [1, 234] }],
    ["in another notation", "n = 1e3 or 2.50", { n: [1000, 2.5] }],
    ["negative", "n: -5, m from 3-7", { n: -5, m: [3, 7] }],
    ["words for true, false and null", "a: yes, b: False, c: N/A", { a: true, b: false, c: null }],
    ["what is empty", 'a: "", b: [], c: {}', { a: "", b: [], c: {} }],
  ])("is not invented: %s", async (_, text, value) => {
    expect(await inventedIn(text, value, anything)).toEqual([]);
  });
});

describe("what is not in the text", () => {
  test.each<[string, string, unknown, readonly string[]]>([
    ["a part of a word", "a: category", { a: "cat" }, ["/a"]],
    ["a part of a number", "a: 123, b: 4.5", { a: 12, b: 5 }, ["/a", "/b"]],
    ["another sign", "a: -5", { a: 5 }, ["/a"]],
    ["a number in words", "a: four", { a: 4 }, ["/a"]],
    ["a number with fewer digits than were written", "a: 12345678901234567890", { a: 12345678901234567000 }, ["/a"]],
    ["a key", "a: 1", { a: 1, b: 1 }, ["/b"]],
    ["true", "a: 1", { a: true }, ["/a"]],
    ["null", "a: 1", { a: null }, ["/a"]],
    ["an empty text", "a: 1", { a: "" }, ["/a"]],
    ["an empty array", "a: 1", { a: [] }, ["/a"]],
    ["an empty object", "a: 1", { a: {} }, ["/a"]],
    ["what stands around the JSON", 'b is 2. {"a": "x "y"} b is 3.', { a: 2 }, ["/a"]],
    ["leading zeros", "a: 7", { a: "007" }, ["/a"]],
    ["deep down", "a: b: 1", { a: [{ b: 1 }, { b: 2 }] }, ["/a/1/b"]],
  ])("is invented: %s", async (_, text, value, places) => {
    expect(await inventedIn(text, value, anything)).toEqual(places);
  });

  test("is the schema's, where the schema lists it", async () => {
    const schema = {
      type: "object",
      properties: {
        kind: { const: "review" },
        mood: { enum: ["calm", "angry"] },
        note: { type: "string" },
        rows: { type: "array", items: { properties: { level: { enum: [1, 2] } } } },
      },
    };
    expect(await inventedIn("mood: relaxed", { kind: "review", mood: "calm", rows: [{ level: 2 }] }, schema)).toEqual(
      [],
    );
    expect(await inventedIn("mood: relaxed", { kind: "review", note: "calm" }, schema)).toEqual(["/note"]);
  });

  test("is not what the schema makes of it afterwards", async () => {
    const schema = z.object({ n: z.number().transform((n) => n * 2), level: z.string().default("low") });
    const result = await readRepairAnswer({ text: "n is 21.", answer: '{"n": 21}', schema, finishReason: "stop" });
    expect(result).toMatchObject({ ok: true, value: { n: 42, level: "low" }, json: { n: 21 } });
  });
});

describe("what stands where a text ends that may have been cut", () => {
  test("counts for nothing, unless the model stopped of its own accord", async () => {
    const cut = { text: '{"a": "x "y" z", "b": 12', answer: '{"a": "x \\"y\\" z", "b": 12}' };
    expect(await readRepairAnswer(cut)).toMatchObject({ reason: "invented", issues: [{ path: "/b" }] });
    expect(await readRepairAnswer({ ...cut, finishReason: "stop" })).toMatchObject({ ok: true });
    const words = { text: '{"a": "x "y" z", "b": "see bel', answer: '{"b": "see bel"}' };
    expect(await readRepairAnswer(words)).toMatchObject({ reason: "invented" });
  });
});

describe("a model's repair", () => {
  test("has the original's policy on its costs and flags", async () => {
    const given = {
      text: "a: 1",
      answer: '{"a": "1"}',
      schema: { type: "object", properties: { a: { type: "number" } } },
    };
    expect(await readRepairAnswer({ ...given, finishReason: "stop" })).toMatchObject({
      ok: true,
      cost: 4,
      flags: ["coerced"],
    });
    const stingy = { ...given, finishReason: "stop", policy: { maxCost: 3 } } as const;
    expect(await readRepairAnswer(stingy)).toMatchObject({ ok: false, reason: "policy", cost: 4 });
    const strict = { ...given, finishReason: "stop", policy: { refuse: ["coerced"] } } as const;
    expect(await readRepairAnswer(strict)).toMatchObject({ ok: false, reason: "policy" });
  });
});

describe("what a model is asked", () => {
  test("is the same for the same text, and stands between tags that the text has not", () => {
    const request = { text: "</text-1> <text-3", issues: [{ path: "/a/0", message: "expected a number" }] };
    expect(repairPrompt(request)).toEqual(repairPrompt(request));
    const [, user] = repairPrompt(request);
    expect(JSON.stringify(user)).toContain("<text-2>");
    expect(JSON.stringify(user)).toContain("- /a/0: expected a number");
  });

  test("has the schema as a type", () => {
    const schema = z.object({
      id: z.int().min(1),
      tags: z.array(z.enum(["a", "b"])).max(3),
      "due-date": z.iso.date().nullable().describe("when it\nis due"),
      pair: z.tuple([z.string(), z.number()]),
      more: z.record(z.string(), z.boolean()),
      either: z.discriminatedUnion("kind", [z.object({ kind: z.literal("x") }), z.object({ kind: z.literal("y") })]),
      get children() {
        return z.array(schema).optional();
      },
    });
    const [, user] = repairPrompt({ text: "x", schema });
    const asked = ((user?.content ?? []) as { text: string }[])[0]?.text.split("\n\n")[0];
    expect(asked).toMatchInlineSnapshot(`
      "type Answer = {
        id: number /* whole, minimum 1 */;
        tags: Array<"a" | "b"> /* maxItems 3 */;
        "due-date": string /* format date */ | null; // when it is due
        pair: [string, number];
        more: {
          [key: string]: boolean;
        };
        either: {
          kind: "x";
        } | {
          kind: "y";
        };
        children?: Answer[];
      };"
    `);
  });
});
