import { map, parallel, router, step } from "@flujo/dsl";

const words = step("words", (text: string) => text.split(" "));
const length = step("length", (text: string) => text.length);
const double = step("double", (n: number) => n * 2);

// mistake: a branch that is no step
// says: `AnyStep`
parallel("both", { words, /* here */ length: (text: string) => text.length });

// mistake: a parallel step after one that gives what a branch can't take
// says: `number` `string`
double.pipe(/* here */ parallel("both", { words, length }));

// mistake: branches that share no input
// says: `string` `never`
words.pipe(/* here */ parallel("both", { words, double }));

// mistake: what a parallel step gives, used for what it is not
// says: `title`
parallel("both", { words, length }).pipe(step("use", (both) => both./* here */ title));

// mistake: a failure mode that does not exist
// says: `"ignore"` `FailureMode`
parallel("both", { words }, { /* here */ onFailure: "ignore" });

// mistake: a merge strategy that does not exist
// says: `"last"` `MergeStrategy`
parallel("both", { words }, { /* here */ merge: "last" });

// mistake: settled results taken for outputs
// says: `PromiseSettledResult<number>`
parallel("both", { length }, { onFailure: "collect" }).pipe(
  /* here */ step("use", (both: { length: number }) => both.length),
);

// mistake: a map after a step that gives no list
// says: `number` `readonly string[]`
double.pipe(/* here */ map("each", length));

// mistake: a map over items that its body can't take
// says: `string[]` `readonly number[]`
words.pipe(/* here */ map("each", double));

// mistake: a map without a body
// says: `Step<`
map("each", /* here */ (text: string) => text.length);

// mistake: a concurrency that is no number
// says: `string` `number`
map("each", length, { /* here */ concurrency: "8" });

// mistake: a route that can't take what select takes
// says: `number` `string`
router("team", { select: (_: string) => ["legal"] as const, routes: { legal: words, /* here */ tone: double } });

// mistake: a select that gives one name where a list is wanted
// says: `string` `readonly`
router("team", { /* here */ select: (_: string) => "legal" as const, routes: { legal: words, tone: length } });

// mistake: a router without routes
// says: `routes`
router("team", /* here */ { select: (_: string) => ["legal"] as const });

// mistake: the output of a route that may not have been taken
// says: `undefined`
router("team", { select: (_: string) => ["legal"] as const, routes: { legal: length } }).pipe(
  step("use", (taken) => /* here */ taken.legal.toFixed()),
);

// mistake: a select that names no route
// says: `tone`
router("team", { select: (_: string) => ["tone"] as const, /* here */ routes: { legal: words } });

// mistake: a select that names no route in some cases, after a step
// says: `tone`
length.pipe(router("team", { select: (n) => [n > 1 ? "double" : "tone"], /* here */ routes: { double } }));

// mistake: a select that may return any name
// says: `select must name routes`
router("team", { select: (names: string) => names.split(" "), /* here */ routes: { legal: words } });
