import { describe, expect, it } from "vitest";
import type { Brief } from "../../src/brief/brief.ts";
import { renderBrief } from "../../src/brief/render-brief.ts";

const brief: Brief = {
  title: "The wall",
  documents: [
    { file: "a.md", title: "Minutes | March", kind: "minutes" },
    { file: "b.txt", title: "Letter", kind: "opinion" },
  ],
  claims: [
    { id: 1, file: "a.md", text: "The wall is old.", quote: "the wall,\nwhich is old" },
    { id: 2, file: "b.txt", text: "The wall is ancient.", quote: "an ancient wall indeed" },
    { id: 3, file: "b.txt", text: "1. It leaks.", quote: "it leaks a lot" },
  ],
  sections: [
    { heading: "Age", points: [{ claims: [3] }, { claims: [2, 1] }] },
    { heading: "Left out", points: [{ claims: [9] }] },
  ],
  differences: [
    { about: "its age", claims: [1, 2] },
    { about: "nothing left", claims: [9] },
  ],
  terms: [{ term: "wall", files: ["a.md", "b.txt"] }],
  questions: [{ file: "b.txt", question: "Who pays?" }],
};

describe("renderBrief", () => {
  it("writes the whole brief", () => {
    expect(renderBrief(brief)).toBe(`# The wall

This brief takes 3 claims from 2 documents: 1 set of minutes and 1 letter or essay. Every claim cites a passage that stands word for word in its document; the number after it leads to that passage, in the list of sources at the end.

| Document | Title | Kind | Claims |
| --- | --- | --- | ---: |
| a | Minutes \\| March | minutes | 1 |
| b | Letter | opinion | 2 |

## Age

- \\1. It leaks. [1, b]
- The wall is ancient. [2, b] [3, a]

## Where the documents differ

- **its age**
  - The wall is old. [3, a]
  - The wall is ancient. [2, b]

## Open questions

- Who pays? (b)

## Key terms

- **wall**: a, b

## Sources

1. “it leaks a lot” (b.txt)
2. “an ancient wall indeed” (b.txt)
3. “the wall, which is old” (a.md)
`);
  });

  it("leaves out parts that have nothing in them", () => {
    const text = renderBrief({ ...brief, differences: [], terms: [], questions: [] });
    expect(text.match(/^## .*/gm)).toEqual(["## Age", "## Sources"]);
  });
});
