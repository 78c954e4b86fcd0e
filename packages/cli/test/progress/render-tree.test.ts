import { StepFailedError } from "@flujo/core/protocols";
import { describe, expect, it } from "vitest";
import { plainPaint } from "../../src/format/paint.ts";
import { width } from "../../src/format/text.ts";
import { renderRun } from "../../src/progress/render-tree.ts";
import { RunTree } from "../../src/progress/run-tree.ts";
import { EventScript } from "./events.ts";
import { tokens } from "./usage-totals.ts";

function render(script: EventScript, size: { columns?: number; rows?: number } = {}): string[] {
  const [first] = script.events;
  if (first === undefined) throw new Error("a script needs an event");
  const tree = new RunTree(first);
  for (const event of script.events) tree.apply(event);
  return renderRun(tree, { columns: 60, rows: 20, now: script.now, frame: 0, paint: plainPaint, ...size });
}

/** Lines without the column of times. */
function names(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/ {2,}\S*(\d+ms|[\d.]+s|recorded)$/, "").trimEnd());
}

/** A map of `count` items in which each item fetches and counts; all but the last `running` are done. */
function mapOf(count: number, running: number): EventScript {
  const script = new EventScript().begin().start("pages", "map").fanOut("pages", count);
  for (let item = 0; item < count; item++) {
    script.start(`pages@${item}/fetch`);
    if (item < count - running)
      script.end(`pages@${item}/fetch`).start(`pages@${item}/words`).end(`pages@${item}/words`);
  }
  return script;
}

describe("renderRun", () => {
  it("draws a line a step, with its mark, what it is about and how long it has taken", () => {
    const script = new EventScript()
      .begin()
      .start("fetch")
      .wait(1200)
      .end("fetch", { durationMs: 1200, usage: tokens(1500) });
    script.start("route", "branch").add({ type: "step-decision", path: "route", decision: "on", value: "bug" });
    script.start("route[bug]/triage").wait(300);
    expect(render(script)).toEqual([
      "⠋ article  run-1                     1,500 tokens · $0  1.5s",
      "  ✓ fetch                                               1.2s",
      "  ⠋ route  → bug                                       300ms",
      "    ⠋ bug › triage                                     300ms",
    ]);
  });

  it("counts how many items are over of all that there are", () => {
    expect(names(render(mapOf(5, 2)))[1]).toBe("  ⠋ pages  3/5");
  });

  it("says why a step is tried again, and when", () => {
    const script = new EventScript().begin().start("fetch");
    script
      .add({ type: "step-retry", path: "fetch", attempt: 1, delayMs: 900, error: new StepFailedError("busy\nline") })
      .wait(200);
    expect(render(script)[1]).toContain("↻ fetch  again in 700ms: busy line");
  });

  it("takes the next attempt for begun once the wait is over, of which no event tells", () => {
    const script = new EventScript().begin().start("fetch");
    script
      .add({ type: "step-retry", path: "fetch", attempt: 1, delayMs: 900, error: new StepFailedError("busy") })
      .wait(900);
    expect(names(render(script))[1]).toBe("  ⠋ fetch  attempt 2");
  });

  it("says which iteration a loop is in", () => {
    const script = new EventScript()
      .begin()
      .start("refine", "loop")
      .start("refine#1/write")
      .end("refine#1/write")
      .start("refine#2/write");
    expect(names(render(script))[1]).toBe("  ⠋ refine  #2");
  });

  it("shows an error where it happened, and not again around it", () => {
    const script = new EventScript()
      .begin()
      .start("analyse", "parallel")
      .fanOut("analyse", 1)
      .fail("analyse[a]/x", "no route");
    script.fail("analyse", "no route", { kind: "parallel" }).finish("failed");
    const lines = names(render(script));
    expect(lines[1]).toBe("  ✗ analyse  1/1");
    expect(lines[2]).toContain("✗ a › x  no route");
  });

  it("shows what a person is asked", () => {
    const script = new EventScript().begin().start("approve", "human");
    script.add({ type: "step-decision", path: "approve", decision: "prompt", value: "Publish?" });
    script
      .end("approve", { kind: "human", status: "paused" })
      .add({ type: "run-pause", awaiting: [], usage: tokens(0) });
    const lines = render(script);
    expect(lines[0]).toMatch(/^‖ article {2}paused/);
    expect(lines[1]).toBe("  ‖ approve  Publish?");
  });

  it("turns no spinner once the driver has stopped", () => {
    const script = new EventScript()
      .begin()
      .start("slow")
      .add({ type: "run-interrupt", error: new StepFailedError("SIGINT") });
    expect(names(render(script))).toEqual(["‖ article  interrupted  run-1", "  – slow"]);
  });

  it("closes what is finished when there are more lines than room", () => {
    const lines = names(render(mapOf(3, 1), { rows: 5 }));
    expect(lines).toEqual(["⠋ article  run-1", "  ⠋ pages  2/3", "    ✓ @0", "    ✓ @1", "    ⠋ @2 › fetch"]);
  });

  it("makes finished siblings one line when that is still too much", () => {
    const lines = names(render(mapOf(30, 2), { rows: 6 }));
    expect(lines).toEqual([
      "⠋ article  run-1",
      "  ⠋ pages  28/30",
      "    ✓ 28 done",
      "    ⠋ @28 › fetch",
      "    ⠋ @29 › fetch",
    ]);
  });

  it("leaves out what is finished inside of others when even that is too much", () => {
    const script = mapOf(30, 2).end("pages@29/fetch").start("pages@29/words");
    expect(names(render(script, { rows: 5 }))).toEqual([
      "⠋ article  run-1",
      "  ⠋ pages  28/30",
      "    ⠋ @28 › fetch",
      "    ⠋ @29",
      "      ⠋ words",
    ]);
  });

  it("leaves open where a failure came from", () => {
    const script = mapOf(30, 1).fail("pages@29/fetch", "no route");
    script.fail("pages", "no route", { kind: "map" }).finish("failed");
    const lines = names(render(script, { rows: 6 }));
    expect(lines.slice(1)).toEqual(["  ✗ pages  30/30", "    ✗ @29 › fetch  no route"]);
  });

  it("cuts what is left over, and says so", () => {
    const lines = render(mapOf(30, 30), { rows: 6 });
    expect(lines).toHaveLength(6);
    expect(lines[5]).toBe("  … and 27 more lines");
  });

  it.each([1, 2, 5, 12, 29, 30, 47, 100, 300])("is never wider than %d columns", (columns) => {
    const script = new EventScript().begin("旅程の説明").start("目次を作る長い名前の手順", "map");
    script.start("目次を作る長い名前の手順@0/fetch👩‍👩‍👧‍👦").fail("x", "a very long message ".repeat(20)).wait(4000);
    for (const rows of [1, 3, 20]) {
      const lines = render(script, { columns, rows });
      expect(lines.length).toBeLessThanOrEqual(rows);
      for (const line of lines) expect(width(line)).toBeLessThanOrEqual(columns);
    }
  });

  it("counts right in a run of many items", () => {
    expect(names(render(mapOf(20_000, 16), { rows: 30 })).slice(1, 3)).toEqual([
      "  ⠋ pages  19984/20000",
      "    ✓ 19984 done",
    ]);
  });
});
