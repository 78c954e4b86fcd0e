import { describe, expect, it } from "vitest";
import type { Note } from "../../src/brief/brief.ts";
import { assemble, gather } from "../../src/brief/compose.ts";

const sources = { "a.md": "Who pays for the wall?", "b.md": "Nothing is asked here." };
const notes: Note[] = [
  {
    file: "a.md",
    title: "A",
    kind: "minutes",
    claims: [
      { text: "one", quote: "q1" },
      { text: "two", quote: "q2" },
    ],
    terms: ["Wall", "sea"],
    questions: ["Who pays for the wall?"],
  },
  {
    file: "b.md",
    title: "B",
    kind: "guide",
    claims: [{ text: "three", quote: "q3" }],
    terms: ["wall"],
    questions: ["Who asked this one?"],
  },
];
const gathered = gather(notes, sources);

describe("gather", () => {
  it("numbers the claims of all documents from 1", () => {
    expect(gathered.claims.map(({ id, file, text }) => [id, file, text])).toEqual([
      [1, "a.md", "one"],
      [2, "a.md", "two"],
      [3, "b.md", "three"],
    ]);
  });

  it("names a term once, with all its documents, those of most documents first", () => {
    expect(gathered.terms).toEqual([
      { term: "Wall", files: ["a.md", "b.md"] },
      { term: "sea", files: ["a.md"] },
    ]);
  });

  it("leaves out a question that its document does not ask", () => {
    expect(gathered.questions).toEqual([{ file: "a.md", question: "Who pays for the wall?" }]);
  });
});

describe("assemble", () => {
  const arranged = (sections: { heading: string; points: { claims: number[] }[] }[]): unknown =>
    assemble(gathered, { title: "T", sections }, []).sections.map(({ heading, points }) => [
      heading,
      points.map(({ claims }) => claims),
    ]);

  it("puts claims that the outline forgot at the end", () => {
    expect(arranged([{ heading: "H", points: [{ claims: [2] }] }])).toEqual([
      ["H", [[2]]],
      ["Other points", [[1], [3]]],
    ]);
  });

  it("keeps a claim only where it is named first, and passes over ids that no claim has", () => {
    const points = [{ claims: [1, 99] }, { claims: [1, 2] }, { claims: [3] }];
    expect(arranged([{ heading: "H", points }])).toEqual([["H", [[1], [2], [3]]]]);
  });
});
