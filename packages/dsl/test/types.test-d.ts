import {
  branch,
  type ContextOf,
  gather,
  type InputOf,
  identity,
  loop,
  map,
  type OutputOf,
  type Processor,
  parallel,
  pick,
  pipeline,
  type Refined,
  type Refinement,
  refineUntil,
  router,
  type Step,
  stateMachine,
  step,
  steps,
  tap,
  type ValidationPlugin,
  type Validator,
} from "@flujo/dsl";
import { describe, expectTypeOf, test } from "vitest";

interface Doc {
  readonly kind: "bug" | "question" | "other";
  readonly text: string;
}

const words = step("words", (text: string) => text.split(" "));
const count = step("count", async (list: readonly string[]) => list.length);
const isLong = step("isLong", (n: number) => n > 10);

describe("step", () => {
  test("takes its types from its function, promises unwrapped", () => {
    expectTypeOf<InputOf<typeof count>>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<OutputOf<typeof count>>().toEqualTypeOf<number>();
    expectTypeOf<ContextOf<typeof count>>().toEqualTypeOf<unknown>();
  });

  test("keeps its types through its policies", () => {
    const robust = count.withRetry({ maxAttempts: 2 }).withTimeout(100).withFallbackValue(0);
    expectTypeOf<OutputOf<typeof robust>>().toEqualTypeOf<number>();
  });
});

describe("pipe and pipeline", () => {
  test("carry the first input and the last output", () => {
    const chain = words.pipe(count).pipe(isLong);
    expectTypeOf<InputOf<typeof chain>>().toEqualTypeOf<string>();
    expectTypeOf<OutputOf<typeof chain>>().toEqualTypeOf<boolean>();
    const named = pipeline("named", words, count, isLong);
    expectTypeOf<InputOf<typeof named>>().toEqualTypeOf<string>();
    expectTypeOf<OutputOf<typeof named>>().toEqualTypeOf<boolean>();
  });

  test("give an inline step its input", () => {
    words.pipe(step("first", (list) => expectTypeOf(list).toEqualTypeOf<string[]>()));
  });

  test("refuse a step that can't take what is given", () => {
    // @ts-expect-error words gives string[], isLong takes number
    words.pipe(isLong);
    // @ts-expect-error the second of them can't follow the first
    pipeline("wrong", words, isLong);
  });

  test("accept a step that takes more than is given", () => {
    const wide = step("wide", (value: string | number | readonly string[]) => String(value));
    words.pipe(wide);
  });

  test("identity changes no type", () => {
    const same = identity<string>().pipe(words).pipe(identity());
    expectTypeOf<InputOf<typeof same>>().toEqualTypeOf<string>();
    expectTypeOf<OutputOf<typeof same>>().toEqualTypeOf<string[]>();
  });
});

describe("parallel", () => {
  test("gives a property a branch and takes what all can take", () => {
    const both = parallel("both", { words, length: step("length", (text: string) => text.length) });
    expectTypeOf<InputOf<typeof both>>().toEqualTypeOf<string>();
    expectTypeOf<OutputOf<typeof both>>().toEqualTypeOf<{ words: string[]; length: number }>();
  });

  test("collecting, gives settled results", () => {
    const both = parallel("both", { words }, { onFailure: "collect" });
    expectTypeOf<OutputOf<typeof both>>().toEqualTypeOf<{ words: PromiseSettledResult<string[]> }>();
  });
});

describe("branch", () => {
  const triage = step("triage", (doc: Doc) => ({ severity: doc.text.length }));
  const answer = step("answer", (doc: Doc) => doc.text);

  test("gives the union of its cases", () => {
    const route = branch("route", {
      on: (doc: Doc) => doc.kind,
      cases: { bug: triage, question: answer, other: answer },
    });
    expectTypeOf<InputOf<typeof route>>().toEqualTypeOf<Doc>();
    expectTypeOf<OutputOf<typeof route>>().toEqualTypeOf<{ severity: number } | string>();
  });

  test("wants every case, or otherwise", () => {
    // @ts-expect-error "question" and "other" lead nowhere
    branch("route", { on: (doc: Doc) => doc.kind, cases: { bug: triage } });
    const route = branch("route", { on: (doc: Doc) => doc.kind, cases: { bug: triage }, otherwise: answer });
    expectTypeOf<OutputOf<typeof route>>().toEqualTypeOf<{ severity: number } | string>();
    // @ts-expect-error any string may come, so otherwise must be there
    branch("open", { on: (doc: Doc) => doc.text, cases: { bug: triage } });
  });

  test("chooses by booleans too", () => {
    const route = branch("route", { on: (n: number) => n > 3, cases: { true: isLong, false: isLong } });
    expectTypeOf<OutputOf<typeof route>>().toEqualTypeOf<boolean>();
  });

  test("that looks at no input takes what its cases take", () => {
    const route = branch("route", { on: () => "a" as const, cases: { a: isLong } });
    expectTypeOf<InputOf<typeof route>>().toEqualTypeOf<number>();
    const any = branch("route", { on: () => String(Math.random()), cases: { a: isLong }, otherwise: count });
    expectTypeOf<InputOf<typeof any>>().toEqualTypeOf<number & readonly string[]>();
  });

  test("takes its input from where it stands", () => {
    const docs = step("load", (path: string): Doc => ({ kind: "bug", text: path }));
    docs.pipe(branch("route", { on: (doc) => doc.kind, cases: { bug: triage }, otherwise: answer }));
  });
});

