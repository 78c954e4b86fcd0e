import { describe, expect, it } from "vitest";
import type { Brief } from "../../src/brief/brief.ts";
import { applyMendings, type Draft, findDoubtful, isBacked } from "../../src/brief/refinement.ts";

const sources = { "a.md": "The sea is wide and deep.", "b.md": "The wall is old and cracked." };

function draft(quotes: Record<number, [file: string, quote: string]>, mendings: Draft["mendings"] = {}): Draft {
  const brief: Brief = {
    title: "Sea",
    documents: [
      { file: "a.md", title: "A", kind: "report" },
      { file: "b.md", title: "B", kind: "opinion" },
    ],
    claims: Object.entries(quotes).map(([id, [file, quote]]) => ({ id: Number(id), file, text: `claim ${id}`, quote })),
    sections: [],
    differences: [],
    terms: [],
    questions: [],
  };
  return { brief, mendings };
}

describe("findDoubtful", () => {
  it("makes one task for each document that has a doubtful claim", () => {
    const { tasks, dropped } = findDoubtful(
      draft({ 1: ["a.md", "The sea is wide"], 2: ["b.md", "The wall … cracked"], 3: ["b.md", "No such words"] }),
      sources,
    );
    expect(tasks.map(({ document, claims }) => [document.file, claims.map(({ id }) => id)])).toEqual([
      ["b.md", [2, 3]],
    ]);
    expect(dropped).toBe(0);
  });

  it("leaves out a claim that was mended twice and is still doubtful", () => {
    const { draft: left, tasks, dropped } = findDoubtful(draft({ 1: ["a.md", "Not there at all"] }, { 1: 2 }), sources);
    expect({ claims: left.brief.claims, tasks, dropped }).toEqual({ claims: [], tasks: [], dropped: 1 });
  });
});

describe("applyMendings", () => {
  const doubtful = draft({ 1: ["a.md", "The sea … deep"], 2: ["b.md", "The wall … cracked"] });
  const { tasks } = findDoubtful(doubtful, sources);

  it("puts a mended claim in the place of the doubtful one", () => {
    const { draft: mended, ...counts } = applyMendings(doubtful, tasks, [
      { mended: [{ id: 1, text: "It is wide.", quote: "The sea is wide and deep." }] },
      { mended: [{ id: 2, text: "It is cracked.", quote: "The wall is old and cracked." }] },
    ]);
    expect(counts).toEqual({ mended: 2, dropped: 0 });
    expect(isBacked(mended, sources)).toBe(true);
    expect(mended.brief.claims[0]).toEqual({
      id: 1,
      file: "a.md",
      text: "It is wide.",
      quote: "The sea is wide and deep.",
    });
  });

  it("leaves out a claim for which there is no quote", () => {
    const { draft: mended, ...counts } = applyMendings(doubtful, tasks, [
      { mended: [{ id: 1, text: "", quote: null }] },
      { mended: [] },
    ]);
    expect(counts).toEqual({ mended: 0, dropped: 1 });
    expect(mended.brief.claims.map(({ id }) => id)).toEqual([2]);
  });

  it("does not let an answer change a claim that it was not asked about", () => {
    const { draft: mended } = applyMendings(doubtful, tasks, [
      { mended: [{ id: 2, text: "invented", quote: null }] },
      { mended: [] },
    ]);
    expect(mended.brief.claims.map(({ id }) => id)).toEqual([1, 2]);
  });

  it("counts every claim that was asked about, answered or not", () => {
    const { draft: mended } = applyMendings(doubtful, tasks, [{ mended: [] }, { mended: [] }]);
    expect(mended.mendings).toEqual({ 1: 1, 2: 1 });
  });
});
