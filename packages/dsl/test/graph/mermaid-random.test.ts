import {
  type AnyStep,
  joinPath,
  type Pipeline,
  placeOfFallback,
  placeOfRedirect,
  placeOfRoot,
  placesOfChildren,
  type RunOverlay,
  type RunOverlayStep,
} from "@flujo/dsl";
import fc from "fast-check";
import { expect, test } from "vitest";
import { buildGraph, graphShape } from "./random-graph.ts";
import { type ReadFlowchart, readMermaid } from "./read-mermaid.ts";

/** `pnpm proof` reads a thousand; a sample does for every day. */
const GRAPHS = process.env["FLUJO_PROOF"] === undefined ? 150 : 1000;
const DETAILS = ["low", "medium", "full"] as const;

/** A name as a drawing can show it: what neither HTML nor SVG can hold is replaced. */
const visible = (name: string): string =>
  name.replace(/(?![\t\n\r])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu, "\u{FFFD}");

/** Every step of a graph with its path in it, fallbacks and redirects included. */
function everyStep(root: AnyStep): { readonly step: AnyStep; readonly path: string }[] {
  const visit = (step: AnyStep, path: string): { readonly step: AnyStep; readonly path: string }[] => {
    const children = step.children();
    const places = placesOfChildren(children);
    const { fallback, redirects = [] } = step.policies;
    return [
      { step, path },
      ...children.flatMap((child, index) => {
        const { entrance, segment } = places[index] as { entrance: string; segment: string };
        return visit(child.step, joinPath(path + entrance, segment));
      }),
      ...(fallback?.type === "step"
        ? visit(fallback.step, joinPath(`${path}!fallback`, placeOfFallback(fallback.step).segment))
        : []),
      ...redirects.flatMap((target) => visit(target, joinPath(`${path}!redirect`, placeOfRedirect(target).segment))),
    ];
  };
  return visit(root, placeOfRoot(root).segment);
}

/** A run that came to every step with a path, with the numbers that only a run has put in. */
const overlayOf = (root: AnyStep): RunOverlay => ({
  steps: everyStep(root).flatMap(({ path }, index): RunOverlayStep[] =>
    path === ""
      ? []
      : ["#1", "#2"].map((iteration) => ({
          path: path.replaceAll("/", `${iteration}!2/`).replaceAll("[", `${iteration}[`),
          status: index % 2 === 0 ? "completed" : "failed",
          durationMs: index,
          usage: { costUsd: 0.25, totalTokens: 10 },
        })),
  ),
});

const unnamed = (step: AnyStep): boolean => step.kind === "pipeline" && !(step as Pipeline<never, unknown>).named;

/** Every name once for each place of its step, and every label on a way. */
function expectNames(graph: AnyStep, { medium, full }: Record<"medium" | "full", ReadFlowchart>): void {
  const steps = everyStep(graph).map(({ step }) => step);
  const titles = (chart: ReadFlowchart): string[] =>
    chart.nodes.map(({ text }) => text[0] as string).filter((title) => title.trim() !== "");
  const names = (shown: readonly AnyStep[]): string[] => shown.map(({ name }) => visible(name)).sort();

  expect(medium.nodes.some(({ frame }) => frame)).toBe(false);
  const withNode = steps.filter((step) => step.shape !== "none" || step.children().length === 0);
  expect(titles(medium).sort()).toEqual(names(withNode));

  const left = titles(full);
  for (const name of names(steps.filter((step) => !unnamed(step)))) {
    expect(left).toContain(name);
    left.splice(left.indexOf(name), 1);
  }

  // A state's label is drawn where a way leads to it, and none need lead there.
  const labels = steps
    .filter(({ kind }) => kind !== "stateMachine")
    .flatMap((step) => step.children().flatMap(({ label }) => (label === undefined ? [] : [visible(label)])));
  for (const chart of [medium, full]) {
    expect(chart.edges.map(({ text }) => text)).toEqual(expect.arrayContaining(labels));
  }
}

/** A class, and what the run did, at everything in the drawing that the run came to. */
function expectRecords(graph: AnyStep, { nodes }: ReadFlowchart): void {
  const met = everyStep(graph).filter(({ step, path }) => path !== "" && !unnamed(step));
  const marked = nodes.filter(({ classes }) => /\b(completed|failed|mixed)\b/.test(classes));
  expect(marked.length).toBeGreaterThanOrEqual(met.length);
  for (const { text } of marked) expect(text.at(-1)).toMatch(/^×\d+(, .*)? · .* · \$\d/);
}

// A parse takes 5 to 20 ms, and each graph has six.
test(`Mermaid's own parser reads every drawing of ${GRAPHS} random graphs, with names and runs`, {
  timeout: 600_000,
}, async () => {
  let graphs = 0;
  await fc.assert(
    fc.asyncProperty(graphShape, async (shape) => {
      const graph = buildGraph(shape);
      const run = overlayOf(graph);
      // The direction is a word of the first line and changes nothing else: the graphs take turns.
      const direction = graphs++ % 2 === 0 ? "TD" : "LR";
      const texts = DETAILS.map((detail) => graph.toMermaid({ detail, direction }));
      const [low, medium, full] = await Promise.all(texts.map(readMermaid));
      expect(texts).toContain(graph.toMermaid({ direction }));
      if (low === undefined || medium === undefined || full === undefined) throw new Error("three details were drawn");
      expect(low.nodes.length).toBeLessThanOrEqual(medium.nodes.length);
      expectNames(graph, { medium, full });

      await readMermaid(graph.toMermaid({ detail: "low", direction, run }));
      await readMermaid(graph.toMermaid({ detail: "medium", direction, run }));
      expectRecords(graph, await readMermaid(graph.toMermaid({ detail: "full", direction, run })));
    }),
    { numRuns: GRAPHS, endOnFailure: true },
  );
  expect(graphs).toBe(GRAPHS);
});
