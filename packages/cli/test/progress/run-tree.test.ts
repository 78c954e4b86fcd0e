import { StepFailedError } from "@flujo/core/protocols";
import { describe, expect, it } from "vitest";
import { durationOf, RunTree, type StepNode, spentIn, startOf, stateOf } from "../../src/progress/run-tree.ts";
import { EventScript } from "./events.ts";
import { tokens } from "./usage-totals.ts";

function treeOf(script: EventScript): RunTree {
  const [first] = script.events;
  if (first === undefined) throw new Error("a script needs an event");
  const tree = new RunTree(first);
  for (const event of script.events) tree.apply(event);
  return tree;
}

/** The tree as labels inside labels. */
function outline(nodes: readonly StepNode[]): unknown {
  return nodes.map((node) => (node.children.length === 0 ? node.label : { [node.label]: outline(node.children) }));
}

describe("RunTree", () => {
  it("makes a tree of paths, with the places between steps that no event names", () => {
    const tree = treeOf(
      new EventScript().begin().start("analyse", "parallel").start("analyse[topics]/extract").start("pages@0/words"),
    );
    expect(outline(tree.root.children)).toEqual([
      { analyse: [{ topics: ["extract"] }] },
      { pages: [{ "@0": ["words"] }] },
    ]);
  });

  it("puts items in the order of their numbers, whatever order they begin in", () => {
    const script = new EventScript().begin().start("pages", "map");
    for (const item of [3, 10, 0, 2]) script.start(`pages@${item}/words`);
    expect(outline(treeOf(script).root.children)).toEqual([
      { pages: [{ "@0": ["words"] }, { "@2": ["words"] }, { "@3": ["words"] }, { "@10": ["words"] }] },
    ]);
  });

  it("follows a step through attempts to its end", () => {
    const script = new EventScript().begin().start("fetch").wait(50);
    script.add({ type: "step-retry", path: "fetch", attempt: 1, delayMs: 400, error: new StepFailedError("busy") });
    const [fetch] = treeOf(script).root.children as [StepNode];
    expect(fetch).toMatchObject({ state: "retrying", attempt: 2, retry: { at: script.now + 400, reason: "busy" } });
    script.wait(500).end("fetch", { attempts: 2, durationMs: 550 });
    expect(treeOf(script).root.children[0]).toMatchObject({ state: "completed", attempt: 2, durationMs: 550 });
  });

  it("keeps the end of streamed text, and begins anew with the next attempt", () => {
    const script = new EventScript().begin().start("write");
    for (let index = 0; index < 200; index++) script.add({ type: "step-chunk", path: "write", chunk: `word${index} ` });
    script.add({ type: "step-chunk", path: "write", chunk: { type: "text", text: "the end" } });
    script.add({ type: "step-chunk", path: "write", chunk: { other: 1 } });
    expect(treeOf(script).root.children[0]?.streamed).toMatch(/word199 the end$/);
    expect(treeOf(script).root.children[0]?.streamed.length).toBeLessThanOrEqual(400);
    script.add({ type: "step-retry", path: "write", attempt: 1, delayMs: 0, error: new StepFailedError("busy") });
    expect(treeOf(script).root.children[0]?.streamed).toBe("");
  });

  it("says how the run stands", () => {
    expect(treeOf(new EventScript().begin()).state).toBe("running");
    expect(treeOf(new EventScript().begin().finish("failed"))).toMatchObject({ state: "failed", endedAt: 1_000_000 });
    const interrupt = new EventScript().begin().add({ type: "run-interrupt", error: new StepFailedError("SIGINT") });
    expect(treeOf(interrupt).state).toBe("interrupted");
  });

  it("takes the time of a recorded step from its end", () => {
    const script = new EventScript().begin("article", true).end("fetch", { replayed: true, durationMs: 300 });
    expect(treeOf(script).root.children[0]).toMatchObject({ replayed: true, startedAt: script.now - 300 });
  });
});

describe("a place without a step of its own", () => {
  const script = new EventScript()
    .begin()
    .start("pages", "map")
    .start("pages@0/fetch")
    .wait(100)
    .end("pages@0/fetch")
    .start("pages@0/words");

  it("is at work while anything in it is", () => {
    const item = treeOf(script).root.children[0]?.children[0] as StepNode;
    expect(stateOf(item)).toBe("running");
    expect(durationOf(item)).toBeDefined();
    expect(startOf(item)).toBe(1_000_000);
  });

  it("stands as its last step does when all are over", () => {
    const ended = treeOf(script.wait(50).fail("pages@0/words", "no words", { durationMs: 50 })).root.children[0]
      ?.children[0] as StepNode;
    expect(stateOf(ended)).toBe("failed");
    expect(durationOf(ended)).toBe(150);
  });
});

describe("spentIn", () => {
  it("adds up the finished parts of a step that goes on, and counts none twice when it ends", () => {
    const script = new EventScript().begin().start("analyse", "parallel");
    script
      .end("analyse[a]/x", { usage: tokens(10) })
      .end("analyse[b]/y", { usage: tokens(5) })
      .start("analyse[c]/z");
    expect(spentIn(treeOf(script).root).totalTokens).toBe(15);
    script.end("analyse[c]/z", { usage: tokens(1) }).end("analyse", { kind: "parallel", usage: tokens(16) });
    expect(spentIn(treeOf(script).root).totalTokens).toBe(16);
  });
});
