import { describe, expect, it } from "vitest";
import { claimsIn } from "../../src/local-model/claims.ts";

const textsOf = (document: string, kind = "report", limit = 1): string[] =>
  claimsIn(document, kind, limit).map(({ text }) => text);

describe("claimsIn", () => {
  it("tells a motion with its outcome in one claim, and quotes all of it", () => {
    const motion =
      "**Motion 7.3.** Proposed by Councillor Rudlow, seconded by Councillor Keldane: that £410,000 be set aside. *Carried, 10 votes for, none against.*";
    expect(claimsIn(motion, "minutes", 1)).toEqual([
      {
        text: "Motion 7.3, that £410,000 be set aside: carried, 10 votes for, none against.",
        quote:
          "Motion 7.3. Proposed by Councillor Rudlow, seconded by Councillor Keldane: that £410,000 be set aside. Carried, 10 votes for, none against.",
      },
    ]);
  });

  it("says who spoke where a sentence only says she", () => {
    const text = "Hesper Loddon presented the report. She said that the wall would last for 8 to 15 years.";
    expect(textsOf(text, "minutes")).toEqual(["Hesper Loddon said that the wall would last for 8 to 15 years."]);
  });

  it("takes a sentence that points back together with the one before", () => {
    const text = "The council counted 63 flooded houses. Ours is a count of 71 houses, all of them wet.";
    expect(textsOf(text, "opinion")).toEqual([text]);
  });

  it("leaves a sentence alone that points back to something out of reach", () => {
    expect(
      textsOf(`It rose by 40 per cent in that year. ${"\n\n"}The wall is 900 metres long and rather old.`),
    ).toEqual(["The wall is 900 metres long and rather old."]);
  });

  it("dates a claim by the label of its paragraph", () => {
    const text = "**1 May 2024.** Calm. The mean gain for the whole year is 7.4 millimetres.";
    expect(textsOf(text)).toEqual(["1 May 2024: the mean gain for the whole year is 7.4 millimetres."]);
  });

  it("leaves out the middle of a long quote", () => {
    const filler = "Calm and grey again. ".repeat(12);
    const [claim] = claimsIn(
      `**1 May 2024.** ${filler}The mean gain for the whole year is 7.4 millimetres.`,
      "report",
      1,
    );
    expect(claim?.quote).toBe("1 May 2024. … The mean gain for the whole year is 7.4 millimetres.");
  });

  it("gives no more than it is asked for, in the document's order, and no questions", () => {
    const text = Array.from(
      { length: 9 },
      (_, index) => `Plot number ${index} gained ${index}.5 metres of mud in the year.`,
    ).join("\n\n");
    const claims = textsOf(`${text}\n\nHow much mud will plot number 3 gain next year?`, "report", 3);
    expect(claims).toHaveLength(3);
    expect(claims).toEqual(claims.toSorted());
    expect(claims.some((claim) => claim.includes("?"))).toBe(false);
  });

  it("has nothing to say of a document without sentences", () => {
    expect(textsOf("| a | b |\n| - | - |\n")).toEqual([]);
  });
});
