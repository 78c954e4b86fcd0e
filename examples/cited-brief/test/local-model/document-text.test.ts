import { describe, expect, it } from "vitest";
import { plain, sentencesOf, splitSentences } from "../../src/local-model/document-text.ts";

describe("splitSentences", () => {
  it.each([
    [
      "names with initials and titles",
      "Cllr H. Trantley spoke. Dr. Moss did not.",
      ["Cllr H. Trantley spoke.", "Dr. Moss did not."],
    ],
    [
      "decimals and times",
      "It cost £1.5 million at 7.00 pm. All agreed.",
      ["It cost £1.5 million at 7.00 pm.", "All agreed."],
    ],
    [
      "numbers, and a plain no",
      "See No. 4 first. The answer is no. He left.",
      ["See No. 4 first.", "The answer is no.", "He left."],
    ],
    ["a full stop within quotation marks", "She said “no.” He went home.", ["She said “no.”", "He went home."]],
    ["an option named by a letter", "We prefer Option B. It is cheap.", ["We prefer Option B.", "It is cheap."]],
    ["no end at all", "An unfinished sentence", ["An unfinished sentence"]],
  ])("copes with %s", (_, line, sentences) => {
    expect(splitSentences(line)).toEqual(sentences);
  });
});

describe("plain", () => {
  it("takes away emphasis, code marks and links, and nothing else", () => {
    expect(plain("**Bold** and *q*, `code`, [a link](https://example.org): 2 * 3 * 4, snake_case_name")).toBe(
      "Bold and q, code, a link: 2 * 3 * 4, snake_case_name",
    );
  });
});

describe("sentencesOf", () => {
  it("finds headings, labels, list items and wrapped lines, and leaves out tables", () => {
    const text = `# Report

## 1. Wall

It is old. It
leaks.

**Motion 7.1.** That it be mended. *Carried.*

- one item
  goes on
- another item

| a | b |
| - | - |

9.1 Proposed Smith: more.

> A quoted
> warning.
`;
    expect(sentencesOf(text).map(({ heading, label, text: sentence }) => [heading, label, sentence])).toEqual([
      ["1. Wall", undefined, "It is old."],
      ["1. Wall", undefined, "It leaks."],
      ["1. Wall", "Motion 7.1", "That it be mended."],
      ["1. Wall", "Motion 7.1", "Carried."],
      ["1. Wall", undefined, "one item goes on"],
      ["1. Wall", undefined, "another item"],
      ["1. Wall", "9.1", "Proposed Smith: more."],
      ["1. Wall", undefined, "A quoted warning."],
    ]);
  });

  it("leaves out code and front matter", () => {
    const text =
      "---\ntitle: Not said. Nor this.\n---\nBefore it.\n```js\n// No sentence. None here.\n~~~\n```\nAfter it.\n";
    expect(sentencesOf(text).map(({ text: sentence }) => sentence)).toEqual(["Before it.", "After it."]);
  });

  it("takes a line in capitals that begins a block for a heading, and one within a paragraph for text", () => {
    const text = "COSTS AND FUNDING\nIt was put to the vote. FOR\n8, AGAINST 4. CARRIED.\n";
    expect(sentencesOf(text).map(({ heading, text: sentence }) => [heading, sentence])).toEqual([
      ["COSTS AND FUNDING", "It was put to the vote."],
      ["COSTS AND FUNDING", "FOR 8, AGAINST 4."],
      ["COSTS AND FUNDING", "CARRIED."],
    ]);
  });
});
