import type { AnyStep, StepChild, StepShape } from "../step/step.ts";

export interface MermaidOptions {
  /** Top to bottom or left to right. Default `TD`. */
  readonly direction?: "TD" | "LR";
}

/** Where edges enter and leave a drawn step. */
interface Drawn {
  readonly entry: string;
  readonly exit: string;
}

const OUTLINES: Readonly<Record<StepShape, readonly [string, string]>> = {
  box: ["[", "]"],
  round: ["(", ")"],
  diamond: ["{", "}"],
  hexagon: ["{{", "}}"],
  slanted: ["[/", "/]"],
};

/** Draws any graph of steps from what each says of itself: its shape and its children. */
export function drawMermaid(root: AnyStep, { direction = "TD" }: MermaidOptions = {}): string {
  const drawing = new Drawing();
  drawing.draw(root);
  return [`flowchart ${direction}`, ...drawing.lines, ""].join("\n");
}

class Drawing {
  readonly lines: string[] = [];
  #depth = 1;
  #nodes = 0;

  draw(step: AnyStep): Drawn {
    const children = step.children();
    const drawn = children.length === 0 ? this.#node(step) : this.#composite(step, children);
    const { fallback } = step.policies;
    if (fallback?.type === "step") this.#edge(drawn.entry, this.draw(fallback.step).entry, "fallback", "-.->");
    return drawn;
  }

  #composite(step: AnyStep, children: readonly StepChild[]): Drawn {
    switch (children[0]?.role) {
      case "next":
        return this.#chain(children);
      case "body":
        return this.#body(step, children);
      default:
        return this.#branches(step, children);
    }
  }

  #chain(children: readonly StepChild[]): Drawn {
    const drawn = children.map((child) => this.draw(child.step));
    drawn.slice(1).forEach((next, index) => {
      this.#edge((drawn[index] as Drawn).exit, next.entry);
    });
    return { entry: (drawn[0] as Drawn).entry, exit: (drawn.at(-1) as Drawn).exit };
  }

  #body(step: AnyStep, children: readonly StepChild[]): Drawn {
    const head = this.#node(step);
    this.#line(`subgraph ${this.#id("g")}["${entities(step.name)}"]`);
    this.#depth++;
    const body = this.#chain(children);
    this.#depth--;
    this.#line("end");
    this.#edge(head.entry, body.entry);
    this.#edge(body.exit, head.entry, step.kind === "map" ? "each" : "again");
    return head;
  }

  #branches(step: AnyStep, children: readonly StepChild[]): Drawn {
    const head = this.#node(step);
    const join = this.#id("n");
    this.#line(`${join}(( ))`);
    for (const child of children) {
      const branch = this.draw(child.step);
      this.#edge(head.entry, branch.entry, child.label);
      this.#edge(branch.exit, join);
    }
    return { entry: head.entry, exit: join };
  }

  #node(step: AnyStep): Drawn {
    const id = this.#id("n");
    const [open, close] = OUTLINES[step.shape];
    this.#line(`${id}${open}"${entities(step.name)}"${close}`);
    return { entry: id, exit: id };
  }

  #edge(from: string, to: string, label?: string, arrow = "-->"): void {
    this.#line(label === undefined ? `${from} ${arrow} ${to}` : `${from} ${arrow}|"${entities(label)}"| ${to}`);
  }

  #id(prefix: string): string {
    return `${prefix}${this.#nodes++}`;
  }

  #line(text: string): void {
    this.lines.push("  ".repeat(this.#depth) + text);
  }
}

/** Everything that could mean something to Mermaid or HTML, as Mermaid's numeric entities. */
function entities(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,_-]/gu, (character) => `#${character.codePointAt(0)};`);
}
