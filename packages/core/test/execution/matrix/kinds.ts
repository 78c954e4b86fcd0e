import { type Execution, type Outcome, type PlannedStep, StepHandler } from "@flujo/core/protocols";
import { type AnyStep, identity, Step, type StepChild } from "@flujo/dsl";
import type { DependencyContainer } from "tsyringe";
import { decision, end, fanOut, givingWay, type Mark, start } from "./history.ts";
import { type AnyWork, type Notes, noting, s } from "./work.ts";

/** A kind of step, or a place for one, and what is known of it: each row of the table. */
export interface Kind {
  readonly name: string;
  /** A step of this kind around the work. */
  readonly build: (work: AnyWork) => AnyWork;
  /** What the work is called, and with `leaf` so is the whole. */
  readonly leaf?: true;
  /** Whether the work is a question to a person. */
  readonly asks?: true;
  /** What it adds to a path, if it has policies and if it has none. */
  readonly segment: readonly [policed: string, bare: string];
  /** Whether it has no path of its own where it is the outermost step. */
  readonly rootless?: true;
  /** What it is to be given for the work to be given `n`. */
  readonly given: (n: unknown) => unknown;
  /** What it gives when it was given `n`, and the work gave `made`. */
  readonly gives: (made: unknown, n: unknown) => unknown;
  /** What happens inside of it, around the work, in an attempt that goes well; `base` is where children are entered. */
  readonly inside: (
    base: string,
    path: string,
  ) => { readonly before: readonly Mark[]; readonly work: string; readonly after: readonly Mark[] };
  /** The notes that its other steps leave, before the work and after it. */
  readonly notes: readonly [before: readonly string[], after: readonly string[]];
  /** Whether what steps in it do to the context is seen around it only when it has completed. */
  readonly mergesAtEnd?: true;
  /** What stands around it outside of the depth that it is at. */
  readonly host?: Host;
}

/** A step that makes way for the one that is looked at. */
export interface Host {
  readonly build: (guest: AnyWork) => AnyWork;
  readonly base: (path: string) => string;
  readonly before: (path: string) => readonly Mark[];
}

const LEAF = {
  leaf: true,
  build: (work: AnyWork) => work,
  segment: ["it", "it"],
  given: (n: unknown) => n,
  gives: (made: unknown) => made,
  inside: (_base: string, path: string) => ({ before: [], work: path, after: [] }),
  notes: [[], []],
} satisfies Partial<Kind>;

const SEQUENCE = {
  given: (n: unknown) => n,
  gives: (made: unknown) => made,
  inside: (base: string) => {
    const at = (name: string): string => (base === "" ? name : `${base}/${name}`);
    return {
      before: [start(at("before")), end(at("before"))],
      work: at("work"),
      after: [start(at("after")), end(at("after"))],
    };
  },
  notes: [["before"], ["after"]],
  rootless: true,
} satisfies Partial<Kind>;

const only = (base: string): string => (base === "" ? "work" : `${base}/work`);
const it = ["it", "it"] as const;

