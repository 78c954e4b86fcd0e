import { type ContextOf, nested, type Step, step, steps } from "@flujo/dsl";

interface Shared {
  seen: string[];
  tone: "dry" | "warm";
}

const s = steps<Shared>();
const remember = s.step("remember", (url: string) => url);
const counting = steps<{ count: number }>().step("count", (text: string) => text.length);

// mistake: a change of the context to another type
// says: `number` `string`
s.step("remember", (url: string, { update }) => {
  update((draft) => {
    draft.seen.push(/* here */ url.length);
  });
});

// mistake: a change of the context to a value that is not allowed
// says: `"loud"`
s.step("remember", (_: string, { update }) => {
  update((draft) => {
    /* here */ draft.tone = "loud";
  });
});

// mistake: a change of the context without update
// says: `tone` `read-only`
s.step("remember", (_: string, { context }) => {
  context./* here */ tone = "dry";
});

// mistake: a read of what is not in the context
// says: `mood` `Shared`
s.step("speak", (_: string, { context }) => context./* here */ mood);

// mistake: a read of the context by a step that asked for none
// says: `tone` `unknown`
step("speak", (_: string, { context }) => context./* here */ tone);

// mistake: a case chosen by what is not in the context
// says: `mood`
s.branch("route", { on: (_: string, { context }) => context./* here */ mood, cases: {}, otherwise: remember });

// mistake: a loop that ends by what is not in the context
// says: `mood`
s.loop("again", { body: remember, until: (_, { context }) => context./* here */ mood, maxIterations: 3 });

// mistake: a router that selects by what is not in the context
// says: `mood`
s.router("team", { select: (_: string, { context }) => context./* here */ mood, routes: { remember } });

// mistake: a nested step whose into makes another context
// says: `string` `number`
s.nested("part", counting, { into: ({ seen }) => ({ /* here */ count: String(seen.length) }) });

// mistake: a nested step whose back writes something else
// says: `number` `string`
s.nested("part", counting, {
  into: () => ({ count: 0 }),
  back: (draft, { count }) => void draft.seen.push(/* here */ count),
});

// mistake: a nested step without into
// says: `into`
nested("part", counting, /* here */ {});

// mistake: a value that is not the context of its type
// says: `string` `string[]`
export const context: ContextOf<typeof remember> = { /* here */ seen: "all", tone: "dry" };

// mistake: a step whose needs of a context are given away
// says: `Shared` `unknown`
export const /* here */ free: Step<string, string> = remember;

// mistake: the context of what is no step
// says: `AnyStep`
export type Wrong = ContextOf</* here */ string>;
