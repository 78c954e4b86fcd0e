import { describe, expect, test } from "vitest";
import { type RepairKind, repair } from "../../src/index.ts";

/** What was done, each kind once, in alphabetical order. */
function kindsOf(result: { readonly repairs: readonly { readonly kind: RepairKind }[] }): readonly RepairKind[] {
  return [...new Set(result.repairs.map(({ kind }) => kind))].sort();
}

const repaired: readonly [name: string, text: string, value: unknown, kinds: readonly RepairKind[]][] = [
  ["a code fence", '```json\n{"city": "Oslo"}\n```', { city: "Oslo" }, ["fence"]],
  ["a fence within a fence", '````\n```json\n["x"]\n```\n````', ["x"], ["fence", "prose"]],
  ["a fence that is never closed", '```json\n{"city": "Oslo"}', { city: "Oslo" }, ["fence"]],
  ["prose on both sides", 'It is {"n": 3}, I think.', { n: 3 }, ["prose"]],
  ["prose with brackets of its own", 'As in (a) and {b}:\n{"n": 3}\n(end)', { n: 3 }, ["prose"]],
  ["a comma at the end", '{"n": [1, 2,],}', { n: [1, 2] }, ["extra-comma"]],
  ["commas without values", '{, "n": [1,, 2]}', { n: [1, 2] }, ["doubled-comma", "missing-item"]],
  [
    "apostrophes in single quotes",
    "{'a': 'it's', 'b': 'the cats' tails'}",
    { a: "it's", b: "the cats' tails" },
    ["inner-quote", "quotes"],
  ],
  ["backticks", '{"n": `x "y" z`}', { n: 'x "y" z' }, ["quotes"]],
  ["typographic quotes", "{“n”: “say “x” now”}", { n: "say “x” now" }, ["inner-quote", "quotes"]],
  ["keys without quotes", "{first_name: 1, b-c: 2, 3: 4}", { 3: 4, first_name: 1, "b-c": 2 }, ["bare-key"]],
  ["texts without quotes", '{"n": Ada Lovelace, "at": 10:30}', { n: "Ada Lovelace", at: "10:30" }, ["bare-text"]],
  [
    "Python",
    "{'a': True, 'b': None, 'c': (1, 'x')}",
    { a: true, b: null, c: [1, "x"] },
    ["literal", "quotes", "tuple"],
  ],
  ["words that JSON lacks", "[NaN, undefined, -Infinity]", [null, null, null], ["null-from-word"]],
  ["numbers in other notations", "[+1, .5, 0x1F, 1_000]", [1, 0.5, 31, 1000], ["number-form"]],
  [
    "comments",
    '{"a": "http://x#y", // it is "one"\n/* {two} */ "b": 2 # three\n}',
    { a: "http://x#y", b: 2 },
    ["comment"],
  ],
  ["line breaks and tabs in a text", '{"n": "one\ntwo\tthree"}', { n: "one\ntwo\tthree" }, ["control-character"]],
  ["quotes in a text", '{"n": "a "b", "c" and "d" e", "m": 1}', { n: 'a "b", "c" and "d" e', m: 1 }, ["inner-quote"]],
  ["quotes at a text's end", '["he said "no""]', ['he said "no"'], ["inner-quote"]],
  ["what somebody says", '{"n": ""Hm," she said.", "m": 1}', { n: '"Hm," she said.', m: 1 }, ["inner-quote"]],
  [
    "an address without quotes",
    "{n: https://x.org/a?b=1&c=2#d}",
    { n: "https://x.org/a?b=1&c=2#d" },
    ["bare-key", "bare-text"],
  ],
  ["inches", '{"n": "a 5" nail", "m": 1}', { n: 'a 5" nail', m: 1 }, ["inner-quote"]],
  ["a pattern", '{"n": "^\\d+\\.\\w$"}', { n: "^\\d+\\.\\w$" }, ["escape"]],
  ["a path whose escapes JSON knows", '{"n": "C:\\Users\\new\\bin"}', { n: "C:\\Users\\new\\bin" }, ["escape"]],
  ["JSON escaped as a whole", '{\\"a\\": \\"x \\\\\\"y\\\\\\"\\"}', { a: 'x "y"' }, ["escaped-json"]],
  ["missing commas", '{"a": 1\n "b": ["x" "y"], "c": [2 3]}', { a: 1, b: ["x", "y"], c: [2, 3] }, ["missing-comma"]],
  ["a missing colon", '{"a" 1, "b" "x", "c" true}', { a: 1, b: "x", c: true }, ["missing-colon"]],
  ["a missing quote at a text's end", '{"a": "x, "b": 1}', { a: "x", b: 1 }, ["missing-quote"]],
  ["a missing quote at a text's beginning", '{"a": x", b": 1}', { a: "x", b: 1 }, ["missing-quote"]],
  ["a missing first bracket", '"a": 1, "b": "x"}', { a: 1, b: "x" }, ["missing-opener"]],
  ["an array of texts that was not closed", '{"a": ["x", "y", "b": 3}', { a: ["x", "y"], b: 3 }, ["missing-closer"]],
  ["a bracket of another kind", '{"a": [1, 2}', { a: [1, 2] }, ["missing-closer"]],
  ["brackets of another kind", '{"a": [1, 2}, "b": {"c": 3]}', { a: [1, 2], b: { c: 3 } }, ["wrong-closer"]],
  ["a bracket too many at the end", '{"a": 1}}', { a: 1 }, ["extra-closer"]],
  ["a bracket too many in the middle", '{"a": {"b": 1}}, "c": 2}', { a: { b: 1 }, c: 2 }, ["extra-closer"]],
  ["an ellipsis", '{"a": [1, 2, ...], ...}', { a: [1, 2] }, ["ellipsis"]],
  ["a missing value", '{"a": , "b": 1}', { b: 1 }, ["missing-value"]],
];

