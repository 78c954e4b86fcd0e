// Everything here is exported without a written type, so that the compiler has to write each down in a declaration.
import {
  branch,
  gather,
  human,
  identity,
  loop,
  map,
  nested,
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
import { z } from "zod";

interface Ticket {
  readonly kind: "bug" | "question";
  readonly text: string;
}

export const read = step("read", async (text: string): Promise<Ticket> => ({ kind: "bug", text }));
export const parse = step({
  name: "parse",
  input: z.string(),
  output: z.object({ ok: z.boolean() }),
  run: () => ({ ok: true }),
});
export const size = step("size", (ticket: Ticket) => ticket.text.length);
export const title = step("title", (ticket: Ticket) => ({ title: ticket.text }));

export const chain = read.pipe(title).pipe(pick("title")).pipe(identity());
export const named = pipeline("named", read, title);
export const both = parallel("both", { size, title });
export const settled = parallel("settled", { size, title }, { onFailure: "collect" }).pipe(gather(["size"]));
export const route = branch("route", { on: (ticket: Ticket) => ticket.kind, cases: { bug: size }, otherwise: title });
export const team = router("team", { select: (_: Ticket) => ["size"] as const, routes: { size, title } });
export const each = map("each", read.pipe(size), { concurrency: 2, onFailure: "collect" });
export const again = loop("again", { body: identity<Ticket>(), until: ({ text }) => text === "", maxIterations: 2 });
export const desk = stateMachine("desk", {
  start: "draft",
  states: { draft: identity<Ticket>(), done: size },
  next: { draft: (ticket) => (ticket.text === "" ? "done" : "draft") },
  final: ["done"],
  maxHops: 3,
});
export const approve = human("approve", {
  prompt: (ticket: Ticket) => ticket.text,
  schema: z.object({ ok: z.boolean() }),
});
export const looked = read.pipe(tap("look", ({ kind }) => kind));
export const refined = refineUntil("refined", {
  generator: step("generator", ({ input }: Refinement<string, number, string>) => input.length),
  critic: step("critic", (n: number) => ({ isComplete: n > 1, feedback: "longer" })),
  maxRefinements: 2,
});
export const robust = read
  .withRetry({ maxAttempts: 2 })
  .withTimeout(50)
  .withFallback(read)
  .withFallbackValue({ kind: "bug", text: "" });

export const s = steps<{ seen: string[] }>();
export const remember = s.step("remember", (url: string, { update }) => {
  update((draft) => {
    draft.seen.push(url);
  });
  return url;
});
export const speak = steps<{ tone: "dry" | "warm" }>().step("speak", (url: string, { context }) => context.tone + url);
export const joined = remember.pipe(speak);
export const part = s.nested("part", speak, { into: () => ({ tone: "dry" as const }) });
export const alone = nested("alone", remember, { into: () => ({ seen: [] }) });

/** A factory of one's own, generic in what passes through. */
export function twice<Value>(name: string) {
  return loop(name, { body: identity<Value>(), until: (_, { iteration }) => iteration === 2, maxIterations: 2 });
}
export const twiceOfText = twice<string>("twice");
