import {
  branch,
  type ContextOf,
  human,
  type InputOf,
  identity,
  loop,
  map,
  nested,
  type OutputOf,
  type Pipeline,
  parallel,
  pick,
  pipeline,
  router,
  type Step,
  step,
  steps,
} from "@flujo/dsl";
import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";

interface Doc {
  readonly kind: "bug" | "question";
  readonly text: string;
}

const words = step("words", (text: string) => text.split(" "));
const count = step("count", (list: readonly string[]) => list.length);
const describeValue = step("describe", (value: string | number) => String(value));

describe("a deciding function without types, in a pipe", () => {
  test("knows what it is given, and its keys are those that it returns", () => {
    const size = step("size", (list: readonly string[]) => list.length);
    const text = step("text", (list: readonly string[]) => list.join());
    const chosen = words.pipe(branch("by size", { on: (list) => list.length > 1, cases: { true: size, false: text } }));
    expectTypeOf(chosen).toEqualTypeOf<Pipeline<string, number | string>>();
    const named = words.pipe(
      branch("by name", { on: async (list) => (list.length > 1 ? "a" : "b"), cases: { a: size, b: text } }),
    );
    expectTypeOf(named).toEqualTypeOf<Pipeline<string, number | string>>();
    const routed = words.pipe(
      router("routes", { select: (list) => (list.length > 1 ? ["size"] : []), routes: { size, text } }),
    );
    expectTypeOf(routed).toEqualTypeOf<Pipeline<string, { size?: number }>>();
  });
});

describe("a step made from an object", () => {
  test("takes what its function takes, where it has no input schema", () => {
    const plain = step({ name: "plain", run: (n: number) => n + 1 });
    expectTypeOf<InputOf<typeof plain>>().toEqualTypeOf<number>();
    expectTypeOf<OutputOf<typeof plain>>().toEqualTypeOf<number>();
    // @ts-expect-error words gives string[], plain takes number
    words.pipe(plain);
  });

  test("takes and gives what its schemas do, transforms applied on the side where they are", () => {
    const checked = step({
      name: "checked",
      input: z.string().transform((text) => text.length),
      output: z.number().transform(String),
      run: (n) => {
        expectTypeOf(n).toEqualTypeOf<number>();
        return n + 1;
      },
    });
    expectTypeOf<InputOf<typeof checked>>().toEqualTypeOf<string>();
    expectTypeOf<OutputOf<typeof checked>>().toEqualTypeOf<string>();
  });

  test("unwraps the promise of its function", () => {
    const later = step({ name: "later", input: z.string(), run: async (text) => [text] });
    expectTypeOf<OutputOf<typeof later>>().toEqualTypeOf<string[]>();
  });
});

describe("what a function returns", () => {
  test("may be a promise, something like one, or either", () => {
    const thenable = step("thenable", (n: number): PromiseLike<number> => Promise.resolve(n));
    expectTypeOf<OutputOf<typeof thenable>>().toEqualTypeOf<number>();
    const either = step("either", (n: number) => (n > 1 ? Promise.resolve(n) : n));
    expectTypeOf<OutputOf<typeof either>>().toEqualTypeOf<number>();
    const nothing = step("nothing", async (_: number) => {});
    expectTypeOf<OutputOf<typeof nothing>>().toEqualTypeOf<void>();
  });
});

