import { describe, expect, test } from "vitest";
import { type JsonSchema, type RepairFailureReason, type RepairFlag, repair } from "../../src/index.ts";

const text = { type: "string" } as const;
const number = { type: "number" } as const;
const integer = { type: "integer" } as const;
const boolean = { type: "boolean" } as const;

/** A closed object with these properties, all of them required but those whose name ends in `?`. */
function object(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const named = Object.entries(properties).map(([key, schema]) => [key.replace(/\?$/, ""), schema] as const);
  const required = Object.keys(properties).filter((key) => !key.endsWith("?"));
  return { type: "object", properties: Object.fromEntries(named), required, additionalProperties: false };
}

function list(items: JsonSchema): JsonSchema {
  return { type: "array", items };
}

function nullable(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: "null" }] };
}

const priority = { type: "string", enum: ["low", "medium", "high"] } as const;
const status = { type: "string", enum: ["open", "in progress", "closed"] } as const;
const person = object({ name: text, age: integer });
const shape = {
  oneOf: [
    object({ type: { const: "circle" }, radius: number }),
    object({ type: { const: "square" }, side: number }),
    object({ type: { const: "label" }, text }),
  ],
} as const;

/** What is read, and the flags that it has to have. */
const READ: readonly [category: string, answer: string, schema: JsonSchema, value: unknown, ...flags: RepairFlag[]][] =
  [
    [
      "apostrophes in single quotes",
      "{'note': 'it's Bob's turn'}",
      object({ note: text }),
      { note: "it's Bob's turn" },
    ],
    [
      "apostrophes in single quotes",
      "{'q': 'Who's there?', 'a': 'The neighbours' cat.'}",
      object({ q: text, a: text }),
      { q: "Who's there?", a: "The neighbours' cat." },
    ],
    ["apostrophes in single quotes", "['rock 'n' roll', 'jazz']", list(text), ["rock 'n' roll", "jazz"]],
    [
      "apostrophes in single quotes",
      "{'a': 'don\\'t', 'b': 'won't'}",
      object({ a: text, b: text }),
      { a: "don't", b: "won't" },
    ],
    ["invalid escapes", '{"regex": "\\s+\\d{2,}$"}', object({ regex: text }), { regex: "\\s+\\d{2,}$" }],
    ["invalid escapes", '{"path": "C:\\Users\\ada\\docs"}', object({ path: text }), { path: "C:\\Users\\ada\\docs" }],
    ["invalid escapes", '{"latex": "\\alpha + \\(x\\)"}', object({ latex: text }), { latex: "\\alpha + \\(x\\)" }],
    ["invalid escapes", '{"cost": "\\$5"}', object({ cost: text }), { cost: "\\$5" }],
    [
      "cut numbers",
      '{"rows": [{"id": 1, "n": 10}, {"id": 2, "n": 34',
      object({ rows: list(object({ id: integer, n: number })) }),
      { rows: [{ id: 1, n: 10 }] },
      "truncated",
    ],
    ["cut numbers", '{"name": "Ada", "age": 3', object({ name: text, "age?": integer }), { name: "Ada" }, "truncated"],
    ["cut numbers", "[10, 20, 3", list(number), [10, 20], "truncated"],
    [
      "cut texts",
      '{"name": "Ada", "bio": "Wrote the fir',
      object({ name: text, bio: text }),
      { name: "Ada", bio: "Wrote the fir" },
      "truncated",
    ],
    ["cut texts", '{"level": "hi', object({ level: priority }), { level: "high" }, "truncated"],
    [
      "cut literals",
      '{"name": "x", "ok": fal',
      object({ name: text, ok: boolean }),
      { name: "x", ok: false },
      "truncated",
    ],
    [
      "prose",
      'Sure! The person you want is {"name": "Ada", "age": 36}. Anything else?',
      person,
      { name: "Ada", age: 36 },
    ],
    ["prose", 'I used {name} and {age} as keys:\n\n{"name": "Ada", "age": 36}', person, { name: "Ada", age: 36 }],
    ["prose", 'As [1] says:\n\n["a", "b"]\n\nSee also [2].', list(text), ["a", "b"]],
    ["prose", '**Answer:** `{"name": "Ada", "age": 36}`', person, { name: "Ada", age: 36 }],
    [
      "thoughts",
      '<think>maybe {"name": "Bob", "age": 1}?</think>\n{"name": "Ada", "age": 36}',
      person,
      { name: "Ada", age: 36 },
    ],
    [
      "thoughts",
      '<reasoning>\n- {\n- [\n</reasoning>\n```json\n{"name": "Ada", "age": 36}\n```',
      person,
      { name: "Ada", age: 36 },
    ],
    ["thoughts", 'Let me see: {"name": "B"}\n</think>\n{"name": "Ada", "age": 36}', person, { name: "Ada", age: 36 }],
    ["NaN", '{"mean": NaN, "n": 0}', object({ mean: nullable(number), n: integer }), { mean: null, n: 0 }],
    ["NaN", '{"max": -Infinity}', object({ max: { type: ["number", "null"] } }), { max: null }],
    ["NaN", '{"a": undefined, "b": 1}', object({ "a?": text, b: number }), { b: 1 }],
    [
      "numbers in texts",
      '{"price": "1,299.90", "count": "12"}',
      object({ price: number, count: integer }),
      { price: 1299.9, count: 12 },
    ],
    ["numbers in texts", '{"xs": ["1", "2.5", 3]}', object({ xs: list(number) }), { xs: [1, 2.5, 3] }],
    ["numbers in texts", '{"delta": "-4e-3"}', object({ delta: number }), { delta: -0.004 }],
    ["numbers in texts", '{"ok": "False", "n": " 7 "}', object({ ok: boolean, n: integer }), { ok: false, n: 7 }],
    ["enum decoration", '{"level": "High priority"}', object({ level: priority }), { level: "high" }],
    ["enum decoration", '{"level": "**medium** (3/5)"}', object({ level: priority }), { level: "medium" }],
    ["enum decoration", '{"level": "LOW"}', object({ level: priority }), { level: "low" }],
    ["enum decoration", '{"level": "\\"low\\"."}', object({ level: priority }), { level: "low" }],
    ["enum decoration", '{"code": "It is C#."}', object({ code: { enum: ["C#", "C", "a-", "+"] } }), { code: "C#" }],
    ["enum decoration", '{"grade": "Grade: B."}', object({ grade: { enum: ["A", "B"] } }), { grade: "B" }],
    [
      "enum decoration",
      '{"mood": "It is very positive."}',
      object({ mood: { enum: ["positive", "very positive"] } }),
      { mood: "very positive" },
    ],
    ["enum with a space", '{"s": "in_progress"}', object({ s: status }), { s: "in progress" }],
    ["enum with a space", '{"s": "In-Progress"}', object({ s: status }), { s: "in progress" }],
    ["enum with a space", '{"s": "inProgress"}', object({ s: status }), { s: "in progress" }],
    [
      "a single value for an array",
      '{"errors": "The file was not found and the retry failed."}',
      object({ errors: list(text) }),
      { errors: ["The file was not found and the retry failed."] },
    ],
    ["a single value for an array", '{"tags": "news"}', object({ tags: list(text) }), { tags: ["news"] }],
    [
      "a single value for an array",
      '{"people": {"name": "Ada", "age": 36}}',
      object({ people: list(person) }),
      { people: [{ name: "Ada", age: 36 }] },
    ],
    ["a single value for an array", '{"levels": "High"}', object({ levels: list(priority) }), { levels: ["high"] }],
    [
      "an array for an object",
      '[{"name": "Ada", "age": 36}]',
      object({ people: list(person) }),
      { people: [{ name: "Ada", age: 36 }] },
    ],
    [
      "an array for an object",
      '```\n["a", "b"]\n```',
      object({ tags: list(text), "note?": text }),
      { tags: ["a", "b"] },
    ],
    ["unions", '{"type": "square", "side": "2"}', shape, { type: "square", side: 2 }],
    [
      "unions",
      '[{"type": "Circle", "radius": 1}, {"type": "label", "text": 5}]',
      list(shape),
      [
        { type: "circle", radius: 1 },
        { type: "label", text: "5" },
      ],
    ],
    [
      "unions",
      '{"id": 12345678901234567890}',
      object({ id: { anyOf: [text, { type: "null" }] } }),
      { id: "12345678901234567890" },
    ],
    ["unions", '{"v": "12"}', object({ v: { anyOf: [number, text] } }), { v: "12" }],
    ["big integers", '{"id": 9007199254740993,}', object({ id: text }), { id: "9007199254740993" }],
    [
      "big integers",
      '{"ids": [18446744073709551615, 1]}',
      object({ ids: list(text) }),
      { ids: ["18446744073709551615", "1"] },
    ],
    [
      "numbers for texts",
      '{"zip": 02134, "phone": +15551234}',
      object({ zip: text, phone: text }),
      { zip: "02134", phone: "+15551234" },
    ],
    ["numbers for texts", '{"version": 1.10}', object({ version: text }), { version: "1.10" }],
    ["numbers for texts", '{"version": 1.2.3}', object({ version: text }), { version: "1.2.3" }],
    [
      "Python",
      "{'ok': True, 'none': None, 'at': (1, 2)}",
      object({ ok: boolean, none: nullable(text), at: list(number) }),
      { ok: true, none: null, at: [1, 2] },
    ],
    ["Python", "{'xs': (1,), 'ys': ()}", object({ xs: list(number), ys: list(number) }), { xs: [1], ys: [] }],
    [
      "Python",
      "[('a', 1), ('b', 2)]",
      list({ type: "array", prefixItems: [text, number] }),
      [
        ["a", 1],
        ["b", 2],
      ],
    ],
    ["Python", "{'doc': '''it's \"here\"''', 'n': 1}", object({ doc: text, n: number }), { doc: 'it\'s "here"', n: 1 }],
    ["Ruby", '{"name" => "Ada", "age" => 36}', person, { name: "Ada", age: 36 }],
    ["other signs", '{"name" = "Ada"; "age" = 36}', person, { name: "Ada", age: 36 }],
    ["invisible characters", '\ufeff{"name":\u00a0"Ada",\u200b "age": 36,}', person, { name: "Ada", age: 36 }],
    ["comments", '{"a": 1, // the "first"\n "b": 2 /* last */}', object({ a: number, b: number }), { a: 1, b: 2 }],
    [
      "comments",
      '{\n  # name it\n  "url": "http://x.org/#top" # not this\n}',
      object({ url: text }),
      { url: "http://x.org/#top" },
    ],
    [
      "values without quotes",
      "{name: Ada Lovelace, level: high}",
      object({ name: text, level: priority }),
      { name: "Ada Lovelace", level: "high" },
    ],
    [
      "values without quotes",
      '{"date": 2026-01-05, "n": 1}',
      object({ date: text, n: number }),
      { date: "2026-01-05", n: 1 },
    ],
    [
      "values without quotes",
      "{tags: [red, green], ok: true}",
      object({ tags: list(text), ok: boolean }),
      { tags: ["red", "green"], ok: true },
    ],
    ["missing commas", '{"name": "Ada"\n "age": 36}', person, { name: "Ada", age: 36 }],
    [
      "missing commas",
      '[{"name": "A", "age": 1} {"name": "B", "age": 2}]',
      list(person),
      [
        { name: "A", age: 1 },
        { name: "B", age: 2 },
      ],
    ],
    [
      "missing commas",
      '{"xs": [1 2 3] "ys": ["a" "b"]}',
      object({ xs: list(number), ys: list(text) }),
      { xs: [1, 2, 3], ys: ["a", "b"] },
    ],
    ["other brackets", '{"xs": [1, 2}, "n": 3}', object({ xs: list(number), n: number }), { xs: [1, 2], n: 3 }],
    [
      "other brackets",
      '[{"name": "A", "age": 1], {"name": "B", "age": 2}]',
      list(person),
      [
        { name: "A", age: 1 },
        { name: "B", age: 2 },
      ],
    ],
    ["other brackets", '{"p": {"name": "A", "age": 1}', object({ p: person }), { p: { name: "A", age: 1 } }],
    ["encoded twice", '"{\\"name\\": \\"Ada\\", \\"age\\": 36}"', person, { name: "Ada", age: 36 }],
    [
      "encoded twice",
      '{"people": "[{\\"name\\": \\"Ada\\", \\"age\\": 36}]"}',
      object({ people: list(person) }),
      { people: [{ name: "Ada", age: 36 }] },
    ],
    ["encoded twice", '{\\"name\\": \\"Ada\\", \\"age\\": 36}', person, { name: "Ada", age: 36 }],
    ["a wrapper", '{"result": {"name": "Ada", "age": 36}}', person, { name: "Ada", age: 36 }],
    ["a wrapper", '{"people": [{"name": "Ada", "age": 36}]}', list(person), [{ name: "Ada", age: 36 }]],
    ["a wrapper", '{"data": {"person": {"name": "Ada", "age": 36}}}', person, { name: "Ada", age: 36 }],
    [
      "key style",
      '{"firstName": "Ada", "home-town": "London"}',
      object({ first_name: text, homeTown: text }),
      { first_name: "Ada", homeTown: "London" },
    ],
    ["key style", '{"Name": "Ada", "AGE": 36}', person, { name: "Ada", age: 36 }],
    ["key style", '{" name ": "Ada", "age": 36}', person, { name: "Ada", age: 36 }],
    [
      "two answers",
      '{"name": "Bob", "age": 1}\n\nWait, that is wrong:\n\n{"name": "Ada", "age": 36}',
      person,
      { name: "Ada", age: 36 },
      "multiple-candidates",
    ],
    [
      "two answers",
      'For example {"x": 1}. The answer is {"name": "Ada", "age": 36}.',
      person,
      { name: "Ada", age: 36 },
    ],
    [
      "two answers",
      '{"name": "B", "age": 1} is not right: {"name": "Ada", "age": 36}',
      person,
      { name: "Ada", age: 36 },
      "multiple-candidates",
    ],
    [
      "big integers",
      '{"id": 12345678901234567890, "x": "12345678901234567890"}',
      object({ id: integer, x: text }),
      { id: 12345678901234567000, x: "12345678901234567890" },
      "rounded",
    ],
    ["duplicate keys", '{"name": "Bob", "age": 36, "name": "Ada"}', person, { name: "Ada", age: 36 }, "duplicate-keys"],
    [
      "typographic quotes",
      "{“name”: “Ada “the first” L.”, “age”: 36}",
      person,
      { name: "Ada “the first” L.", age: 36 },
    ],
    ["typographic quotes", "{‘name’: ‘Ada’, ‘age’: 36}", person, { name: "Ada", age: 36 }],
    ["typographic quotes", "{«name»: «Ada», „age“: 36}", person, { name: "Ada", age: 36 }],
    [
      "a fence in a text",
      '{"code": "```js\nrun({})\n```", "lang": "js"}',
      object({ code: text, lang: text }),
      { code: "```js\nrun({})\n```", lang: "js" },
    ],
    [
      "a fence in a text",
      '```json\n{"md": "Use:\\n```json\\n{}\\n```\\nDone"}\n```',
      object({ md: text }),
      { md: "Use:\n```json\n{}\n```\nDone" },
    ],
    ["a fence", "```json5\n{name: 'Ada', age: 36,}\n", person, { name: "Ada", age: 36 }],
    ["a fence", '~~~json\n{"name": "Ada", "age": 36}\n~~~', person, { name: "Ada", age: 36 }],
    [
      "inner quotes",
      '{"name": "Ada "Countess" Lovelace", "age": 36}',
      person,
      { name: 'Ada "Countess" Lovelace', age: 36 },
    ],
    ["inner quotes", '{"html": "<a href="x.html">y</a>"}', object({ html: text }), { html: '<a href="x.html">y</a>' }],
    ["line breaks", '{"poem": "one\n\ttwo\r\nthree"}', object({ poem: text }), { poem: "one\n\ttwo\r\nthree" }],
    [
      "null for what may be absent",
      '{"name": "Ada", "age": null}',
      object({ name: text, "age?": integer }),
      { name: "Ada" },
    ],
    [
      "null for what may be absent",
      '{"name": "Ada", "age": None}',
      object({ name: text, "age?": integer }),
      { name: "Ada" },
    ],
    [
      "keys that nobody asked for",
      '{"name": "Ada", "age": 36, "confidence": 0.9}',
      person,
      { name: "Ada", age: 36 },
      "extra-keys",
    ],
  ];

