import { describe, expect, it } from "vitest";
import { isQuoteOf, unbacked } from "../../src/brief/quote-check.ts";

const text = `# Notes

The wall was built in **1934** and
has been mended   since. She said “it's tired”.

> On that day two pairs
> stayed too long.
`;

describe("isQuoteOf", () => {
  it.each([
    ["a passage over a line break", "The wall was built in **1934** and has been mended since."],
    ["quotation marks of another shape", `She said "it’s tired".`],
    ["a passage in quoted lines", "On that day two pairs stayed too long."],
  ])("takes %s for a quote", (_, quote) => {
    expect(isQuoteOf(quote, text)).toBe(true);
  });

  it.each([
    ["a passage without its emphasis", "The wall was built in 1934 and"],
    ["a passage with something left out", "The wall was built … mended since."],
    ["another case", "the wall was built in"],
    ["two words, which prove nothing", "The wall"],
    ["nothing", ""],
    ["blanks", "   "],
  ])("does not take %s for one", (_, quote) => {
    expect(isQuoteOf(quote, text)).toBe(false);
  });
});

describe("unbacked", () => {
  it("finds the claims whose quotes are not in their own documents", () => {
    const sources = { "a.md": "The sea is wide and deep.", "b.md": "The sea is narrow here." };
    const claims = [
      { file: "a.md", quote: "The sea is wide" },
      { file: "b.md", quote: "The sea is wide" },
      { file: "gone.md", quote: "The sea is wide" },
    ];
    expect(unbacked(claims, sources)).toEqual(claims.slice(1));
  });
});