describe("loop", () => {
  const improve = step("improve", (draft: { score: number }) => ({ score: draft.score + 1 }));

  test("takes and gives what its body does", () => {
    const refine = loop("refine", { body: improve, until: (draft) => draft.score > 3, maxIterations: 5 });
    expectTypeOf<InputOf<typeof refine>>().toEqualTypeOf<{ score: number }>();
    expectTypeOf<OutputOf<typeof refine>>().toEqualTypeOf<{ score: number }>();
  });

  test("wants next where the body can't take what it gives", () => {
    // @ts-expect-error words gives string[] and takes string
    loop("again", { body: words, until: () => true, maxIterations: 2 });
    loop("again", { body: words, until: () => true, maxIterations: 2, next: (list) => list.join(" ") });
  });
});

describe("map", () => {
  test("takes any readonly list and gives a list", () => {
    const each = map("each", words.pipe(count), { concurrency: 2 });
    expectTypeOf<InputOf<typeof each>>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<OutputOf<typeof each>>().toEqualTypeOf<number[]>();
  });
});

describe("context", () => {
  const s = steps<{ seen: string[] }>();
  const t = steps<{ tone: "dry" | "warm" }>();
  const remember = s.step("remember", (url: string, { update, context }) => {
    expectTypeOf(context).toEqualTypeOf<Readonly<{ seen: string[] }>>();
    update((draft) => {
      draft.seen.push(url);
    });
    return url;
  });
  const speak = t.step("speak", (url: string, { context }) => `${context.tone} ${url}`);

  test("needs of joined steps intersect", () => {
    const both = remember.pipe(speak);
    expectTypeOf<ContextOf<typeof both>>().toEqualTypeOf<{ seen: string[] } & { tone: "dry" | "warm" }>();
    const aside = parallel("aside", { remember, speak });
    expectTypeOf<ContextOf<typeof aside>>().toEqualTypeOf<{ seen: string[] } & { tone: "dry" | "warm" }>();
    const named = pipeline("named", remember, speak);
    expectTypeOf<ContextOf<typeof named>>().toEqualTypeOf<{ seen: string[] } & { tone: "dry" | "warm" }>();
  });

  test("reaches deciding functions, the body's needs included", () => {
    const refine = loop("refine", {
      body: remember,
      until: (_url, { context, iteration }) => context.seen.length > 3 || iteration > 2,
      maxIterations: 3,
    });
    expectTypeOf<ContextOf<typeof refine>>().toMatchTypeOf<{ seen: string[] }>();
  });
});

test("closure: any kind stands where a step is wanted", () => {
  const deep = map(
    "pages",
    loop("again", {
      body: parallel("both", { words, text: identity<string>() }).pipe(step("back", (both) => both.text)),
      until: () => true,
      maxIterations: 1,
    }),
  );
  expectTypeOf(deep).toMatchTypeOf<Step<readonly string[], string[]>>();
});

describe("router", () => {
  const legal = step("legal", (doc: Doc) => doc.text.length);
  const tone = step("tone", (doc: Doc) => doc.text);

  test("gives what may have been taken", () => {
    const team = router("team", { select: (_: Doc) => ["legal"] as const, routes: { legal, tone } });
    expectTypeOf<OutputOf<typeof team>>().toEqualTypeOf<{ legal?: number }>();
    const any = router("team", {
      select: (doc: Doc): ("legal" | "tone")[] => (doc.text === "" ? [] : ["legal"]),
      routes: { legal, tone },
    });
    expectTypeOf<OutputOf<typeof any>>().toEqualTypeOf<{ legal?: number; tone?: string }>();
  });

  test("wants a route for every name", () => {
    // @ts-expect-error there is no route "sales"
    router("team", { select: (_: Doc) => ["sales"] as const, routes: { legal, tone } });
  });
});

