import { InvalidOptionError } from "../../errors/invalid-option-error.ts";
import type { AnyStep, StepChild, StepShape } from "../../step/step.ts";
import type { StepEdge } from "../edges.ts";
import { type GraphPlace, isNotation, joinPath, placeOfRoot, placesOfChildren } from "../path.ts";
import { stepsAside } from "../steps-aside.ts";
import type { MermaidDetail } from "./detail.ts";
import { escapeLabel, label } from "./label.ts";
import { plainRuns } from "./plain-runs.ts";
import { policyNotes } from "./policy-notes.ts";
import type { NodeStatus, OverlayIndex } from "./run-overlay.ts";

/** Where ways enter and leave what has been drawn. */
interface Drawn {
  readonly entry: string;
  readonly exits: readonly string[];
}

/** A line of the text, or a frame with what is in it. */
type Item = string | { readonly id: string; readonly title: string; readonly items: readonly Item[] };

const OUTLINES: Readonly<Record<Exclude<StepShape, "none">, readonly [string, string]>> = {
  box: ["[", "]"],
  round: ["(", ")"],
  diamond: ["{", "}"],
  hexagon: ["{{", "}}"],
  slanted: ["[/", "/]"],
};

/** Fill and line of each status, with black text: readable on light and on dark pages. */
const STATUS_STYLES: Readonly<Record<NodeStatus, string>> = {
  completed: "fill:#d3f9d8,stroke:#2b8a3e,color:#000",
  failed: "fill:#ffe3e3,stroke:#c92a2a,color:#000",
  cancelled: "fill:#e9ecef,stroke:#495057,color:#000",
  paused: "fill:#d0ebff,stroke:#1864ab,color:#000",
  mixed: "fill:#fff3bf,stroke:#e67700,color:#000",
};

/** A flowchart in the making. */
export class Drawing {
  readonly #detail: Exclude<MermaidDetail, "auto">;
  readonly #overlay: OverlayIndex | undefined;
  /** What is drawn now goes here. */
  #items: Item[] = [];
  /** Ways stand behind all nodes: a node named inside a frame would be drawn inside it. */
  readonly #ways: string[] = [];
  readonly #byStatus = new Map<NodeStatus, string[]>();
  #ids = 0;

  constructor(detail: Exclude<MermaidDetail, "auto">, overlay: OverlayIndex | undefined) {
    this.#detail = detail;
    this.#overlay = overlay;
  }

  drawRoot(root: AnyStep): void {
    this.#draw(root, "", placeOfRoot(root));
  }

  lines(): readonly string[] {
    const statuses = [...this.#byStatus].flatMap(([status, ids]) => [
      `classDef ${status} ${STATUS_STYLES[status]}`,
      `class ${ids.join(",")} ${status}`,
    ]);
    return [...this.#items, ...this.#ways, ...statuses].flatMap((item) => print(item, 1));
  }

  #draw(step: AnyStep, base: string, { entrance, segment }: GraphPlace): Drawn {
    const path = joinPath(base + entrance, segment);
    const framed = this.#detail === "full" && step.shape === "none" && !isNotation(step) && step.children().length > 0;
    const id = framed ? this.#id("g") : undefined;
    const drawn =
      id === undefined
        ? this.#parts(step, path)
        : this.#frame(id, this.#label(id, step, [path]), () => this.#parts(step, path));
    if (this.#detail === "low") return drawn;
    const exits = [...drawn.exits];
    for (const { label, step: other, place } of stepsAside(step)) {
      const aside = this.#draw(other, path, place);
      this.#way(id ?? drawn.entry, aside.entry, label, true);
      exits.push(...aside.exits);
    }
    return { entry: drawn.entry, exits };
  }

