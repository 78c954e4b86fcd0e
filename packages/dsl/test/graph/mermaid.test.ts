import { branch, human, loop, map, parallel, step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const work = (name: string) => step(name, (n: number) => n);

describe("toMermaid", () => {
  test("draws each kind with its outline, its parts and what leads to them", () => {
    const graph = work("fetch")
      .pipe(branch("route", { on: (n: number) => n > 0, cases: { true: work("up"), false: work("down") } }))
      .pipe(loop("again", { body: work("try"), until: () => true, maxIterations: 2 }).withFallback(work("spare")))
      .pipe(parallel("both", { a: work("one"), b: work("two") }))
      .pipe(step("list", ({ a, b }: { a: number; b: number }) => [a, b]))
      .pipe(map("each", work("item")))
      .pipe(human("approve", { prompt: "?", schema: z.boolean() }));
    expect(graph.toMermaid({ direction: "LR" })).toMatchInlineSnapshot(`
      "flowchart LR
        n0["fetch"]
        n1{"route"}
        n2(( ))
        n3["up"]
        n1 -->|"true"| n3
        n3 --> n2
        n4["down"]
        n1 -->|"false"| n4
        n4 --> n2
        n5("again")
        subgraph g6["again"]
          n7["try"]
        end
        n5 --> n7
        n7 -->|"again"| n5
        n8["spare"]
        n5 -.->|"fallback"| n8
        n9{{"both"}}
        n10(( ))
        n11["one"]
        n9 -->|"a"| n11
        n11 --> n10
        n12["two"]
        n9 -->|"b"| n12
        n12 --> n10
        n13["list"]
        n14("each")
        subgraph g15["each"]
          n16["item"]
        end
        n14 --> n16
        n16 -->|"each"| n14
        n17[/"approve"/]
        n0 --> n1
        n2 --> n5
        n5 --> n9
        n10 --> n13
        n13 --> n14
        n14 --> n17
      "
    `);
  });

  test.each(['say "hi"', "a]b", "end", "two\nlines", "<b>x</b>", "#35;", "🦀 & é", "a|b", "`x`"])(
    "keeps the name %j from meaning anything",
    (name) => {
      const label = /n0\["(.*)"\]/.exec(work(name).toMermaid())?.[1] as string;
      expect(label).toMatch(/^[\p{L}\p{N} .,_#;-]*$/u);
      expect(label.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))).toBe(name);
    },
  );
});