describe("stateMachine", () => {
  const draft = step("draft", (doc: Doc) => ({ ...doc, drafted: true }));
  const review = step("review", (doc: Doc) => ({ ...doc, ok: true }));
  const done = step("done", (doc: Doc) => doc.text.length);
  const states = { draft, review, done };

  test("takes what its start takes and gives what its final states give", () => {
    const desk = stateMachine("desk", {
      start: "draft",
      states,
      next: { draft: "review", review: (doc) => (doc.ok ? "done" : "draft") },
      final: ["done"],
      maxHops: 9,
    });
    expectTypeOf<InputOf<typeof desk>>().toEqualTypeOf<Doc>();
    expectTypeOf<OutputOf<typeof desk>>().toEqualTypeOf<number>();
  });

  test("leads only to states that can take what a state gives", () => {
    const options = { start: "draft", states, final: ["done"], maxHops: 9 } as const;
    // @ts-expect-error there is no state "publish"
    stateMachine("desk", { ...options, next: { draft: "publish", review: "done" } });
    // @ts-expect-error review leads nowhere
    stateMachine("desk", { ...options, next: { draft: "review" } });
    // @ts-expect-error a number is not what draft takes
    stateMachine("desk", { ...options, final: ["review"], next: { draft: "done", done: "draft" } });
  });
});

describe("adapters", () => {
  const facts = parallel("facts", { words, length: step("length", (text: string) => text.length) });

  test("take their types from what they stand behind", () => {
    const length = facts.pipe(pick("length"));
    expectTypeOf<OutputOf<typeof length>>().toEqualTypeOf<number>();
    const some = facts.pipe(gather(["words"]));
    expectTypeOf<OutputOf<typeof some>>().toEqualTypeOf<Pick<{ words: string[]; length: number }, "words">>();
    // @ts-expect-error there is no property "title"
    facts.pipe(pick("title"));
    // @ts-expect-error nor here
    facts.pipe(gather(["title"]));
    const looked = words.pipe(tap("look", (list) => expectTypeOf(list).toEqualTypeOf<string[]>()));
    expectTypeOf<OutputOf<typeof looked>>().toEqualTypeOf<string[]>();
  });
});

describe("nested", () => {
  const inner = steps<{ count: number }>().step("count", (text: string) => text.length);

  test("needs of the run's context what into and back are given", () => {
    const part = steps<{ total: number }>().nested("part", inner, { into: ({ total }) => ({ count: total }) });
    expectTypeOf<ContextOf<typeof part>>().toEqualTypeOf<{ total: number }>();
    // @ts-expect-error into must make what the body needs
    steps<{ total: number }>().nested("part", inner, { into: () => ({ count: "1" }) });
  });
});

test("refineUntil links its generator and its critic", () => {
  const generator = step("generator", ({ input }: Refinement<string, number, string>) => input.length);
  const critic = step("critic", (n: number) => ({ isComplete: n > 1, feedback: "longer" }));
  const refine = refineUntil("refine", { generator, critic, maxRefinements: 3 });
  expectTypeOf<InputOf<typeof refine>>().toEqualTypeOf<string>();
  expectTypeOf<OutputOf<typeof refine>>().toEqualTypeOf<Refined<number, string>>();
  // @ts-expect-error words is no critic of numbers
  refineUntil("refine", { generator, critic: words, maxRefinements: 3 });
});

