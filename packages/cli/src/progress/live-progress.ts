import { type FlujoModule, Telemetry } from "@flujo/core/protocols";
import { LineView } from "./line-view.ts";
import type { ProgressView } from "./progress-view.ts";
import { TerminalView } from "./terminal-view.ts";

/** Options of {@link liveProgress}. */
export interface LiveProgressOptions {
  /** Where it is shown. Default `process.stderr`. */
  readonly stream?: NodeJS.WriteStream;
}

/** A module that shows runs while they go on. Disposing of it stops the show; a run's end does so too. */
export type LiveProgress = FlujoModule & Disposable;

/**
 * Shows what a runner does: on a terminal as a live tree of steps, elsewhere as a line for each step that
 * ends, is retried or logs something. Messages logged at level `debug` are not shown.
 *
 * While the tree is on a terminal, `process.stdout` and `process.stderr` are watched for other
 * output, which goes above it. Colours follow NO_COLOR and FORCE_COLOR.
 *
 * @example
 * ```ts
 * await using flujo = new Flujo(pipeline, { modules: [liveProgress()] });
 * ```
 */
export function liveProgress({ stream = process.stderr }: LiveProgressOptions = {}): LiveProgress {
  const view: ProgressView =
    stream.isTTY && process.env["TERM"] !== "dumb" ? new TerminalView(stream) : new LineView(stream);
  const telemetry: Telemetry & AsyncDisposable = {
    onEvent: (event) => {
      view.onEvent(event);
    },
    [Symbol.asyncDispose]: async () => {
      view[Symbol.dispose]();
    },
  };
  const module: FlujoModule = (container) => {
    container.register(Telemetry, { useValue: telemetry });
  };
  return Object.assign(module, { [Symbol.dispose]: () => view[Symbol.dispose]() });
}
