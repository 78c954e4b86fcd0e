import { describe, expect, it } from "vitest";
import { shortPair } from "../../src/format/short-pair.ts";
import { width } from "../../src/format/text.ts";

describe("shortPair", () => {
  it("shows short values whole, on a line each", () => {
    expect(shortPair(["two\nlines", { n: 1, of: ["a"] }], 80)).toEqual(["two lines", '{"n":1,"of":["a"]}']);
    expect(shortPair([undefined, ""], 80)).toEqual(["nothing", '""']);
  });

  it("begins long values shortly before the first difference", () => {
    const same = "the same words again and again ";
    expect(shortPair([`${same}here`, `${same}there`], 20)).toEqual(["…n and again here", "…n and again there"]);
    expect(shortPair([`here ${same}`, `there ${same}`], 12)).toEqual(["here the sa…", "there the s…"]);
  });

  it("tells apart what would look the same", () => {
    expect(shortPair([5, "5"], 80)).toEqual(["5", '"5"']);
    expect(shortPair(["a b", "a\nb"], 80)).toEqual(['"a b"', String.raw`"a\nb"`]);
  });

  it("lets nothing through that drives a terminal", () => {
    expect(shortPair(["\u001b[31mred\u001b]0;title\u0007", "\u0008blue"], 80)).toEqual(["red", "blue"]);
  });

  it("cuts no character in half", () => {
    const faces = "😀".repeat(30);
    expect(shortPair([`${faces}one`, `${faces}two`], 20)).toEqual(["…😀😀😀😀😀😀one", "…😀😀😀😀😀😀two"]);
    expect(shortPair([`${faces}-one`, `${faces}-two`], 20)).toEqual(["…😀😀😀😀😀😀-one", "…😀😀😀😀😀😀-two"]);
  });

  it("is never wider than it may be, whatever the characters", () => {
    const same = ["", "plain text that goes on ", "日本語テキスト", "👩‍👩‍👧‍👦 é̂ ", "😀"].map((text) => text.repeat(5));
    for (const text of same) {
      for (let columns = 1; columns <= 60; columns++) {
        const pair = shortPair([`${text}日本 and so on`, `${text}😀 until the end`], columns);
        for (const line of pair) expect(width(line)).toBeLessThanOrEqual(columns);
      }
    }
  });
});
