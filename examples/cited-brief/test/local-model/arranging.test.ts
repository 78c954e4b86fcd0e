import { describe, expect, it } from "vitest";
import { briefTitle } from "../../src/local-model/brief-title.ts";
import { differencesAmong } from "../../src/local-model/differences.ts";
import { arrange } from "../../src/local-model/outline.ts";

const documents = [
  { file: "a.md", title: "Harrow Bay Council: Minutes" },
  { file: "b.md", title: "The Traders of Harrow Bay" },
];
const claims = [
  { id: 1, file: "a.md", text: "Motion 1, that the marsh be planted: carried." },
  { id: 2, file: "a.md", text: "Motion 2, that the car park be moved: lost." },
  { id: 3, file: "a.md", text: "Amendment A, that nothing be done: lost." },
  { id: 4, file: "b.md", text: "The car park is full on most Saturdays." },
  { id: 5, file: "b.md", text: "The car park earns a good sum." },
  { id: 6, file: "a.md", text: "A smaller car park would be full every day." },
  { id: 7, file: "b.md", text: "Herons stand about in the shallows all winter long." },
];
const terms = [{ term: "car park", files: ["a.md", "b.md"] }];

describe("arrange", () => {
  it("groups decisions, then by shared terms, then what is left", () => {
    expect(arrange({ documents, claims, terms }, 6)).toEqual([
      { heading: "Decisions", points: [{ claims: [1] }, { claims: [2] }, { claims: [3] }] },
      { heading: "Car park", points: [{ claims: [4] }, { claims: [5] }, { claims: [6] }] },
      { heading: "Other points", points: [{ claims: [7] }] },
    ]);
  });

  it("makes one point of what two documents say alike", () => {
    const same = ["a.md", "b.md"].map((file, index) => ({
      id: index + 1,
      file,
      text: "The harbour wall was finished before the great flood.",
    }));
    expect(arrange({ documents, claims: same, terms: [] }, 6)).toEqual([
      { heading: "Other points", points: [{ claims: [1, 2] }] },
    ]);
  });

  it("has no sections for no claims", () => {
    expect(arrange({ documents, claims: [], terms }, 6)).toEqual([]);
  });
});

describe("differencesAmong", () => {
  it("finds a claim that itself speaks of a difference, with what other documents say of the same figures", () => {
    const told = [
      { id: 1, file: "a.md", text: "The plot gained 6.2 millimetres a year, compared with 8 millimetres assumed." },
      { id: 2, file: "b.md", text: "The plot gained 6.2 millimetres a year over two years." },
      { id: 3, file: "b.md", text: "The wall is 6.2 metres high." },
    ];
    expect(differencesAmong({ documents, claims: told, terms: [{ term: "plot", files: ["a.md"] }] })).toEqual([
      { about: "plot", claims: [1, 2] },
    ]);
  });

  it("finds documents that give other shares of the same thing", () => {
    const told = [
      { id: 1, file: "a.md", text: "The marsh lowers the wave height by 35 per cent." },
      { id: 2, file: "b.md", text: "The measured wave height fell by 22 per cent." },
      { id: 3, file: "b.md", text: "Of the houses 22 per cent are empty." },
    ];
    expect(differencesAmong({ documents, claims: told, terms: [] })).toEqual([
      { about: "wave height", claims: [1, 2] },
    ]);
  });

  it("finds none among claims that agree", () => {
    expect(differencesAmong({ documents, claims, terms })).toEqual([]);
  });
});

describe("briefTitle", () => {
  it("names the place that the titles share, and what the documents have in common", () => {
    expect(briefTitle({ documents, terms })).toBe("Harrow Bay: the car park");
  });

  it("does without a shared name and without terms", () => {
    expect(briefTitle({ documents: documents.slice(0, 1), terms: [] })).toBe("Brief: what the documents say");
  });
});
