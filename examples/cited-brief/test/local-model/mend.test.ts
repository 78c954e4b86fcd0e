import { describe, expect, it } from "vitest";
import { isQuoteOf } from "../../src/brief/quote-check.ts";
import { mend } from "../../src/local-model/mend.ts";

const document = `**1 May 2024.** Calm. The plates
show *little* gain. The mean for the year
is 7.4 millimetres.

**2 June 2024.** Wind. The plates show a loss.

See [the notes](https://example.org/notes) for more.

> **Caution.** Two pairs stayed
> at their stations.
`;
const mended = (quote: string): string | null | undefined => mend([{ id: 4, text: "t", quote }], document)[0]?.quote;

describe("mend", () => {
  it.each([
    [
      "fills in what was left out",
      "1 May 2024. … The mean for the year is 7.4 millimetres.",
      "1 May 2024.** Calm. The plates show *little* gain. The mean for the year is 7.4 millimetres.",
    ],
    ["puts emphasis back", "The plates show little gain.", "The plates show *little* gain."],
    ["joins quoted lines", "Two pairs stayed at their stations.", "Two pairs stayed at their stations."],
    ["puts a link back", "See the notes for more.", "See [the notes](https://example.org/notes) for more."],
    ["takes the nearest of several places", "The plates … a loss.", "The plates show a loss."],
    [
      "finds a sentence that is much the same",
      "Plates will have shown a very little gain.",
      "The plates show *little* gain.",
    ],
  ])("%s", (_, quote, passage) => {
    expect(mended(quote)?.replace(/^\*\*/, "")).toBe(passage);
    expect(isQuoteOf(mended(quote) ?? "", document)).toBe(true);
  });

  it.each(["Nothing like this was ever written here.", "", "…"])("finds no passage for %j", (quote) => {
    expect(mended(quote)).toBeNull();
  });

  it("keeps the claim's id and text", () => {
    expect(mend([{ id: 4, text: "t", quote: "The plates show a loss." }], document)).toEqual([
      { id: 4, text: "t", quote: "The plates show a loss." },
    ]);
  });
});
