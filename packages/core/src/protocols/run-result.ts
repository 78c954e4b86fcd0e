import type { FlujoError } from "@flujo/dsl";
import type { Awaiting } from "./run-record.ts";
import type { Usage } from "./usage.ts";

/** How a run stands when its driver is done with it. */
export type RunResult<Output, Context = unknown> = RunFacts<Context> &
  (
    | { readonly status: "completed"; readonly output: Output }
    | { readonly status: "paused"; readonly awaiting: readonly Awaiting[] }
    | { readonly status: "failed"; readonly error: FlujoError }
    | { readonly status: "cancelled"; readonly reason: unknown }
  );

interface RunFacts<Context> {
  readonly runId: string;
  /** The context as the run left it. */
  readonly context: Context;
  readonly usage: Usage;
  /**
   * Every step whose outcome is recorded, in the order in which they settled. Of a run that was gone on with, without those that an entry
   * stands for which stands for hundreds: they are in the run's trace.
   */
  readonly steps: readonly StepReport[];
  /** Whether an optional step was left out, for want of room to do it. */
  readonly degraded: boolean;
}

/** What is recorded of one step of a run. */
export interface StepReport {
  readonly path: string;
  readonly name: string;
  readonly kind: string;
  readonly status: "completed" | "failed";
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Of the step and all in it. */
  readonly usage: Usage;
  /** Whether it was left out, and its output is what stands in for it. */
  readonly omitted?: true;
  /** Present if it failed. */
  readonly error?: FlujoError;
}