describe("withPlugins", () => {
  const fromArchive = step("archive", (url: string) => `archived ${url}`);
  const fetchPage = step("fetch", (url: string) => `page ${url}`);
  const ofNumbers = step("numbers", (n: number) => String(n));

  test("gives plugins the output, and lets them redirect to what takes the input", () => {
    const robust = fetchPage.withPlugins({
      name: "no-empty-page",
      validate: (output) => {
        expectTypeOf(output).toEqualTypeOf<string>();
        return output === "" ? { success: false, redirectTo: fromArchive } : { success: true };
      },
    });
    expectTypeOf<OutputOf<typeof robust>>().toEqualTypeOf<string>();
  });

  test("accepts plugins written apart", () => {
    const plugin: ValidationPlugin<string> = {
      name: "no-empty-page",
      validate: (output) =>
        output ? { success: true } : { success: false, feedback: "the page is empty", redirectTo: fromArchive },
    };
    fetchPage.withPlugins(plugin);
  });

  test("refuses what does not fit", () => {
    // @ts-expect-error the redirect takes a number, and the step is given a string
    fetchPage.withPlugins({ name: "p", validate: () => ({ success: false, redirectTo: ofNumbers }) });
    // @ts-expect-error a new solution is a string
    fetchPage.withPlugins({ name: "p", validate: () => ({ success: true, newSolution: 4 }) });
    const ofNumber: ValidationPlugin<number> = { name: "n", validate: (n) => ({ success: n > 1 }) };
    // @ts-expect-error it looks at numbers
    fetchPage.withPlugins(ofNumber);
  });

  test("checks each declared redirect against what the step takes and gives", () => {
    const accepting = { name: "p", validate: () => ({ success: true }) } as const;
    const wide = step("wide", (value: string | number) => `wide ${value}` as const);
    const robust = fetchPage.withPlugins({ ...accepting, redirects: [fromArchive, wide] });
    expectTypeOf(robust).toEqualTypeOf<typeof fetchPage>();
    // @ts-expect-error the second takes a number, and the step is given a string
    fetchPage.withPlugins({ ...accepting, redirects: [fromArchive, ofNumbers] });
    // @ts-expect-error it gives a number, and the step gives a string
    fetchPage.withPlugins({ ...accepting, redirects: [step("size", (url: string) => url.length)] });
    const apart: ValidationPlugin<string, string> = { ...accepting, redirects: [fromArchive] };
    fetchPage.withPlugins(apart);
    // @ts-expect-error its redirects take a string, and the step is given a number
    ofNumbers.withPlugins(apart);
  });
});

describe("policies", () => {
  const s = steps<{ user: string }>();
  const shorten = s.step("shorten", (text: string): "short" | "long" => (text.length < 9 ? "short" : "long"));

  test("keep a step's type, and know what it takes, gives and needs", () => {
    const made = shorten
      .withProcessors({
        prompt: (text, { context }) => {
          expectTypeOf(text).toEqualTypeOf<string>();
          expectTypeOf(context).toEqualTypeOf<Readonly<{ user: string }>>();
          return text.trim();
        },
        output: [
          (size) => {
            expectTypeOf(size).toEqualTypeOf<"short" | "long">();
            return size;
          },
          async () => "long" as const,
        ],
      })
      .withValidators(
        {
          name: "size",
          validate: (size, { context, feedback }) => {
            expectTypeOf(size).toEqualTypeOf<"short" | "long">();
            expectTypeOf(context).toEqualTypeOf<Readonly<{ user: string }>>();
            expectTypeOf(feedback).toEqualTypeOf<string | undefined>();
            return size === "short" || "too long";
          },
        },
        { name: "late", validate: async () => true },
      )
      .withEstimate((text, context) => {
        expectTypeOf(text).toEqualTypeOf<string>();
        expectTypeOf(context).toEqualTypeOf<Readonly<{ user: string }>>();
        return { totalTokens: text.length };
      })
      .withBudget({ costUsd: 1 })
      .withLimits({ concurrency: 2 })
      .withCircuitBreaker(false)
      .asOptional("long");
    expectTypeOf(made).toEqualTypeOf<typeof shorten>();
  });

  test("accept processors and validators written apart, and for wider types where that is sound", () => {
    const trim: Processor<string> = (text) => text.trim();
    const shortEnough: Validator<string> = { name: "short", validate: (text) => text.length < 9 };
    const echo = step("echo", (text: string) => text);
    expectTypeOf(echo.withProcessors({ prompt: trim, output: [trim, trim] })).toEqualTypeOf<typeof echo>();
    expectTypeOf(shorten.withValidators(shortEnough)).toEqualTypeOf<typeof shorten>();
    // @ts-expect-error any string may come out, and the step gives two
    shorten.withProcessors({ output: trim });
    const ofNumbers: Validator<number> = { name: "low", validate: (n) => n < 9 };
    // @ts-expect-error it looks at numbers
    shorten.withValidators(ofNumbers);
    const needsRole: Validator<string, { role: string }> = { name: "role", validate: () => true };
    // @ts-expect-error the step's context has no role
    shorten.withValidators(needsRole);
    // @ts-expect-error the function takes a number
    shorten.withEstimate((n: number) => ({ totalTokens: n }));
    // @ts-expect-error neither "short" nor "long"
    shorten.asOptional("none");
  });

  test("leave a step where it could stand before", () => {
    const robust: Step<"a", string, { user: string; more: number }> = shorten.withBudget({ costUsd: 1 });
    expectTypeOf(robust.withLimits({ concurrency: 1 }).pipe(step("length", (text: string) => text.length))).toExtend<
      Step<"a", number, { user: string; more: number }>
    >();
  });
});
