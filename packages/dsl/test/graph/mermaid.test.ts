import {
  branch,
  human,
  loop,
  map,
  parallel,
  pipeline,
  type RunOverlay,
  Step,
  type StepEdge,
  stateMachine,
  step,
} from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const work = (name: string) => step(name, (n: number) => n);

/** What a full drawing of one step says below its name. */
const notesOf = (graph: Step<number, number>): readonly string[] => {
  const text = graph.toMermaid({ detail: "full" }).replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
  return (/n0\["(.*)"\]/.exec(text)?.[1] ?? "").split("<br/>").slice(1);
};

describe("toMermaid", () => {
  test("draws each kind with its outline, its parts and what leads to them", () => {
    const graph = work("fetch")
      .pipe(branch("route", { on: (n: number) => n > 0, cases: { true: work("up"), false: work("down") } }))
      .pipe(loop("again", { body: work("try"), until: () => true, maxIterations: 2 }).withFallback(work("spare")))
      .pipe(parallel("both", { a: work("one"), b: work("two") }))
      .pipe(step("list", ({ a, b }: { a: number; b: number }) => [a, b]))
      .pipe(map("each", work("item")))
      .pipe(human("approve", { prompt: "?", schema: z.boolean() }));
    expect(graph.toMermaid({ direction: "LR", detail: "medium" })).toMatchInlineSnapshot(`
      "flowchart LR
        n0["fetch"]
        n1{"route"}
        n2["up"]
        n3["down"]
        n4(( ))
        n5("again")
        n6["try"]
        n7["spare"]
        n8{{"both"}}
        n9["one"]
        n10["two"]
        n11(( ))
        n12["list"]
        n13("each")
        n14["item"]
        n15[/"approve"/]
        n1 -->|"true"| n2
        n2 --> n4
        n1 -->|"false"| n3
        n3 --> n4
        n5 --> n6
        n6 -->|"again"| n5
        n5 -.->|"fallback"| n7
        n8 -->|"a"| n9
        n9 --> n11
        n8 -->|"b"| n10
        n10 --> n11
        n13 -->|"each"| n14
        n0 --> n1
        n4 --> n5
        n6 --> n8
        n7 --> n8
        n11 --> n12
        n12 --> n13
        n14 --> n15
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

  const robust = work("fetch").withRetry({ maxAttempts: 4 }).withTimeout(500).withFallback(work("spare"));

  test("in full, frames what is inside and writes policies and options below the names", () => {
    const article = pipeline(
      "article",
      step({ name: "parse", input: z.string(), run: (text) => text.length }),
      robust,
      loop("refine", { body: work("draft").pipe(work("check")), until: () => true, maxIterations: 5 }),
    ).withFallbackValue(0);
    expect(article.toMermaid({ detail: "full" })).toMatchInlineSnapshot(`
      "flowchart TD
        subgraph g0["article<br/>fallback value"]
          n1["parse<br/>checks its input"]
          n2["fetch<br/>up to 4 attempts<br/>timeout 500 ms"]
          n3["spare"]
          n4("refine<br/>at most 5 times")
          subgraph g5["body"]
            n6["draft"]
            n7["check"]
          end
        end
        n2 -.->|"fallback"| n3
        n6 --> n7
        n4 --> n6
        n7 -->|"again"| n4
        n1 --> n2
        n2 --> n4
        n3 --> n4
      "
    `);
  });

  const reviewed = work("write").withPlugins({
    name: "length",
    redirects: [work("cut").withFallback(work("spare")), work("pad")],
    validate: () => ({ success: true }),
  });

  test("draws the steps that plugins declare to redirect to, wherever it draws fallbacks", () => {
    const graph = reviewed.withFallbackValue(0).pipe(work("publish"));
    expect(graph.toMermaid({ detail: "medium" })).toMatchInlineSnapshot(`
      "flowchart TD
        n0["write"]
        n1["cut"]
        n2["spare"]
        n3["pad"]
        n4["publish"]
        n1 -.->|"fallback"| n2
        n0 -.->|"redirect"| n1
        n0 -.->|"redirect"| n3
        n0 --> n4
        n1 --> n4
        n2 --> n4
        n3 --> n4
      "
    `);
    expect(graph.toMermaid({ detail: "full" })).toContain(`n0 -.->|"redirect"| n1`);
    expect(graph.toMermaid({ detail: "low" })).not.toContain("redirect");
  });

  test("lays over a redirect's target what the run did there", () => {
    const steps = [{ path: "write!redirect/cut!fallback/spare", status: "completed", durationMs: 7 }] as const;
    expect(pipeline("all", reviewed).toMermaid({ detail: "medium", run: { steps } })).toContain('["spare<br/>7 ms"]');
  });

  test("in full, writes each policy below the name", () => {
    const graph = step({ name: "ask", resource: "api.example.org", version: "2", run: (n: number) => n })
      .withRetry({ maxElapsedMs: 9_000 })
      .withProcessors({ prompt: [(n) => n, (n) => n], output: (n) => n })
      .withPlugins({ name: "length", validate: () => ({ success: true }) })
      .withValidators({ name: "tone", validate: () => true }, { name: "facts", validate: () => true })
      .withBudget({ costUsd: 0.5, totalTokens: 0 })
      .withEstimate({ totalTokens: 400 })
      .withLimits({ resource: "keys", concurrency: 2, requestsPerMinute: 60, tokensPerMinute: 1_000 })
      .withCircuitBreaker({ resource: "gateway" })
      .asOptional(0);
    expect(notesOf(graph)).toEqual([
      "version 2",
      "uses api.example.org",
      "up to 3 attempts within 9000 ms",
      "prompt processors: 2",
      "output processors: 1",
      "plugins length",
      "validators tone, facts",
      "budget $0.5, 0 tokens",
      "estimate 400 tokens",
      "limits of keys: 2 at a time, 60 calls a minute, 1000 tokens a minute",
      "circuit breaker of gateway",
      "optional",
    ]);
    const less = work("b")
      .withRetry()
      .withEstimate(() => ({}))
      .withLimits({ concurrency: 1 })
      .withCircuitBreaker();
    expect(notesOf(less)).toEqual([
      "up to 3 attempts",
      "estimate by a function",
      "limits: 1 at a time",
      "circuit breaker",
    ]);
    expect(notesOf(less.withCircuitBreaker(false)).at(-1)).toBe("no circuit breaker");
  });

  test("in low detail, makes one node of plain steps in a row and leaves fallbacks out", () => {
    const graph = work("a")
      .pipe(work("b"))
      .pipe(robust)
      .pipe(work("d"))
      .pipe(loop("again", { body: work("x").pipe(work("y")), until: () => true, maxIterations: 2 }))
      .pipe(work("e"));
    expect(graph.toMermaid({ detail: "low" })).toMatchInlineSnapshot(`
      "flowchart TD
        n0["a → … → d (4 steps)"]
        n1("again")
        n2["x → y"]
        n3["e"]
        n1 --> n2
        n2 -->|"again"| n1
        n0 --> n1
        n2 --> n3
      "
    `);
  });

  test("draws a state machine's own ways: those that a function decides are dashed", () => {
    const desk = stateMachine("desk", {
      start: "draft",
      states: { draft: work("write"), review: work("read"), done: work("print") },
      next: { draft: "review", review: (n: number) => (n > 0 ? "done" : "draft") },
      final: ["done"],
      maxHops: 20,
    });
    expect(desk.toMermaid({ detail: "medium" })).toMatchInlineSnapshot(`
      "flowchart TD
        n0("desk")
        n1["write"]
        n2["read"]
        n3["print"]
        n4(( ))
        n0 -->|"start#58; draft"| n1
        n1 -->|"review"| n2
        n2 -.->|"draft"| n1
        n2 -.->|"review"| n2
        n2 -.->|"done"| n3
        n3 -->|"final"| n4
      "
    `);
  });

  test("draws a kind of another package's from what it says of itself", () => {
    class Relay extends Step<number, number> {
      readonly kind = "acme.relay";
      override children() {
        return [
          { role: "next", step: work("a") },
          { role: "next", step: work("b") },
        ] as const;
      }
      override edges(): readonly StepEdge[] {
        return [
          { from: "start", to: 0 },
          { from: 0, to: 1, label: "hand over", decided: true },
          { from: 1, to: "start" },
          { from: 1, to: "end", label: "arrived" },
        ];
      }
      override notes() {
        return ["two runners"];
      }
    }
    expect(new Relay("relay").pipe(work("after")).toMermaid({ detail: "full" })).toMatchInlineSnapshot(`
      "flowchart TD
        n0["relay<br/>two runners"]
        n1["a"]
        n2["b"]
        n3(( ))
        n4["after"]
        n0 --> n1
        n1 -.->|"hand over"| n2
        n2 --> n0
        n2 -->|"arrived"| n3
        n3 --> n4
      "
    `);

    class Broken extends Relay {
      override edges(): readonly StepEdge[] {
        return [{ from: 2, to: "end" }];
      }
    }
    expect(() => new Broken("relay").toMermaid()).toThrow(
      'edges of acme.relay "relay" must be the index of one of its',
    );
  });

  test("picks the detail by the number of steps, fallbacks included", () => {
    const chain = (steps: number) =>
      Array.from({ length: steps - 1 }, (_, index) => work(`s${index}`).withTimeout(1)).reduce<Step<number, number>>(
        (whole, next) => whole.pipe(next),
        work("first"),
      );
    for (const [steps, detail] of [
      [29, "full"],
      [30, "medium"],
      [99, "medium"],
      [100, "low"],
    ] as const) {
      // The pipeline itself counts as one.
      const graph = chain(steps);
      expect(graph.toMermaid()).toBe(graph.toMermaid({ detail }));
      expect(graph.toMermaid({ detail: "auto" })).toBe(graph.toMermaid({ detail }));
    }
    const withSpares = chain(28).pipe(work("last").withFallback(work("spare")));
    expect(withSpares.toMermaid()).toBe(withSpares.toMermaid({ detail: "medium" }));
  });

  test.each([{ detail: "more" }, { direction: "RL" }])("refuses the options %j", (options) => {
    expect(() => work("a").toMermaid(options as never)).toThrow("must be one of");
  });
});

describe("a run laid over a drawing", () => {
  const graph = work("fetch")
    .pipe(loop("refine", { body: work("draft").pipe(work("check")), until: () => true, maxIterations: 5 }))
    .pipe(work("fetch~2"))
    .pipe(human("approve", { prompt: "?", schema: z.boolean() }));
  const took = (path: string, durationMs: number, costUsd = 0, status: "completed" | "failed" = "completed") => ({
    path,
    status,
    durationMs,
    usage: { costUsd, totalTokens: 70 },
  });

  test("gives status, time and cost; what ran several times is summed", () => {
    const run: RunOverlay = {
      steps: [
        took("fetch", 12.4),
        took("refine#1/draft", 800, 0.0012),
        took("refine#1/check", 10, 0, "failed"),
        took("refine!2#1/draft", 900, 0.0013),
        took("refine!2#1/check", 10),
        took("refine!2#2/draft", 62_000, 0.001),
        { ...took("refine", 1_900), usage: { costUsd: undefined, totalTokens: 70 } },
      ],
      awaiting: [{ path: "approve" }],
    };
    expect(graph.toMermaid({ detail: "medium", run })).toMatchInlineSnapshot(`
      "flowchart TD
        n0["fetch<br/>12 ms"]
        n1("refine<br/>1.9 s · 70 tokens, cost unknown")
        n2["draft<br/>×3 · 1 min 4 s · #36;0.0035"]
        n3["check<br/>×2, 1 failed · 20 ms"]
        n4["fetch#126;2"]
        n5[/"approve<br/>waits"/]
        n2 --> n3
        n1 --> n2
        n3 -->|"again"| n1
        n0 --> n1
        n3 --> n4
        n4 --> n5
        classDef completed fill:#d3f9d8,stroke:#2b8a3e,color:#000
        class n0,n1,n2 completed
        classDef mixed fill:#fff3bf,stroke:#e67700,color:#000
        class n3 mixed
        classDef paused fill:#d0ebff,stroke:#1864ab,color:#000
        class n5 paused
      "
    `);
    expect(graph.toMermaid({ detail: "low", run })).toContain("draft → check");
  });

  test("tells a step's second place from a step with such a name", () => {
    const twice = work("a").pipe(work("b")).pipe(work("a"));
    const marks = (run: RunOverlay, of: Step<number, number>) =>
      of
        .toMermaid({ detail: "medium", run })
        .split("\n")
        .filter((line) => line.includes("<br/>"));
    expect(marks({ steps: [took("a~2", 1)] }, twice)).toEqual(['  n2["a<br/>1 ms"]']);
    expect(marks({ steps: [took("a~2", 1)] }, work("a~2"))).toEqual([]);
    expect(marks({ steps: [took("a%7E2", 1)] }, work("a~2"))).toEqual(['  n0["a#126;2<br/>1 ms"]']);
  });
});