  /** The step's own node, if it has one, and the steps inside it with the ways between them. */
  #parts(step: AnyStep, path: string): Drawn {
    const children = step.children();
    if (children.length === 0) return this.#node(step, [path]);
    const edges = step.edges();
    for (const { from, to } of edges) {
      for (const end of [from, to]) checkEnd(step, end, children);
    }
    const head = step.shape === "none" ? undefined : this.#node(step, [path]).entry;
    const drawn = this.#children(children, edges, path);
    const begins = edges.filter(({ from }) => from === "start");
    const entry = head ?? this.#entry(begins, drawn);
    const ends = edges.filter(({ to }) => to === "end");
    const join = ends.length > 1 || ends.some((edge) => edge.label !== undefined) ? this.#dot() : undefined;
    for (const { from, to, label, decided } of edges) {
      const exits = from === "start" ? [entry] : (drawn[from] as Drawn).exits;
      const target = to === "end" ? join : to === "start" ? entry : (drawn[to] as Drawn).entry;
      // A pipeline's entry is its first step's, and what is drawn as one node has no ways within it.
      if (target === undefined || (from === "start" && target === entry)) continue;
      if (typeof from === "number" && typeof to === "number" && from !== to && drawn[from] === drawn[to]) continue;
      for (const exit of exits) this.#way(exit, target, label, decided);
    }
    if (join !== undefined) return { entry, exits: [join] };
    const only = ends[0]?.from;
    return { entry, exits: typeof only === "number" ? (drawn[only] as Drawn).exits : [entry] };
  }

  /** Where a step without a node of its own begins: at its first step, or at a dot where there are several. */
  #entry(begins: readonly StepEdge[], drawn: readonly Drawn[]): string {
    const [only] = begins;
    if (begins.length !== 1 || typeof only?.to !== "number" || only.label !== undefined) return this.#dot();
    return (drawn[only.to] as Drawn).entry;
  }

  /** The children in their order; those that are drawn as one node stand there several times. */
  #children(children: readonly StepChild[], edges: readonly StepEdge[], path: string): readonly Drawn[] {
    const places = placesOfChildren(children);
    if (this.#detail !== "low") {
      return children.map((child, index) => this.#child(child, path, places[index] as GraphPlace));
    }
    return plainRuns(children, edges).flatMap((run) => {
      const [first] = run as [number];
      const steps = run.map((index) => (children[index] as StepChild).step);
      if (run.length === 1) return [this.#child(children[first] as StepChild, path, places[first] as GraphPlace)];
      const paths = run.map((index) => {
        const { entrance, segment } = places[index] as GraphPlace;
        return joinPath(path + entrance, segment);
      });
      const node = this.#rowOf(steps, paths);
      return run.map(() => node);
    });
  }

  /** A child; in full, one of several nodes has a frame, unless it is a pipeline that draws its own. */
  #child({ role, label, step }: StepChild, base: string, place: GraphPlace): Drawn {
    const frames = this.#detail === "full" && role !== "next" && (step.shape !== "none" || isNotation(step));
    if (!frames) return this.#draw(step, base, place);
    const id = this.#id("g");
    const before = this.#ids;
    const { drawn, items } = this.#aside(() => this.#draw(step, base, place));
    if (this.#ids - before > 1) this.#items.push({ id, title: escapeLabel(label ?? role), items });
    else this.#items.push(...items);
    return drawn;
  }

  #frame(id: string, title: string, draw: () => Drawn): Drawn {
    const { drawn, items } = this.#aside(draw);
    this.#items.push({ id, title, items });
    return drawn;
  }

  /** What `draw` draws, kept apart until it is known where it goes. */
  #aside(draw: () => Drawn): { readonly drawn: Drawn; readonly items: readonly Item[] } {
    const around = this.#items;
    this.#items = [];
    const drawn = draw();
    const items = this.#items;
    this.#items = around;
    return { drawn, items };
  }

  #node(step: AnyStep, paths: readonly string[]): Drawn {
    const id = this.#id("n");
    const [open, close] = OUTLINES[step.shape === "none" ? "box" : step.shape];
    this.#items.push(`${id}${open}"${this.#label(id, step, paths)}"${close}`);
    return { entry: id, exits: [id] };
  }

  /** Steps in a row as one node. */
  #rowOf(steps: readonly AnyStep[], paths: readonly string[]): Drawn {
    const id = this.#id("n");
    const names = steps.map(({ name }) => name);
    const text = names.length <= 3 ? names.join(" → ") : `${names[0]} → … → ${names.at(-1)} (${names.length} steps)`;
    this.#items.push(`${id}["${label([text, ...this.#record(id, paths)])}"]`);
    return { entry: id, exits: [id] };
  }

  /** A point where ways part or come together. */
  #dot(): string {
    const id = this.#id("n");
    this.#items.push(`${id}(( ))`);
    return id;
  }

  #label(id: string, step: AnyStep, paths: readonly string[]): string {
    const uses = step.resource === undefined ? [] : [`uses ${step.resource}`];
    const notes = this.#detail === "full" ? [...step.notes(), ...uses, ...policyNotes(step.policies)] : [];
    return label([step.name, ...notes, ...this.#record(id, paths)]);
  }

  /** What the run did there, as a line of the label; the status becomes the node's class. */
  #record(id: string, paths: readonly string[]): readonly string[] {
    const record = this.#overlay?.record(paths);
    if (record === undefined) return [];
    this.#byStatus.set(record.status, [...(this.#byStatus.get(record.status) ?? []), id]);
    return [record.notes.join(" · ")];
  }

  #way(from: string, to: string, label: string | undefined, dashed = false): void {
    const arrow = dashed ? "-.->" : "-->";
    // An empty label is no text to Mermaid.
    this.#ways.push(label ? `${from} ${arrow}|"${escapeLabel(label)}"| ${to}` : `${from} ${arrow} ${to}`);
  }

  #id(prefix: string): string {
    return `${prefix}${this.#ids++}`;
  }
}

function checkEnd(step: AnyStep, end: number | "start" | "end", children: readonly StepChild[]): void {
  if (typeof end === "string" || end in children) return;
  throw new InvalidOptionError(`edges of ${step.kind} "${step.name}"`, end, `the index of one of its children`);
}

function print(item: Item, depth: number): readonly string[] {
  const indent = "  ".repeat(depth);
  if (typeof item === "string") return [indent + item];
  return [
    `${indent}subgraph ${item.id}["${item.title}"]`,
    ...item.items.flatMap((inner) => print(inner, depth + 1)),
    `${indent}end`,
  ];
}