/** What is not read. */
const REFUSED: readonly [category: string, answer: string, schema: JsonSchema, ...reasons: RepairFailureReason[]][] = [
  ["cut numbers", '{"name": "Ada", "age": 3', person, "truncated"],
  ["cut numbers", '{"total": 10.', object({ total: number }), "truncated"],
  ["enum ambiguity", '{"level": "low or medium"}', object({ level: priority }), "ambiguous"],
  ["enum ambiguity", '{"level": "low/high"}', object({ level: priority }), "ambiguous"],
  ["enum ambiguity", '{"level": "medium-high"}', object({ level: priority }), "ambiguous", "schema"],
  ["enum ambiguity", '{"level": "between low and high"}', object({ level: priority }), "ambiguous"],
  ["enum ambiguity", '{"level": "above medium"}', object({ level: priority }), "ambiguous"],
  ["enum ambiguity", '{"level": "low → high"}', object({ level: priority }), "ambiguous"],
  ["enum ambiguity", '{"level": "~~low~~"}', object({ level: priority }), "ambiguous"],
  ["enum ambiguity", '{"grade": "a guess"}', object({ grade: { enum: ["A", "B"] } }), "schema"],
  ["enum ambiguity", '{"grade": "A guess"}', object({ grade: { enum: ["A", "B"] } }), "schema"],
  ["enum ambiguity", '{"step": "1.5"}', object({ step: { enum: ["1", "2"] } }), "schema"],
  ["enum ambiguity", '{"step": "1.5"}', object({ step: { enum: ["15", "20"] } }), "schema"],
  ["key style", '{"row_1_1": "A"}', object({ row_11: text }), "ambiguous", "schema"],
  ["enum ambiguity", '{"step": "-1"}', object({ step: { enum: ["1", "2"] } }), "schema"],
  ["enum ambiguity", '{"step": ">1"}', object({ step: { enum: ["1", "2"] } }), "ambiguous"],
  ["Python", "{'s': r'\\d+', 'n': 1}", object({ s: text, n: number }), "ambiguous"],
  ["enum negation", '{"level": "not high"}', object({ level: priority }), "ambiguous"],
  ["enum negation", '{"level": "would be high"}', object({ level: priority }), "ambiguous"],
  ["enum negation", '{"alarm": "false positive"}', object({ alarm: { enum: ["positive", "negative"] } }), "ambiguous"],
  ["a wrapper", '{"people": [{"name": "A", "age": 1}, {"name": "B", "age": 2}]}', person, "schema"],
  ["a wrapper", '{"person": {"name": "A", "age": 1}, "score": 1}', person, "schema"],
  ["enum negation", '{"s": "no longer open"}', object({ s: status }), "ambiguous"],
  ["enum negation", '{"s": "isn’t closed"}', object({ s: status }), "ambiguous"],
  ["enum negation", '{"s": "reopened"}', object({ s: status }), "schema"],
  ["enum negation", '{"s": "unclosed"}', object({ s: status }), "schema"],
  ["a value that is missing", '{"name": "Ada"}', person, "schema"],
  ["a value that is missing", '{"name": "Ada", "age": null}', person, "schema"],
  ["a value that is missing", '{"name": "Ada", "age": "unknown"}', person, "schema"],
  ["a value that is missing", '{"name": "Ada", "age": }', person, "schema"],
  ["a refusal", "I'm sorry, but I can't share personal data.", person, "refusal"],
  ["a refusal", "I cannot answer that.", list(text), "refusal"],
  ["no answer", "There is no such person.", person, "no-json"],
  ["NaN", '{"mean": NaN}', object({ mean: number }), "schema"],
  ["numbers in texts", '{"n": "12 apples"}', object({ n: number }), "schema"],
  ["numbers in texts", '{"n": "1.234,5"}', object({ n: number }), "schema"],
  ["numbers in texts", '{"n": "12,34"}', object({ n: number }), "schema"],
  ["numbers in texts", '{"n": "about 5"}', object({ n: number }), "schema"],
  ["numbers in texts", '{"n": "3.5"}', object({ n: integer }), "schema"],
  ["big integers", '{"id": "12345678901234567890"}', object({ id: integer }), "schema"],
  ["big integers", `{"id": ${"9".repeat(400)}}`, object({ id: number }), "ambiguous"],
  ["big integers", '{"id": 1e999}', object({ id: number }), "ambiguous"],
  ["unions", '{"type": "circle", "side": 2}', shape, "schema", "ambiguous"],
  ["a single value for an array", '{"tags": "red and blue"}', object({ tags: list(text) }), "ambiguous"],
  ["a single value for an array", '{"tags": "• red • blue"}', object({ tags: list(text) }), "ambiguous"],
  ["a single value for an array", '{"tags": "a, b"}', object({ tags: list(text) }), "ambiguous"],
  ["key style", '{"first_name": "A", "firstName": "B"}', object({ "first-name": text }), "ambiguous", "schema"],
  ["two answers", '```json\n{"name": "A", "age": 1}\n```\nor {"name": "B", "age": 2}', person, "ambiguous"],
  ["two answers", 'It is {"name": "A", "age": 1}, not {"name": "B", "age": 2}.', person, "ambiguous"],
  ["two answers", '{"name": "A", "age": 1}\nDon\'t use {"name": "B", "age": 2}', person, "ambiguous"],
  ["other brackets", '{"name": "A", "age": [36}', person, "ambiguous", "schema"],
  ["inner quotes", '{"name": "the "best", "age": 36}', person, "ambiguous"],
  ["values without quotes", "{name: Ada, Countess, age: 36}", person, "ambiguous"],
];

describe("an answer whose schema says what is meant", () => {
  test.each(READ)("is read: %s: %s", (_, answer, schema, value, ...flags) => {
    const result = repair(answer, { schema });
    expect(result).toMatchObject({ ok: true });
    expect(result.ok && result.value).toEqual(value);
    for (const flag of flags) expect(result.flags).toContain(flag);
  });

  test.each(REFUSED)("is refused: %s: %s", (_, answer, schema, ...reasons) => {
    const result = repair(answer, { schema });
    expect(result).toMatchObject({ ok: false });
    expect(reasons).toContain(!result.ok && result.reason);
  });
});
