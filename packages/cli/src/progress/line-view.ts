import type { RunEvent } from "@flujo/core/protocols";
import { type Paint, paintFor } from "../format/paint.ts";
import { eventLine } from "./event-lines.ts";
import type { ProgressView } from "./progress-view.ts";
import { paintSegments } from "./segments.ts";

/** For files, pipes and simple terminals: a line for each thing that happens. */
export class LineView implements ProgressView {
  readonly #stream: NodeJS.WritableStream;
  readonly #paint: Paint;
  /** When each run that goes on began. */
  readonly #started = new Map<string, number>();

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
    this.#paint = paintFor(stream);
  }

  onEvent(event: RunEvent): void {
    const started = this.#started.get(event.runId) ?? event.time;
    this.#started.set(event.runId, started);
    const several = this.#started.size > 1;
    if (event.type === "run-end" || event.type === "run-pause" || event.type === "run-interrupt")
      this.#started.delete(event.runId);
    const line = eventLine(event, event.time - started);
    if (line === undefined) return;
    const whose = several ? [{ text: `${event.runId.slice(0, 8)} `, style: "dim" } as const] : [];
    this.#stream.write(`${paintSegments([...whose, ...line], Infinity, this.#paint)}\n`);
  }

  [Symbol.dispose](): void {
    this.#started.clear();
  }
}
