import { Flujo } from "@flujo/core";
import { StateBackend } from "@flujo/core/protocols";
import { loop, parallel, pipeline, step } from "@flujo/dsl";
import { ensemble, majority, race, stepKinds } from "@flujo/example-step-kind";
import { describe, expect, test } from "vitest";
import { CrashingBackend } from "./crashing-backend.ts";

const a = step("a", (n: number) => n);
const b = step("b", (n: number) => n);
const endless = loop("endless", { body: a, until: () => true, maxIterations: Infinity });

describe("validateGraph", () => {
  test("finds what is wrong with a kind of this package, wherever it stands", () => {
    const graph = pipeline(
      "p",
      parallel("sides", { x: race("none", {}), y: race("alone", { a }) }),
      step("one", () => 1),
      ensemble("jury", { body: b, times: 1, vote: majority }),
    );
    expect(graph.validateGraph()).toMatchObject([
      { rule: "EXAMPLE001", severity: "error", path: "p/sides/x/none", message: 'race "none" has no branches' },
      { rule: "EXAMPLE001", severity: "warning", path: "p/sides/y/alone" },
      { rule: "EXAMPLE002", severity: "warning", path: "p/jury" },
    ]);
    expect(() => new Flujo(graph, { modules: [stepKinds()] })).toThrow('race "none" has no branches');
  });

  test("reaches what is inside a kind of this package", () => {
    const graph = race("first", { a: ensemble("jury", { body: endless, times: 2, vote: majority }), b });
    expect(graph.validateGraph()).toMatchObject([
      { rule: "FLJ003", severity: "warning", path: "first/a/jury/body/endless" },
    ]);
  });

  test("finds nothing where nothing is wrong", () => {
    expect(race("first", { a, b: ensemble("jury", { body: b, times: 3, vote: majority }) }).validateGraph()).toEqual(
      [],
    );
  });
});

test("toMermaid draws branches and bodies", () => {
  const graph = race("first", { a, jury: ensemble("jury", { body: b, times: 3, vote: majority }) });
  expect(graph.toMermaid()).toMatchInlineSnapshot(`
    "flowchart TD
      n0{{"first"}}
      n2["a"]
      subgraph g3["jury"]
        n4("jury")
        n6["b"]
        n7(( ))
      end
      n8(( ))
      n4 -->|"3 members"| n6
      n6 -->|"vote"| n7
      n0 -->|"a"| n2
      n2 --> n8
      n0 -->|"jury"| n4
      n7 --> n8
    "
  `);
});

describe("describe", () => {
  test("tells all that a run depends on", () => {
    const graph = race("first", { a, jury: ensemble("jury", { body: b, times: 3, quorum: 2, vote: majority }) });
    expect(graph.withTimeout(5).describe()).toEqual({
      name: "first",
      kind: "example.race",
      policies: { timeoutMs: 5 },
      children: [
        { role: "branch", label: "a", name: "a", kind: "step" },
        {
          role: "branch",
          label: "jury",
          name: "jury",
          kind: "example.ensemble",
          details: { times: 3, quorum: 2 },
          children: [{ role: "body", name: "b", kind: "step" }],
        },
      ],
    });
  });

  test("so a run is resumed with another concurrency, but not with another quorum", async () => {
    const disk = new CrashingBackend();
    // Once a vote is recorded, it is recorded under the rules that it was cast by.
    let votes = 0;
    const interrupted = step(
      "b",
      async (n: number): Promise<number> => (votes++ === 0 ? n : new Promise(() => undefined)),
    );
    const make = (quorum: number, concurrency: number, body = b) =>
      new Flujo(ensemble("jury", { body, times: 3, quorum, concurrency, vote: majority }), {
        modules: [stepKinds(), (container) => container.register(StateBackend, { useValue: disk })],
      });
    const handle = make(2, 3, interrupted).start(1, { runId: "r" });
    for await (const event of handle) if (event.type === "step-end" && event.name === "b") handle.interrupt();
    await expect(handle.result).rejects.toMatchObject({ code: "run_interrupted" });
    await expect(make(1, 3).resume("r")).rejects.toMatchObject({ code: "pipeline_changed" });
    expect(await make(2, 1).resume("r")).toMatchObject({ status: "completed" });
  });
});