describe("pipe", () => {
  test("links a union to what takes all of it", () => {
    const either = step("either", (text: string): string | number => (text === "" ? 0 : text));
    const chain = either.pipe(describeValue);
    expectTypeOf(chain).toEqualTypeOf<Pipeline<string, string>>();
    // @ts-expect-error words can't take a number
    either.pipe(words);
  });

  test("links a part of a union to what takes the union", () => {
    expectTypeOf(step("n", (text: string) => text.length).pipe(describeValue)).toEqualTypeOf<
      Pipeline<string, string>
    >();
  });

  test("links what is mutable to what is readonly, and not the other way", () => {
    expectTypeOf(words.pipe(count)).toEqualTypeOf<Pipeline<string, number>>();
    const fixed = step("fixed", (text: string): readonly string[] => [text]);
    // @ts-expect-error sort could change what is readonly
    fixed.pipe(step("sort", (list: string[]) => list.sort()));
  });

  test("links optional properties", () => {
    const titled = step("titled", (text: string): { text: string; title?: string } => ({ text }));
    const chain = titled.pipe(step("title", (doc: { title?: string }) => doc.title));
    expectTypeOf(chain).toEqualTypeOf<Pipeline<string, string | undefined>>();
    // @ts-expect-error the title may not be there
    titled.pipe(step("title", (doc: { title: string }) => doc.title));
  });

  test("takes one of two steps, if both can stand there", () => {
    const ab = step("ab", (text: string) => ({ a: text, b: text }));
    const either = {} as Step<{ a: string }, number> | Step<{ b: string }, number>;
    expectTypeOf(ab.pipe(either)).toEqualTypeOf<Pipeline<string, number>>();
    const wrong = {} as Step<{ a: string }, number> | Step<{ c: string }, number>;
    // @ts-expect-error the second can't
    ab.pipe(wrong);
  });

  test("gives every kind of inline step its input", () => {
    words.pipe(parallel("both", { first: step("first", (list: string[]) => list[0]) }));
    words.pipe(
      loop("again", {
        body: identity(),
        until: (list) => expectTypeOf(list).toEqualTypeOf<string[]>(),
        maxIterations: 1,
      }),
    );
    words.pipe(human("ask", { prompt: (list) => list.join(), schema: z.boolean() }));
    words.pipe(branch("route", { on: (list) => list.length > 1, cases: { true: count }, otherwise: count }));
    expectTypeOf(words.pipe(step("x", (list) => list)).pipe(step("y", (list) => list[0]))).toEqualTypeOf<
      Pipeline<string, string | undefined>
    >();
  });

  test("does not care in which order its parts are put together", () => {
    const last = step("last", (n: number) => n > 1);
    const left = words.pipe(count).pipe(last);
    const right = words.pipe(count.pipe(last));
    expectTypeOf(left).toEqualTypeOf<typeof right>();
    expectTypeOf(left).toEqualTypeOf<Pipeline<string, boolean>>();
  });
});

describe("generic functions", () => {
  test("build pipelines of what they are given", () => {
    function around<Input, Output>(name: string, inner: Step<Input, Output>): Pipeline<Input, { result: Output }> {
      return pipeline(name, inner.pipe(step("wrap", (result) => ({ result }))));
    }
    expectTypeOf(around("around", words)).toEqualTypeOf<Pipeline<string, { result: string[] }>>();
    expectTypeOf(around("around", around("inner", count))).toEqualTypeOf<
      Pipeline<readonly string[], { result: { result: number } }>
    >();
  });

  test("link by what a type parameter extends, also deep inside", () => {
    function measure<Value extends Doc>(first: Step<string, Value>, next: Step<Doc, number>): Pipeline<string, number> {
      return first.pipe(next);
    }
    expectTypeOf(measure).returns.toEqualTypeOf<Pipeline<string, number>>();
    function deep<Value extends Doc>(first: Step<string, { doc: Value }>, next: Step<{ doc: Doc }, number>) {
      return first.pipe(next);
    }
    expectTypeOf(deep).returns.toEqualTypeOf<Pipeline<string, number>>();
  });

  test("refuse what a type parameter leaves open", () => {
    function open<Value>(first: Step<string, Value>, next: Step<Doc, number>): void {
      // @ts-expect-error a Value may be anything
      first.pipe(next);
    }
    expectTypeOf(open).returns.toEqualTypeOf<void>();
  });

  test("make loops and maps of any body", () => {
    function twice<Value>(body: Step<Value, Value>): Step<Value, Value> {
      return loop("twice", { body, until: (_, { iteration }) => iteration === 2, maxIterations: 2 });
    }
    expectTypeOf(twice(identity<Doc>())).toEqualTypeOf<Step<Doc, Doc>>();
    function all<Value, Output>(body: Step<Value, Output>): Step<readonly Value[], Output[]> {
      return map("all", body);
    }
    expectTypeOf(all(words)).toEqualTypeOf<Step<readonly string[], string[][]>>();
  });
});

