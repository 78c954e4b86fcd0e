import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type JsonSchema, repair } from "../../src/index.ts";
import { record } from "../support/samples.ts";

/** What `pnpm proof` asks for, and the sample of every day. */
const numRuns = process.env.FLUJO_PROOF === undefined ? 400 : 40_000;

/** One sign of the structure, not of what is in a text or a number, is lost, added or taken for another one. */
const slips: Readonly<Record<string, (text: string, at: number, sign: string) => string>> = {
  "a sign is missing": (text, at) => text.slice(0, at) + text.slice(at + 1),
  "a sign is one too many": (text, at, sign) => text.slice(0, at) + sign + text.slice(at),
  "a sign is another one": (text, at, sign) => text.slice(0, at) + sign + text.slice(at + 1),
  "a sign stands there twice": (text, at) => text.slice(0, at) + text.slice(at, at + 1) + text.slice(at),
};

describe("an answer in which", () => {
  test.each(Object.entries(slips))(
    "%s is read as it was, or is refused, or says what may be wrong",
    { timeout: 600_000 },
    (_, slip) => {
      fc.assert(
        fc.property(
          ...[record, fc.nat(), fc.constantFrom(..."\"',:{}[]()"), fc.constantFrom(undefined, 1, 2)],
          ({ schema, value }, place, sign, space) => {
            const text = JSON.stringify(value, null, space);
            const places = structureOf(text);
            const broken = slip(text, places[place % places.length] as number, sign);
            for (const guide of [{ schema }, {}]) {
              const wrong = silentlyWrong(broken, value, guide);
              if (wrong !== undefined) expect.fail(`${broken} gives ${JSON.stringify(wrong)}`);
            }
          },
        ),
        // The same each time: with enough of them, one may always be found that nobody could tell.
        { numRuns, seed: 6 },
      );
    },
  );
});

/** What is taken for the answer, without a word of doubt, though it is another one. */
function silentlyWrong(text: string, value: unknown, guide: { readonly schema?: JsonSchema }): unknown {
  const result = repair(text, guide);
  // What is JSON again can't be told from what was meant.
  if (!result.ok || result.status === "valid" || isDeepStrictEqual(result.json, value)) return undefined;
  return result.flags.some((flag) => flag !== "coerced") ? undefined : result.json;
}

/** Where brackets, commas, colons, white space and the quotes of texts are. */
function structureOf(json: string): readonly number[] {
  const places: number[] = [];
  for (const { 0: token, index } of json.matchAll(/"(?:[^"\\]|\\.)*"|[^"\w.+-]/g)) {
    places.push(index);
    if (token.length > 1) places.push(index + token.length - 1);
  }
  return places;
}
