import { branch, loop, stateMachine, step } from "@flujo/dsl";

interface Doc {
  readonly kind: "bug" | "question" | "other";
  readonly text: string;
}

const triage = step("triage", (doc: Doc) => doc.text.length);
const answer = step("answer", (doc: Doc) => doc.text);
const words = step("words", (text: string) => text.split(" "));
const improve = step("improve", (draft: { score: number }) => ({ score: draft.score + 1 }));
const double = step("double", (n: number) => n * 2);

// mistake: a case that is missing
// says: `other`
branch("route", { on: (doc: Doc) => doc.kind, /* here */ cases: { bug: triage, question: answer } });

// mistake: several cases that are missing
// says: `question` `other`
branch("route", { on: (doc: Doc) => doc.kind, /* here */ cases: { bug: triage } });

// mistake: an open key without otherwise
// says: `otherwise must be there` `any key`
branch("route", { on: (doc: Doc) => doc.text, /* here */ cases: { bug: triage } });

// mistake: a case that can't take what on takes
// says: `number` `Doc`
branch("route", { on: (doc: Doc) => doc.text, cases: { /* here */ bug: double }, otherwise: answer });

// mistake: an otherwise that can't take what on takes
// says: `number` `Doc`
branch("route", { on: (doc: Doc) => doc.text, cases: { bug: triage }, /* here */ otherwise: double });

// mistake: a case that is no step
// says: `Step<Doc`
branch("route", { on: (doc: Doc) => doc.text, cases: { /* here */ bug: (doc: Doc) => doc.text }, otherwise: answer });

// mistake: a case that is missing for an on without types, after a step
// says: `false`
words.pipe(branch("route", { on: (list) => list.length > 1, /* here */ cases: { true: step("one", (list) => list) } }));

// mistake: an open key for an on without types, after a step
// says: `otherwise must be there` `any key`
words.pipe(branch("route", { on: (list) => list.join(), /* here */ cases: { a: step("one", (list) => list) } }));

// mistake: a key that can't name a case
// says: `CaseKey`
branch("route", { /* here */ on: (doc: Doc) => doc, cases: {}, otherwise: answer });

// mistake: a missing case for a boolean
// says: `false`
branch("route", { on: (doc: Doc) => doc.text === "", /* here */ cases: { true: triage } });

// mistake: a branch after a step that gives what on can't take
// says: `number` `Doc`
double.pipe(/* here */ branch("route", { on: (doc: Doc) => doc.text, cases: {}, otherwise: answer }));

// mistake: what a branch gives, taken for one of its cases
// says: `string | number` `number`
branch("route", { on: (doc: Doc) => doc.text, cases: { bug: triage }, otherwise: answer }).pipe(/* here */ double);

// mistake: a loop whose body can't take what it gives, without next
// says: `next`
loop("again", /* here */ { body: words, until: () => true, maxIterations: 2 });

// mistake: a next that makes something else
// says: `number` `string`
loop("again", { body: words, until: () => true, maxIterations: 2, next: (list) => /* here */ list.length });

// mistake: an until that takes something else than the body gives
// says: `string` `score`
loop("refine", { /* here */ body: improve, until: (draft: string) => draft === "", maxIterations: 5 });

// mistake: an until that answers with a number
// says: `number` `boolean`
loop("refine", { body: improve, until: (draft) => /* here */ draft.score, maxIterations: 5 });

// mistake: a body that is no step
// says: `Step<`
loop("refine", { /* here */ body: (draft: { score: number }) => draft, until: () => true, maxIterations: 5 });

// mistake: a loop without a bound
// says: `maxIterations`
loop("refine", /* here */ { body: improve, until: () => true });

// mistake: a state that does not exist
// says: `"publish"` `NextState`
stateMachine("desk", {
  start: "draft",
  states: { draft: improve, review: improve },
  next: { /* here */ draft: "publish" },
  final: ["review"],
  maxHops: 9,
});

// mistake: a state that leads nowhere
// says: `review`
stateMachine("desk", {
  start: "draft",
  states: { draft: improve, review: improve, done: improve },
  /* here */ next: { draft: "review" },
  final: ["done"],
  maxHops: 9,
});

// mistake: a state that can't take what the one before gives
// says: `"done"` `NextState`
stateMachine("desk", {
  start: "draft",
  states: { draft: improve, done: double },
  next: { /* here */ draft: "done" },
  final: ["done"],
  maxHops: 9,
});

// mistake: a start that is no state
// says: `"begin"` `"done"` `"draft"`
stateMachine("desk", {
  /* here */ start: "begin",
  states: { draft: improve, done: improve },
  next: { draft: "done" },
  final: ["done"],
  maxHops: 9,
});

// mistake: an end that is no state
// says: `"end"` `"done"` `"draft"`
stateMachine("desk", {
  start: "draft",
  states: { draft: improve, done: improve },
  next: { draft: "done" },
  final: [/* here */ "end"],
  maxHops: 9,
});
