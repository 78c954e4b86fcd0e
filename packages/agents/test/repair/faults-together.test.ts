import { describe, expect, test } from "vitest";
import { z } from "zod";
import { repair } from "../../src/index.ts";

const Person = z.object({ name: z.string(), age: z.int() });
const Review = z.object({ title: z.string(), mood: z.enum(["good", "bad"]), score: z.number() });
const Pair = z.object({ title: z.string(), body: z.string() });

/** What is read, and as what. */
const READ: readonly [category: string, answer: string, schema: z.ZodType, value: unknown][] = [
  [
    "a draft, then typographic quotes in a fence",
    '<think>{"title": "a", "mood": "bad", "score": 0}</think>\n```json\n{“title”: “The “best” one”, “mood”: “Good”, “score”: “4.5”,}\n```',
    Review,
    { title: "The “best” one", mood: "good", score: 4.5 },
  ],
  [
    "thoughts after the answer",
    '{"name": "Ann", "age": 41} <think>Or {"name": "Bob", "age": 3}?</think>',
    Person,
    { name: "Ann", age: 41 },
  ],
  [
    "Python with apostrophes and None in a fence",
    "```python\n{'people': [{'name': 'Ann O'Neil', 'age': 41}, {'name': \"Bo's\", 'age': None}]}\n```",
    z.object({ people: z.array(z.object({ name: z.string(), age: z.int().nullable() })) }),
    {
      people: [
        { name: "Ann O'Neil", age: 41 },
        { name: "Bo's", age: null },
      ],
    },
  ],
  ["a tuple, and nothing else", "```python\n('a', 1)\n```", z.tuple([z.string(), z.int()]), ["a", 1]],
  ["brackets of a template", "{{name: 'Ann', \"age\": 41}}", Person, { name: "Ann", age: 41 }],
  [
    "brackets of a template within each other",
    '{{"p": {{"name": "x", "age": 1}}}}',
    z.object({ p: Person }),
    { p: { name: "x", age: 1 } },
  ],
  ["HTML", "{&quot;name&quot;: &quot;A &amp; B&quot;, &quot;age&quot;: 41}", Person, { name: "A & B", age: 41 }],
  ["signs of East Asian text", '{"name"："Ann，Bob"，"age"：41}', Person, { name: "Ann，Bob", age: 41 }],
  ["semicolons", '{"a": [1; 2; 3];\n"b": 2;}', z.object({ a: z.array(z.int()), b: z.int() }), { a: [1, 2, 3], b: 2 }],
  ["a key without its closing quote", '{"name: "Ann", "age": 41}', Person, { name: "Ann", age: 41 }],
  ["commas in a number", '{"n": 1,234,567.5, "m": 2}', z.object({ n: z.number(), m: z.int() }), { n: 1234567.5, m: 2 }],
  ["a point at the end of a number", '{"n": 5., "m": 2}', z.object({ n: z.number(), m: z.int() }), { n: 5, m: 2 }],
  ["zeros that mean the same in base 8", '{"n": 007}', z.object({ n: z.int() }), { n: 7 }],
  [
    "a date with its time",
    "{at: 2026-01-02T03:04:05Z}",
    z.object({ at: z.iso.datetime() }),
    { at: "2026-01-02T03:04:05Z" },
  ],
  [
    "a wrapper around what is all optional",
    '{"result": {"name": "Ann", "age": 41}}',
    Person.partial(),
    { name: "Ann", age: 41 },
  ],
  [
    "optional keys in another style",
    '{"first_name": "A", "x": 1}',
    z.object({ firstName: z.string().optional() }),
    { firstName: "A" },
  ],
  [
    "a form that is filled in",
    'Format: {"title": "...", "body": "..."}\n{"title": "A", "body": "B"}',
    Pair,
    { title: "A", body: "B" },
  ],
  [
    "an answer before the form that it has",
    '{"title": "A", "body": "B"}\n(The format was {"title": "...", "body": "..."}.)',
    Pair,
    { title: "A", body: "B" },
  ],
  [
    "the schema, then an answer",
    'Schema: {"type": "object", "properties": {"name": {"type": "string"}}}\nAnswer: {"name": "Ann", "age": 41}',
    Person,
    { name: "Ann", age: 41 },
  ],
];

/** What is not. */
const REFUSED: readonly [category: string, answer: string, schema: z.ZodType][] = [
  ["a draft, and a refusal", '<think>{"name": "Ann", "age": 41}</think>I\'m sorry, I can\'t help with that.', Person],
  ["a draft, and an answer that is cut", '<think>{"name": "Bob", "age": 3}</think>\n{"name": "Ann", "age": 4', Person],
  ["a draft, and an answer that lacks something", '<think>{"name": "Bob", "age": 3}</think>\n{"name": "Ann"}', Person],
  ["a draft that was given up", '<think>{"name": "Bob", "age": 3}? No, that is', Person],
  ["a correction that does not fit", '{"name": "Ann", "age": 41}\nFinal: {"name": "Ann", "age": "old"}', Person],
  ["a correction that is cut", '{"name": "Ann", "age": 41}\nCorrection: {"name": "Ann", "age":', Person],
  [
    "the schema",
    '{"type": "object", "title": "Thing", "properties": {"title": {"type": "string"}}}',
    z.object({ title: z.string() }),
  ],
  ["the form", '{"title": "<string>", "body": "[Your text here]"}', Pair],
  ["the form, in dots", '{"title": "...", "body": "..."}', Pair],
  ["the form, as a type", "{title: string, body: string}", Pair],
  ["items that are left out between others", "[1, 2, ..., 9]", z.array(z.int())],
  ["half an escape", '{"title": "caf\\u00e", "body": "x"}', Pair],
  ["half an address that looks like one", '{"to": "ann@example.co', z.object({ to: z.email() })],
  ["zeros that may mean base 8", '{"n": 010}', z.object({ n: z.int() })],
  ["a number that may be several", '{"n": 100,200,300}', z.object({ n: z.array(z.int()) })],
  ["a number whose comma may be its point", '{"n": "1.234,56"}', z.object({ n: z.number() })],
  ["an array once more, or an item", "[[]]", z.array(z.object({ tags: z.array(z.string()) }))],
  [
    "an array in which a bracket may be one too many",
    '{"id": [[], [[]]}',
    z.object({ id: z.array(z.array(z.array(z.string()))) }),
  ],
  ["a comment that may be an item", '{"tags": [\n#1,\n"b"\n]}', z.object({ tags: z.array(z.string()) })],
  [
    "a text that has swallowed an item",
    '{"tags": ["10:30" ,\n one, two",\n "c"]}',
    z.object({ tags: z.array(z.string()) }),
  ],
  ["backslashes that may be doubled", `'{"title": "C:\\\\dir", "body": "x"}'`, Pair],
  ["items after a bracket of the wrong kind", '[{"name": "A", "age": 1] \n {"name": "B", "age": 2}]', z.array(Person)],
];

describe("an answer with several faults", () => {
  test.each(READ)("is read: %s", (_, answer, schema, value) => {
    const result = repair(answer, { schema });
    expect(result).toMatchObject({ ok: true });
    expect(result.ok && result.value).toEqual(value);
  });

  test.each(REFUSED)("is refused: %s", (_, answer, schema) => {
    expect(repair(answer, { schema })).toMatchObject({ ok: false });
  });

  test("says that an item may be missing before a comma", () => {
    const schema = z.array(z.int());
    expect(repair("[1,, 2]", { schema })).toMatchObject({ ok: true, value: [1, 2], flags: ["dropped-incomplete"] });
  });
});
