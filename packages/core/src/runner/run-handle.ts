import type { RunEvent } from "../protocols/run-event.ts";
import type { RunResult } from "../protocols/run-result.ts";

/** A run that this process drives. Iterating it gives the run's events, from the first one on. */
export interface RunHandle<Output, Context = unknown> extends AsyncIterable<RunEvent> {
  readonly runId: string;
  /**
   * How the run ended, whatever happened in it. Rejects for wrong use, and when this driver stops
   * before the end (`RunInterruptedError`, `LeaseLostError`).
   */
  readonly result: Promise<RunResult<Output, Context>>;
  /** Ends the run as `cancelled`, for good. Running steps are aborted. */
  cancel(reason?: unknown): void;
  /** Stops driving the run and leaves it to be resumed. Running steps are aborted and will run again. */
  interrupt(reason?: string): void;
}
