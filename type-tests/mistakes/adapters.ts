import { gather, human, parallel, pick, type Refinement, refineUntil, step, tap } from "@flujo/dsl";
import { z } from "zod";

interface Draft {
  readonly title: string;
}

const words = step("words", (text: string) => text.split(" "));
const length = step("length", (text: string) => text.length);
const facts = parallel("facts", { words, length });
const generator = step("generator", ({ input }: Refinement<string, number, string>) => input.length);
const critic = step("critic", (n: number) => ({ isComplete: n > 1, feedback: "longer" }));

// mistake: a pick of a property that is not there
// says: `title`
facts.pipe(/* here */ pick("title"));

// mistake: a gather of a property that is not there
// says: `title`
facts.pipe(gather([/* here */ "title"]));

// mistake: a picked property taken for another
// says: `number` `string`
facts.pipe(pick("length")).pipe(/* here */ words);

// mistake: a tap that looks at something else
// says: `string[]` `number`
words.pipe(/* here */ tap("look", (n: number) => n));

// mistake: a tap taken for a change
// says: `string[]` `number`
words.pipe(tap("look", (list) => list.length)).pipe(/* here */ step("double", (n: number) => n * 2));

// mistake: a tap without a function
// says: `string` `(value: unknown, scope: StepScope<unknown>) => unknown`
tap("look", /* here */ "look");

// mistake: an answer taken for something else
// says: `length` `boolean`
human("approve", { prompt: "?", schema: z.object({ ok: z.boolean() }) }).pipe(
  step("use", ({ ok }) => ok./* here */ length),
);

// mistake: a question about something else than is given
// says: `string[]` `Draft`
words.pipe(/* here */ human("approve", { prompt: (draft: Draft) => draft.title, schema: z.boolean() }));

// mistake: a question without a schema for its answer
// says: `schema`
human("approve", /* here */ { prompt: "?" });

// mistake: a critic of something else
// says: `number` `string`
refineUntil("refine", { generator, /* here */ critic: words, maxRefinements: 3 });

// mistake: a critic without a verdict
// says: `boolean` `Verdict<string>`
refineUntil("refine", { generator, /* here */ critic: step("critic", (n: number) => n > 1), maxRefinements: 3 });

// mistake: a generator that takes no refinement
// says: `Refinement`
refineUntil("refine", { /* here */ generator: length, critic, maxRefinements: 3 });

// mistake: a refinement without a bound
// says: `maxRefinements`
refineUntil("refine", /* here */ { generator, critic });
