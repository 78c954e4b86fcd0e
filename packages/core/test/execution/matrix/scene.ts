import { joinPath } from "@flujo/dsl";
import { decision, type EndStatus, end, ended, ends, failedDecision, type Mark, pause, start } from "./history.ts";
import type { Kind } from "./kinds.ts";
import { type AnyWork, s, type Work } from "./work.ts";

/** How deep in other steps the one that is looked at is: the outermost, or within a loop, a branch and a pipeline. */
export const DEPTHS = [1, 4] as const;
export type Depth = (typeof DEPTHS)[number];

/** How far the work gets in an attempt. */
type Reach = "done" | "failed" | "at work";

/** A step of some kind at some depth: how it is built, and what is to be seen when it runs. */
export class Scene {
  readonly kind: Kind;
  readonly #depth: Depth;
  readonly #asks: boolean;
  /** Whether the step has policies: without, a chain is nothing but its steps. */
  readonly #policed: boolean;

  /** @param options.asks - the work is a question to a person */
  constructor(
    kind: Kind,
    depth: Depth,
    { asks = kind.asks ?? false, policed }: { readonly asks?: boolean; readonly policed: boolean },
  ) {
    this.kind = kind;
    this.#depth = depth;
    this.#asks = asks;
    this.#policed = policed;
  }

  /** The whole pipeline. @param policies - what is put around the step that is looked at */
  graph(
    work: Work,
    policies: (subject: AnyWork) => AnyWork,
    around: (leaf: AnyWork) => AnyWork = (leaf) => leaf,
  ): AnyWork {
    const { kind } = this;
    const name = kind.leaf ? "it" : "work";
    const leaf = around(this.#asks ? work.question(name) : work.step(name));
    const subject = policies(kind.build(leaf));
    const hosted = kind.host?.build(subject) ?? subject;
    if (this.#depth === 1) return hosted;
    const third = s.pipeline("d3", hosted) as AnyWork;
    const second = s.branch("d2", { on: () => "x" as const, cases: { x: third } });
    return s.loop("d1", { body: second, until: () => true, maxIterations: 1 });
  }

  /** Where the step that is looked at is. */
  get path(): string {
    const { kind } = this;
    if (this.#depth === 1 && kind.rootless) return "";
    const outside = this.#depth === 1 ? "" : "d1#1/d2[x]/d3";
    const [policed, bare] = kind.segment;
    const base = kind.host === undefined ? outside : kind.host.base(joinPath(outside, "host"));
    return joinPath(base, this.#policed ? policed : bare);
  }

  /** Where the work is, in an attempt at the step. */
  workPath(attempt = 1): string {
    return this.kind.inside(this.base(attempt), this.path).work;
  }

  /** Where the step's children are entered in an attempt. */
  base(attempt = 1): string {
    return attempt === 1 ? this.path : `${this.path}!${attempt}`;
  }

  /** Whether the step is nothing but its steps, which go on from each other in the context of what is around. */
  get #transparent(): boolean {
    const { segment, rootless } = this.kind;
    return !this.#policed && (segment[1] === "" || (rootless === true && this.#depth === 1));
  }

  /** What happens around the step before it begins. */
  get #outerBefore(): readonly Mark[] {
    const outside =
      this.#depth === 1
        ? []
        : [start("d1"), start("d1#1/d2"), decision("d1#1/d2:on", "d1#1/d2"), start("d1#1/d2[x]/d3")];
    const host = joinPath(this.#depth === 1 ? "" : "d1#1/d2[x]/d3", "host");
    return [...outside, ...(this.kind.host?.before(host) ?? [])];
  }

  /** The whole history, if the step goes as `marks` say, and completes. */
  completed(marks: readonly Mark[], attempts = 1): readonly Mark[] {
    const step = [...this.begun(), ...marks, ...(this.#transparent ? [] : [end(this.path, "completed", attempts)])];
    if (this.#depth === 1) return ended(step, "completed");
    const inD1 = step.filter((mark) => mark.at !== "start" || mark.path !== "d1");
    return [...step, ...ends(inD1, "completed"), decision("d1#1:until", "d1#1"), end("d1")];
  }

  /** The whole history, if the step goes as `marks` say, and then it and all around it ends in some way. */
  stopped(marks: readonly Mark[], status: EndStatus, attempts = 1): readonly Mark[] {
    const open = [...this.begun(), ...marks];
    const inside = ends(open, status).filter((mark) => mark.at === "end" && isInner(mark.path, this.path));
    const own = this.#transparent ? [] : [end(this.path, status, attempts)];
    return ended([...open, ...inside, ...own], status);
  }

  /** All up to where the step has begun. */
  begun(): readonly Mark[] {
    return this.#transparent ? this.#outerBefore : [...this.#outerBefore, start(this.path)];
  }

  /** What happens inside of the step in an attempt; with `failed`, its children's ends included. */
  attempt(reach: Reach, attempt = 1): readonly Mark[] {
    const { before, work, after } = this.kind.inside(this.base(attempt), this.path);
    const prompt = `${this.kind.leaf ? this.base(attempt) : work}:prompt`;
    const [own, over] = this.kind.leaf ? [[], []] : [[start(work)], [end(work)]];
    const atWork = [...before, ...own];
    if (reach === "done") return [...atWork, ...(this.#asks ? [decision(prompt, work), pause] : []), ...over, ...after];
    if (reach === "at work") return atWork;
    return ended([...atWork, ...(this.#asks ? [failedDecision(prompt, work)] : [])], "failed");
  }

  /** The notes in the context when all is well. */
  get notes(): Readonly<Record<string, number>> {
    const [before, after] = this.kind.notes;
    return noted(...before, ...(this.#asks ? [] : ["work"]), ...after);
  }

  /** The notes that were left before the work and stay, although the step did not complete. */
  get keptNotes(): Readonly<Record<string, number>> {
    return this.#transparent && this.#depth === 1 ? noted(...this.kind.notes[0]) : {};
  }

  /** The notes that are to be seen in a run that pauses while the work is at work. */
  get notesAtPause(): Readonly<Record<string, number>> {
    return this.kind.mergesAtEnd ? {} : noted(...this.kind.notes[0]);
  }
}

export function noted(...names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name) => [name, 1]));
}

function isInner(path: string, outer: string): boolean {
  return path !== outer && path.startsWith(outer);
}
