import { parentPath, pathEnd, stepPath } from "@flujo/core";
import { describe, expect, it } from "vitest";

describe("parentPath and pathEnd", () => {
  it.each([
    ["fetch", "", "step", "fetch"],
    ["analyse[topics]", "analyse", "branch", "topics"],
    ["analyse[topics]/extract", "analyse[topics]", "step", "extract"],
    ["refine#3/critique", "refine#3", "step", "critique"],
    ["refine#3", "refine", "iteration", "#3"],
    ["pages@17", "pages", "item", "@17"],
    ["fetch~2", "", "step", "fetch~2"],
    ["analyse!2[topics]", "analyse!2", "branch", "topics"],
    ["analyse!2", "analyse", "attempt", "attempt 2"],
    ["fetch!fallback", "fetch", "fallback", "fallback"],
    ["a%2Fb[c%5D]", "a%2Fb", "branch", "c]"],
    ["100%", "", "step", "100%"],
  ])("reads %s", (path, parent, kind, label) => {
    expect(parentPath(path)).toBe(parent);
    expect(pathEnd(path)).toMatchObject({ kind, label });
  });
});

it("gives items and iterations their number", () => {
  expect(pathEnd("pages@17").number).toBe(17);
  expect(pathEnd("refine#3").number).toBe(3);
  expect(pathEnd("refine").number).toBeUndefined();
});

describe("stepPath", () => {
  it("takes off what is recorded about a step", () => {
    expect(stepPath("pages@1/refine#2:until")).toBe("pages@1/refine#2");
    expect(stepPath("fetch:attempt#1")).toBe("fetch");
    expect(stepPath("pages@1/refine")).toBe("pages@1/refine");
  });
});