describe("lists, tuples and records", () => {
  test("map takes tuples, readonly ones too", () => {
    const pair = step("pair", (text: string): [string, string] => [text, text]);
    expectTypeOf(pair.pipe(map("each", words))).toEqualTypeOf<Pipeline<string, string[][]>>();
    const frozen = step("frozen", (text: string) => [text, text] as const);
    expectTypeOf(frozen.pipe(map("each", words))).toEqualTypeOf<Pipeline<string, string[][]>>();
  });

  test("a tuple passes as a tuple, through steps, branches and their outputs", () => {
    const pair = step("pair", (text: string) => [text, text.length] as const);
    const second = pair.pipe(step("second", (tuple) => tuple[1]));
    expectTypeOf(second).toEqualTypeOf<Pipeline<string, number>>();
    const both = parallel("both", { pair, words });
    expectTypeOf<OutputOf<typeof both>>().toEqualTypeOf<{ pair: readonly [string, number]; words: string[] }>();
  });

  test("a record of branches keeps its keys, optional outputs and unions", () => {
    const maybe = step("maybe", (text: string): string | undefined => (text === "" ? undefined : text));
    const facts = parallel("facts", { maybe, "two words": words, 3: describeValue });
    expectTypeOf<OutputOf<typeof facts>>().toEqualTypeOf<{
      maybe: string | undefined;
      "two words": string[];
      3: string;
    }>();
    expectTypeOf(facts.pipe(pick("maybe"))).toEqualTypeOf<Pipeline<string, string | undefined>>();
  });

  test("branches that take different things take what is all of them", () => {
    const a = step("a", (value: { a: string }) => value.a);
    const b = step("b", (value: { b: number }) => value.b);
    const both = parallel("both", { a, b });
    expectTypeOf<InputOf<typeof both>>().toEqualTypeOf<{ a: string } & { b: number }>();
    const unions = parallel("unions", { describeValue, words });
    expectTypeOf<InputOf<typeof unions>>().toEqualTypeOf<string>();
  });

  test("collecting maps give settled results", () => {
    const each = map("each", words, { onFailure: "collect" });
    expectTypeOf<OutputOf<typeof each>>().toEqualTypeOf<PromiseSettledResult<string[]>[]>();
  });
});

describe("fallbacks", () => {
  test("may take more and give less than the step they stand in for", () => {
    const wide = step("wide", (value: string | number) => [String(value)] as [string]);
    const robust = words.withFallback(wide);
    expectTypeOf<InputOf<typeof robust>>().toEqualTypeOf<string>();
    expectTypeOf<OutputOf<typeof robust>>().toEqualTypeOf<string[]>();
  });

  test("bring their needs of the context along", () => {
    const other = steps<{ tone: string }>().step("other", (_: string, { context }) => [context.tone]);
    const robust = words.withFallback(other);
    expectTypeOf<ContextOf<typeof robust>>().toEqualTypeOf<{ tone: string }>();
  });

  test("written inline, know their input", () => {
    words.withFallback(step("other", (text) => [expectTypeOf(text).toEqualTypeOf<string>() ? text : ""]));
  });
});

describe("questions", () => {
  test("give what the schema makes of the answer", () => {
    const approve = human("approve", { prompt: (doc: Doc) => doc.text, schema: z.object({ ok: z.coerce.boolean() }) });
    expectTypeOf<InputOf<typeof approve>>().toEqualTypeOf<Doc>();
    expectTypeOf<OutputOf<typeof approve>>().toEqualTypeOf<{ ok: boolean }>();
  });
});

describe("nested", () => {
  test("needs nothing of the run's context if into asks for nothing", () => {
    const inner = steps<{ count: number }>().step("count", (text: string) => text.length);
    const alone = nested("alone", inner, { into: () => ({ count: 0 }) });
    expectTypeOf(alone).toEqualTypeOf<Step<string, number>>();
  });
});
