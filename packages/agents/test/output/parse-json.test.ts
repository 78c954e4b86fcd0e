import { describe, expect, test } from "vitest";
import { parseJson } from "../../src/output/parse-json.ts";

describe("what is JSON", () => {
  test.each([
    ['{"a":1}', { a: 1 }],
    [" \n[1]\n", [1]],
    ['"text"', "text"],
    ["null", null],
    ['\uFEFF{"a":1}', { a: 1 }],
    ['```json\n{"a":1}\n```', { a: 1 }],
    ['```JSON\r\n{"a":1}\r\n```\n', { a: 1 }],
    ['```\n{"a":1}\n```', { a: 1 }],
    ['```json\n{"code":"```js\\n1\\n```"}\n```', { code: "```js\n1\n```" }],
    ['{"code":"```json\\n{}\\n```"}', { code: "```json\n{}\n```" }],
  ])("is read: %j", (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });
});

describe("what is not JSON alone", () => {
  test.each([
    "",
    'Sure! {"a":1}',
    '{"a":1} I hope this helps.',
    'Here:\n```json\n{"a":1}\n```',
    '```json\n{"a":1}\n```\n```json\n{"a":2}\n```',
    '```yaml\n{"a":1}\n```',
    '```json\n{"a":1}',
    '```json\n{"a":1}xyz',
    '{"a":1,}',
    "{'a':1}",
    '{"a":1',
    "NaN",
    "```",
    "```json```",
    "undefined",
  ])("is refused: %j", (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});
