import type { RunEvent } from "@flujo/core/protocols";
import { createLogUpdate } from "log-update";
import { type Paint, paintFor } from "../format/paint.ts";
import { logLine } from "./event-lines.ts";
import { OutputGuard } from "./output-guard.ts";
import type { ProgressView } from "./progress-view.ts";
import { renderRun } from "./render-tree.ts";
import { RunTree } from "./run-tree.ts";
import { paintSegments } from "./segments.ts";

const FRAME_MS = 80;

/**
 * For terminals: a tree for each run that goes on, drawn again in the same place as it changes.
 * While a run goes on there are a timer (which keeps no process alive) and a hidden cursor; after the last
 * one has ended there are neither. If the process ends earlier, the cursor comes back as it exits.
 */
export class TerminalView implements ProgressView {
  readonly #stream: NodeJS.WriteStream;
  readonly #paint: Paint;
  readonly #log: ReturnType<typeof createLogUpdate>;
  readonly #guard: OutputGuard;
  readonly #trees = new Map<string, RunTree>();
  #timer: NodeJS.Timeout | undefined;
  #frame = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#paint = paintFor(stream);
    this.#log = createLogUpdate(stream);
    this.#guard = new OutputGuard([stream, process.stdout, process.stderr], {
      clear: () => {
        this.#log.clear();
      },
      draw: () => {
        this.#log(this.#picture());
      },
    });
  }

  onEvent(event: RunEvent): void {
    const tree = this.#trees.get(event.runId) ?? this.#begin(event);
    tree.apply(event);
    if (event.type === "step-log") this.#note(event);
    if (tree.endedAt !== undefined) this.#end(tree);
  }

  [Symbol.dispose](): void {
    if (this.#trees.size === 0) return;
    this.#draw();
    this.#trees.clear();
    this.#stop();
  }

  #begin(event: RunEvent): RunTree {
    const tree = new RunTree(event);
    this.#trees.set(event.runId, tree);
    if (this.#timer === undefined) {
      this.#guard.begin();
      this.#timer = setInterval(() => {
        this.#frame++;
        this.#draw();
      }, FRAME_MS).unref();
    }
    return tree;
  }

  #end(tree: RunTree): void {
    const last = this.#render(tree, this.#rows).join("\n");
    this.#trees.delete(tree.runId);
    this.#leave(last);
    if (this.#trees.size === 0) this.#stop();
    else this.#draw();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#guard.own(() => {
      this.#log.done();
    });
    this.#guard.end();
  }

  #note(event: Extract<RunEvent, { type: "step-log" }>): void {
    const line = logLine(event);
    if (line === undefined) return;
    this.#leave(paintSegments(line, Infinity, this.#paint));
    this.#draw();
  }

  /** Writes what is to stay, in the place of the picture. */
  #leave(text: string): void {
    this.#guard.finishLine();
    this.#guard.own(() => {
      this.#log.persist(text);
    });
  }

  #draw(): void {
    this.#guard.draw();
  }

  #picture(): string {
    const trees = [...this.#trees.values()];
    const each = Math.max(1, Math.floor(this.#rows / Math.max(1, trees.length)));
    return trees
      .flatMap((tree) => this.#render(tree, each))
      .slice(0, this.#rows)
      .join("\n");
  }

  #render(tree: RunTree, rows: number): string[] {
    const columns = this.#stream.columns || 80;
    return renderRun(tree, { columns, rows, now: Date.now(), frame: this.#frame, paint: this.#paint });
  }

  /** One line stays free for the cursor. */
  get #rows(): number {
    return Math.max(1, (this.#stream.rows || 24) - 1);
  }
}