export const KINDS: readonly Kind[] = [
  { ...LEAF, name: "step" },
  {
    ...SEQUENCE,
    name: "named pipeline",
    build: (work) => s.pipeline("it", noting("before"), work, noting("after")) as AnyWork,
    segment: it,
  },
  {
    ...SEQUENCE,
    name: "chain",
    build: (work) => noting("before").pipe(work).pipe(noting("after")),
    segment: ["before..after", ""],
  },
  {
    ...SEQUENCE,
    name: "chain with identities",
    build: (work) => identity<unknown>().pipe(work).pipe(identity<unknown>()),
    segment: ["work", ""],
    inside: (base) => ({ before: [], work: only(base), after: [] }),
    notes: [[], []],
  },
  {
    name: "parallel",
    build: (work) => s.parallel("it", { beside: noting("before"), work }, { concurrency: 1 }),
    segment: it,
    given: (n) => n,
    gives: (made, n) => ({ beside: n, work: made }),
    inside: (base, path) => ({
      before: [fanOut(path), start(`${base}[beside]/before`), end(`${base}[beside]/before`)],
      work: `${base}[work]/work`,
      after: [],
    }),
    notes: [["before"], []],
    mergesAtEnd: true,
  },
  {
    name: "branch",
    build: (work) => s.branch("it", { on: () => "go" as const, cases: { go: work } }),
    segment: it,
    given: (n) => n,
    gives: (made) => made,
    inside: (base, path) => ({ before: [decision(`${base}:on`, path)], work: `${base}[go]/work`, after: [] }),
    notes: [[], []],
  },
  {
    name: "loop",
    build: (work) => s.loop("it", { body: work, until: () => true, maxIterations: 2 }),
    segment: it,
    given: (n) => n,
    gives: (made) => made,
    inside: (base, path) => ({
      before: [],
      work: `${base}#1/work`,
      after: [decision(`${base}#1:until`, `${path}#1`)],
    }),
    notes: [[], []],
  },
  {
    name: "map",
    build: (work) => s.map("it", work, { concurrency: 1 }) as unknown as AnyWork,
    segment: it,
    given: (n) => [n],
    gives: (made) => [made],
    inside: (base, path) => ({ before: [fanOut(path)], work: `${base}@0/work`, after: [] }),
    notes: [[], []],
    mergesAtEnd: true,
  },
  {
    name: "router",
    build: (work) =>
      s.router("it", {
        select: () => ["work", "beside"] as const,
        routes: { beside: noting("before"), never: noting("never"), work },
        concurrency: 1,
      }),
    segment: it,
    given: (n) => n,
    gives: (made, n) => ({ beside: n, work: made }),
    inside: (base, path) => ({
      before: [
        decision(`${base}:select`, path),
        fanOut(path),
        start(`${base}[beside]/before`),
        end(`${base}[beside]/before`),
      ],
      work: `${base}[work]/work`,
      after: [],
    }),
    notes: [["before"], []],
    mergesAtEnd: true,
  },
  {
    name: "state machine",
    build: (work) =>
      s.stateMachine("it", {
        start: "first",
        states: { first: noting("before"), last: work },
        next: { first: () => "last" as const },
        final: ["last"],
        maxHops: 2,
      }),
    segment: it,
    given: (n) => n,
    gives: (made) => made,
    inside: (base, path) => ({
      before: [
        start(`${base}#1[first]/before`),
        end(`${base}#1[first]/before`),
        decision(`${base}#1:next`, `${path}#1`),
      ],
      work: `${base}#2[last]/work`,
      after: [],
    }),
    notes: [["before"], []],
  },
  {
    name: "nested",
    build: (work) =>
      s.nested("it", noting("before").pipe(work), {
        into: ({ notes }) => ({ notes: { ...notes } }),
        back: (draft, { notes }) => {
          Object.assign(draft.notes, notes);
        },
      }),
    segment: it,
    given: (n) => n,
    gives: (made) => made,
    inside: (base, path) => ({
      before: [decision(`${base}:into`, path), start(`${base}/before`), end(`${base}/before`)],
      work: `${base}/work`,
      after: [],
    }),
    notes: [["before"], []],
    mergesAtEnd: true,
  },
  { ...LEAF, name: "human", asks: true },
  { ...LEAF, name: "cached step", build: (work) => work.withCache() },
  {
    ...LEAF,
    name: "redirect target",
    host: {
      build: (guest) =>
        s
          .step("host", (value: unknown) => value)
          .withPlugins({
            name: "away",
            redirects: [guest],
            validate: () => ({ success: false, redirectTo: guest }),
          }),
      base: (path) => `${path}!redirect`,
      before: (path) => [start(path)],
    },
  },
  {
    ...LEAF,
    name: "fallback",
    host: {
      build: (guest) =>
        s
          .step("host", (): unknown => {
            throw new Error("the host gives way");
          })
          .withFallback(guest),
      base: (path) => `${path}!fallback`,
      before: (path) => [start(path), givingWay(path, 1)],
    },
  },
  {
    name: "kind of a third party",
    build: (work) => new Gate("it", work),
    segment: it,
    given: (n) => n,
    gives: (made) => made,
    inside: (base, path) => ({ before: [decision(`${base}:open`, path)], work: `${base}[way]/work`, after: [] }),
    notes: [[], []],
  },
];

/** Lets its body work once it is open. */
class Gate extends Step<unknown, unknown, Notes> {
  readonly kind = "acme.gate";
  readonly body: AnyStep;

  constructor(name: string, body: AnyStep) {
    super(name);
    this.body = body;
  }

  override children(): readonly StepChild[] {
    return [{ role: "branch", label: "way", step: this.body }];
  }
}

class GateHandler implements StepHandler<Gate> {
  readonly kind = "acme.gate";

  async handle(execution: Execution<Gate>): Promise<Outcome> {
    const open = await execution.decide("open", () => true);
    if (open.status !== "completed") return open;
    return execution.run(execution.children[0] as PlannedStep, execution.input, { branch: "way" });
  }
}

export function gates(container: DependencyContainer): void {
  container.register(StepHandler, { useValue: new GateHandler() as StepHandler });
}