describe("what is not JSON but meant to be", () => {
  test.each(repaired)("is read: %s", (_, text, value, kinds) => {
    const result = repair(text);
    expect(result).toMatchObject({ ok: true, status: "repaired", tier: 1 });
    expect(result.ok && result.value).toEqual(value);
    expect(kindsOf(result)).toEqual(kinds);
  });

  test("is listed change by change, with place, reason and cost", () => {
    const result = repair("Well:\n{'n': 1 \"m\": 'x',}");
    expect(result).toMatchObject({ ok: true, cost: 1, flags: [] });
    expect(result.repairs).toEqual([
      { kind: "prose", position: 0, reason: expect.any(String), cost: 0 },
      { kind: "quotes", position: 7, reason: expect.any(String), cost: 0 },
      { kind: "missing-comma", position: 14, reason: "a comma was missing", cost: 1 },
      { kind: "quotes", position: 19, reason: expect.any(String), cost: 0 },
      { kind: "extra-comma", position: 23, reason: expect.any(String), cost: 0 },
    ]);
  });

  test("costs what one slip costs, however often it was made", () => {
    expect(repair("[1 2]")).toMatchObject({ cost: 1 });
    expect(repair("[1 2 3 4 5 6 7 8 9]")).toMatchObject({ ok: true, cost: 1 });
  });

  test("keeps a key twice as JSON.parse does, and says so", () => {
    const text = '{"a": 1, "b": 2, "a": 3}';
    expect(repair(text)).toMatchObject({ ok: true, value: { a: 3, b: 2 }, flags: ["duplicate-keys"], cost: 1 });
  });

  test("leaves prototypes alone", () => {
    const result = repair("{'__proto__': {'polluted': true}}");
    expect(result.ok && Object.keys(result.value as object)).toEqual(["__proto__"]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("what may mean two things", () => {
  test.each([
    ["an odd number of quotes in a text", '{"a": "the "best"}'],
    ["doubled quotes", '{"a": "he said ""no"" twice", "b": 1}'],
    ["quotes that may be keys", '{"a": "x "b": y", "c": 1}'],
    ["a missing quote at the very end", '{"a": "x}'],
    ["a missing quote before a bracket", '{"a": {"b": "x}, "c": 1}'],
    ["a path whose last backslash escapes the quote", '{"a": "C:\\dir\\", "b": 1}'],
    ["escapes that JSON knows beside others", '{"a": "one\\ntwo \\d"}'],
    ["words between values", '{"a": [1, well, 2]}'],
    ["a remark between texts", '["a", let me see, "b"]'],
    ["a text with a comma and no quotes", '{"a": one, two, "b": 1}'],
    ["numbers with spaces", '{"a": 1 000, "b": 1}'],
    ["a word that is nearly a literal", '{"a": nul}'],
    ["a literal with a letter too many", '{"a": truxe}'],
    ["a part of a literal", '{"a": fal}'],
    ["a literal with a sign in it", '{"a": fal/se}'],
    ["a number with a quote in it", '{"a": 1\'2}'],
    ["a key that may have swallowed a value and the next key", '{"a: 1,\n  b": 2,}'],
    ["a text whose closing quote became another sign", '{"a": "x:, "b": 1}'],
    ["an array of one whose first bracket may be too many", '{"a": ["x", "b": 1}'],
    ["a value in an array whose first bracket may be missing", '{"a": 1], "b": 2}'],
    ["an object that may have become an array", '{"a": ["b": 1}, "c": 2}'],
    ["a number that others read as octal", '{"a": 010}'],
    ["a call", '{"a": Decimal("1.5")}'],
    ["members after the end, of which there is more than one reading", '{"x": {"a": 1}, "b": 2}, "c": 3}'],
    ["an array whose first bracket may be missing", '{"a": ["x"]]}'],
    ["values of different kinds in prose", 'First {"a": 1}, then ["b"].'],
    ["objects after a comma, where no array is asked for", '{"a": 1}, {"a": 2}'],
    ["a value after a bracket that nothing closes", 'There is a { here, then {"a": 1}'],
    ["a value before brackets that nothing opens", '{"a": 1} and so on]}'],
    ["an array with a bracket too many or too few", '{"a": [["x"]}'],
    ["a bracket that may be a slip, where a comma is missing", '{"a": [[1, 2] [3]}'],
    ["JSON of which only a part can be read", '{"a": 1, oops, "b": {"c": 2}}'],
    ["JSON in something that can't be read", '{"a": oops(, "b": [1]}'],
    ["one value in parentheses", '{"a": ("x")}'],
    ["a comment that may be part of a text", '{"a": ["b", # c",\n "d"]}'],
  ])("is refused: %s", (_, text) => {
    expect(repair(text)).toMatchObject({ ok: false, status: "failed", reason: "ambiguous", repairs: [] });
  });
});

describe("what is cut off", () => {
  test.each<[string, unknown, readonly string[]]>([
    ['{"a": "the qui', { a: "the qui" }, ["truncated"]],
    ['{"a": ["x", "y', { a: ["x", "y"] }, ["truncated"]],
    ['{"a": "caf\\u00', { a: "caf" }, ["truncated"]],
    ['{"a": "\\ud83d', {}, ["truncated", "dropped-incomplete"]],
    ['{"a": 1, "b": tr', { a: 1, b: true }, ["truncated"]],
    ['{"a": 1, "b":', { a: 1 }, ["truncated", "dropped-incomplete"]],
    ['{"a": 1, "b', { a: 1 }, ["truncated", "dropped-incomplete"]],
    ['{"a": 1, "b": "', { a: 1 }, ["truncated", "dropped-incomplete"]],
    ['{"a": [{"b": 1}, {', { a: [{ b: 1 }, {}] }, ["truncated"]],
  ])("is kept as far as it came, and flagged: %j", (text, value, flags) => {
    const result = repair(text);
    expect(result).toMatchObject({ ok: true, value });
    expect([...result.flags].sort()).toEqual([...flags].sort());
  });

  test("is refused where it ends in a number: it may have had more digits", () => {
    expect(repair('{"a": [1, 2')).toMatchObject({ ok: false, reason: "truncated", best: { a: [1] } });
    expect(repair('{"a": 12.')).toMatchObject({ ok: false, reason: "truncated", best: {} });
    expect(repair('{"a": -')).toMatchObject({ ok: false, reason: "truncated" });
    expect(repair('{"a": 12 ')).toMatchObject({ ok: true, value: { a: 12 }, flags: ["truncated"] });
  });
});

describe("what is no answer", () => {
  test("is told apart: nothing there, or the model refuses", () => {
    expect(repair("")).toMatchObject({ ok: false, reason: "no-json" });
    expect(repair("There is nothing to report.")).toMatchObject({ ok: false, reason: "no-json" });
    expect(repair("I'm sorry, but I can't help with that.")).toMatchObject({ ok: false, reason: "refusal" });
  });

  test("is not taken from where the model was still thinking, if it answers afterwards", () => {
    const thought = '<think>Perhaps {"a": 1}, or {a brace</think>\n';
    expect(repair(`${thought}{"a": 2}`)).toMatchObject({ ok: true, value: { a: 2 }, flags: [] });
    expect(repair('So {"a": 1}?</think> {"a": 2}')).toMatchObject({ ok: true, value: { a: 2 }, flags: [] });
    expect(repair('<think>It is {"a": 1}</think>')).toMatchObject({ ok: true, value: { a: 1 }, cost: 2 });
  });

  test("of several answers, is all but the last", () => {
    const both = '{"a": 1}\nNo, wait:\n{"a": 2}';
    expect(repair(both)).toMatchObject({ ok: true, value: { a: 2 }, flags: ["multiple-candidates"] });
    expect(repair('```json\n{"a": 1}\n```\nor {"a": 2}')).toMatchObject({ ok: false, reason: "ambiguous" });
    expect(repair('{"a": 1}\n{"a": 1}')).toMatchObject({ ok: true, value: { a: 1 }, flags: [] });
  });
});
