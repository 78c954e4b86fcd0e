import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { repair } from "../../src/index.ts";
import { container, json, record } from "../support/samples.ts";

/** The same each time: with enough of them, one may always be found that nobody could tell. */
const SEED = 6;

/** What stands between structural characters: quoted texts, keys with a mark, and all else. */
const TOKENS = /"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\],]|[^\s"{}[\],]+/g;

function edited(text: string, at: number, pattern: RegExp, change: (token: string) => string): string {
  const places = [...text.matchAll(TOKENS)].filter(([token]) => pattern.test(token));
  const place = places[at % Math.max(places.length, 1)];
  if (place === undefined) return text;
  const after = place.index + place[0].length;
  return text.slice(0, place.index) + change(place[0]) + text.slice(after);
}

const KEY = /^".*:$/s;
const TEXT = /^".*"$/s;
const everyText = (text: string, change: (token: string) => string): string =>
  text.replaceAll(TOKENS, (token) => (token.startsWith('"') ? change(token) : token));

/** Slips of the pen, each at one place or at all. */
const slips: Readonly<Record<string, (text: string, at: number) => string>> = {
  "in a fence": (text) => `\`\`\`json\n${text}\n\`\`\``,
  "in prose": (text) => `Here it is (as {you} asked):\n\n${text}\n\nIt's "all" there.`,
  "after thoughts": (text) => `<think>It could be {"id": 0}, or {this</think>\n${text}`,
  "a comma at the end": (text, at) => edited(text, at, /^[}\]]$/, (token) => `,${token}`),
  "a comma too few": (text, at) => edited(text, at, /^,$/, () => " "),
  "a colon too few": (text, at) => edited(text, at, KEY, (token) => `${token.slice(0, -1)} `),
  "single quotes": (text) =>
    everyText(text, (token) => token.replaceAll(/^"|"(?=\s*:?$)/g, "'").replaceAll('\\"', '"')),
  "typographic quotes": (text) => everyText(text, (token) => token.replace(/^"/, "“").replace(/"(?=\s*:?$)/, "”")),
  "keys without quotes": (text) => text.replaceAll(/"(\w+)":/g, "$1:"),
  "quotes that are not escaped": (text) => everyText(text, (token) => token.replaceAll('\\"', '"')),
  "line breaks that are not escaped": (text) => everyText(text, (token) => token.replaceAll("\\n", "\n")),
  "backslashes that are not escaped": (text) => everyText(text, (token) => token.replaceAll("\\\\", "\\")),
  comments: (text) => text.replaceAll(/,(?=\n)/g, ', // as "usual"'),
  "a text without its end": (text, at) => edited(text, at, TEXT, (token) => token.slice(0, -1)),
  "a text without its beginning": (text, at) => edited(text, at, TEXT, (token) => token.slice(1)),
  "a key without its end": (text, at) => edited(text, at, KEY, (token) => token.replace(/"\s*:$/, ":")),
  "a quote twice": (text, at) => edited(text, at, TEXT, (token) => `${token}"`),
  "a bracket too few": (text, at) => edited(text, at, /^[}\]]$/, () => ""),
  "a bracket too many": (text, at) => edited(text, at, /^[}\]]$/, (token) => token + token),
  "another bracket": (text, at) => edited(text, at, /^[}\]]$/, (token) => (token === "}" ? "]" : "}")),
  "no first bracket": (text, at) => edited(text, at, /^[{[]$/, () => ""),
  "a bracket that opens too much": (text, at) => edited(text, at, /^[{[]$/, (token) => token + token),
  "words in between": (text, at) => edited(text, at, /^,$/, () => ", let me see, "),
  "escaped as a whole": (text) => JSON.stringify(text).slice(1, -1),
  "written into a text": (text) => JSON.stringify(text),
  "in a wrapper": (text) => `{"result": ${text}}`,
  "in an array": (text) => `[${text}]`,
  "keys in another style": (text) => text.replaceAll('"first_name"', '"firstName"'),
  "numbers as texts": (text) => text.replaceAll(/(?<=[\s:[,])-?\d+(?=[\s,}\]])(?=(?:[^"]*"[^"]*")*[^"]*$)/g, '"$&"'),
};

describe("JSON that is fine", () => {
  test("comes back as it is, for 10 000 values", () => {
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 2, "\t"), (value, space) => {
        const result = repair(JSON.stringify(value, null, space));
        expect(result).toMatchObject({ ok: true, status: "valid", tier: 0, repairs: [], cost: 0, flags: [] });
        return result.ok && isDeepStrictEqual(result.value, value);
      }),
      { numRuns: 10_000, seed: SEED },
    );
  });

  test("is found in prose", () => {
    fc.assert(
      fc.property(container, (value) => {
        const result = repair(`This is what I found:\n\n${JSON.stringify(value)}\n\nIs it "enough"?`);
        return result.ok && result.cost === 0 && isDeepStrictEqual(result.value, value);
      }),
      { seed: SEED },
    );
  });
});

describe("JSON that is cut off, wherever that is", () => {
  test("gives nothing that was not there, says that it is cut, and is no answer if the model stopped early", () => {
    fc.assert(
      fc.property(container, fc.constantFrom(undefined, 2), (value, space) => {
        const text = JSON.stringify(value, null, space);
        for (let end = 1; end < text.length; end++) {
          const cut = text.slice(0, end);
          const result = repair(cut);
          if (result.ok) {
            expect(result.flags).toContain("truncated");
            if (!isBeginning(result.value, value)) expect.fail(`${cut} gives ${JSON.stringify(result.value)}`);
          }
          expect(repair(cut, { finishReason: "length" }).ok).toBe(false);
        }
      }),
      { numRuns: 100, seed: SEED },
    );
  });
});

describe("an answer with a slip of the pen", () => {
  test.each(Object.entries(slips))("gives what was meant, or says that it may not: %s", (_, slip) => {
    fc.assert(
      fc.property(record, fc.nat(), fc.constantFrom(undefined, 2), ({ schema, value }, at, space) => {
        const text = slip(JSON.stringify(value, null, space), at);
        const result = repair(text, { schema });
        // What is JSON again and fits can't be told from what was meant.
        if (!result.ok || result.status === "valid") return;
        if (result.flags.includes("truncated") || result.flags.includes("dropped-incomplete")) return;
        expect(result.json).toEqual(value);
      }),
      { numRuns: 150, seed: SEED },
    );
  });

  test.each(Object.entries(slips))("is read once and for all: %s", (_, slip) => {
    fc.assert(
      fc.property(record, fc.nat(), ({ schema, value }, at) => {
        const result = repair(slip(JSON.stringify(value), at), { schema });
        if (!result.ok) return;
        const again = repair(JSON.stringify(result.json), { schema });
        expect(again).toMatchObject({ ok: true, status: "valid", repairs: [] });
        expect(again.ok && again.json).toEqual(result.json);
      }),
      { seed: SEED },
    );
  });

  // After prose nobody can tell that a first bracket is missing.
  const anywhere = Object.entries(slips).filter(([name]) => name !== "no first bracket");

  test.each(anywhere)("is read alike after prose: %s", (_, slip) => {
    fc.assert(
      fc.property(record, fc.nat(), fc.constantFrom(undefined, 2), ({ schema, value }, at, space) => {
        const text = slip(JSON.stringify(value, null, space), at);
        const alone = repair(text, { schema });
        const after = repair(`Of course! This is (as {asked}) what I found:\n\n${text}`, { schema });
        if (alone.ok) expect(after).toMatchObject({ ok: true, json: alone.json });
        else expect(after.ok).toBe(false);
      }),
      { seed: SEED },
    );
  });
});

/** Whether `part` is `whole` up to some place: texts and arrays may end early, and members may be absent. */
function isBeginning(part: unknown, whole: unknown): boolean {
  if (typeof part === "string") return typeof whole === "string" && whole.startsWith(part);
  if (typeof part !== "object" || part === null) return part === whole;
  if (typeof whole !== "object" || whole === null || Array.isArray(part) !== Array.isArray(whole)) return false;
  return Object.entries(part).every(
    ([key, value]) => Object.hasOwn(whole, key) && isBeginning(value, (whole as Record<string, unknown>)[key]),
  );
}
