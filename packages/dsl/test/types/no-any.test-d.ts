import {
  type AnyStep,
  branch,
  type ContextOf,
  gather,
  human,
  type InputOf,
  identity,
  loop,
  map,
  nested,
  type OutputOf,
  parallel,
  pick,
  pipeline,
  type Refinement,
  refineUntil,
  router,
  stateMachine,
  step,
  steps,
  tap,
} from "@flujo/dsl";
import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";

type IsAny<Value> = 0 extends 1 & Value ? true : false;

/** Whether what a step takes, gives or needs is `any`, or has a property that is. */
type HasAny<S extends AnyStep> = true extends
  | IsAny<InputOf<S>>
  | IsAny<OutputOf<S>>
  | IsAny<ContextOf<S>>
  | { [Key in keyof OutputOf<S>]: IsAny<OutputOf<S>[Key]> }[keyof OutputOf<S>]
  ? true
  : false;

interface Doc {
  readonly kind: "bug" | "question";
  readonly text: string;
}

const read = step("read", (text: string): Doc => ({ kind: "bug", text }));
const size = step("size", (doc: Doc) => doc.text.length);
const both = parallel("both", { size, same: identity<Doc>() });

describe("no kind of step has any in its types", () => {
  test("steps and pipelines", () => {
    const object = step({ name: "x", input: z.string(), output: z.number(), run: (text) => text.length });
    expectTypeOf<HasAny<typeof read>>().toEqualTypeOf<false>();
    expectTypeOf<HasAny<typeof object>>().toEqualTypeOf<false>();
    const chain = read.pipe(size).pipe(identity());
    expectTypeOf<HasAny<typeof chain>>().toEqualTypeOf<false>();
    const named = pipeline("named", read, size);
    expectTypeOf<HasAny<typeof named>>().toEqualTypeOf<false>();
    const robust = read.withRetry().withTimeout(1).withFallback(read).withFallbackValue({ kind: "bug", text: "" });
    expectTypeOf<HasAny<typeof robust>>().toEqualTypeOf<false>();
  });

  test("kinds that fan out", () => {
    const settled = parallel("settled", { size }, { onFailure: "collect" });
    const team = router("team", { select: (_: Doc) => ["size"] as const, routes: { size } });
    const each = map("each", size);
    expectTypeOf<HasAny<typeof both>>().toEqualTypeOf<false>();
    expectTypeOf<HasAny<typeof settled>>().toEqualTypeOf<false>();
    expectTypeOf<HasAny<typeof team>>().toEqualTypeOf<false>();
    expectTypeOf<IsAny<OutputOf<typeof each>[number]>>().toEqualTypeOf<false>();
  });

  test("kinds that decide", () => {
    const route = branch("route", { on: (doc: Doc) => doc.kind, cases: { bug: size }, otherwise: both });
    const again = loop("again", { body: identity<Doc>(), until: () => true, maxIterations: 1 });
    const desk = stateMachine("desk", { start: "size", states: { size }, next: {}, final: ["size"], maxHops: 1 });
    const approve = human("approve", { prompt: "?", schema: z.object({ ok: z.boolean() }) });
    expectTypeOf<HasAny<typeof route>>().toEqualTypeOf<false>();
    expectTypeOf<HasAny<typeof again>>().toEqualTypeOf<false>();
    expectTypeOf<HasAny<typeof desk>>().toEqualTypeOf<false>();
    expectTypeOf<HasAny<typeof approve>>().toEqualTypeOf<false>();
  });

  test("adapters, and steps with a context", () => {
    const picked = both.pipe(pick("size"));
    const gathered = both.pipe(gather(["same"]));
    const looked = read.pipe(tap("look", (doc) => doc.text));
    const refined = refineUntil("refined", {
      generator: step("generator", ({ input }: Refinement<string, number, string>) => input.length),
      critic: step("critic", (n: number) => ({ isComplete: n > 1, feedback: "longer" })),
      maxRefinements: 2,
    });
    const remember = steps<{ seen: string[] }>().step("remember", (text: string) => text);
    const alone = nested("alone", remember, { into: () => ({ seen: [] }) });
    expectTypeOf<HasAny<typeof picked>>().toEqualTypeOf<false>();
    expectTypeOf<HasAny<typeof gathered>>().toEqualTypeOf<false>();
    expectTypeOf<HasAny<typeof looked>>().toEqualTypeOf<false>();
    expectTypeOf<HasAny<typeof refined>>().toEqualTypeOf<false>();
    expectTypeOf<HasAny<typeof remember>>().toEqualTypeOf<false>();
    expectTypeOf<HasAny<typeof alone>>().toEqualTypeOf<false>();
  });

  test("and this test would see it", () => {
    const loose = step("loose", (text: string) => JSON.parse(text));
    expectTypeOf<HasAny<typeof loose>>().toEqualTypeOf<true>();
  });
});
