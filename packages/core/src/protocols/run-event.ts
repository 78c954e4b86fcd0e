import type { FlujoError, UsageReport } from "@flujo/dsl";
import type { CircuitTransition } from "./circuit-breakers.ts";
import type { DegradationChange } from "./graceful-degradation.ts";
import type { Awaiting } from "./run-record.ts";
import type { Usage } from "./usage.ts";

/** Something that happened in a run. `seq` counts from 1 within one drive of the run, without gaps. */
export type RunEvent = RunEventBody & {
  readonly seq: number;
  readonly runId: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
};

export type RunEventBody =
  | RunStart
  | RunPause
  | RunEnd
  | RunInterrupt
  | ResourceChange
  | LoadChange
  | StepStart
  | StepRetry
  | StepEnd
  | StepFanOut
  | StepDecision
  | StepUsage
  | StepChunk
  | StepLogged;

/** The run begins, or goes on after a pause or an interruption. */
export interface RunStart {
  readonly type: "run-start";
  readonly pipeline: string;
  /** Whether there was something recorded already. */
  readonly resumed: boolean;
}

export interface RunPause {
  readonly type: "run-pause";
  readonly awaiting: readonly Awaiting[];
  readonly usage: Usage;
}

export interface RunEnd {
  readonly type: "run-end";
  readonly status: "completed" | "failed" | "cancelled";
  readonly error?: FlujoError;
  readonly durationMs: number;
  readonly usage: Usage;
}

/** This driver stops; the run stays resumable. */
export interface RunInterrupt {
  readonly type: "run-interrupt";
  readonly error: FlujoError;
}

/** A circuit breaker of this runner's changed its state, by a call of this run or of another. */
export interface ResourceChange extends CircuitTransition {
  readonly type: "circuit-change";
}

/** Features of this runner's were switched off, or on again. */
export interface LoadChange extends DegradationChange {
  readonly type: "load-change";
}

interface AtStep {
  readonly path: string;
}

/** A step's work begins. Not sent for a step whose outcome was recorded before. */
export interface StepStart extends AtStep {
  readonly type: "step-start";
  readonly name: string;
  readonly kind: string;
  /** What it is given, where payloads are captured. */
  readonly input?: unknown;
}

/** An attempt failed and another follows. */
export interface StepRetry extends AtStep {
  readonly type: "step-retry";
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  readonly delayMs: number;
  readonly error: FlujoError;
}

/** A step is over. If `completed` or `failed`, its outcome is durable by now. */
export interface StepEnd extends AtStep {
  readonly type: "step-end";
  readonly name: string;
  readonly kind: string;
  readonly status: "completed" | "failed" | "paused" | "cancelled";
  readonly error?: FlujoError;
  /** What it gave, where payloads are captured. */
  readonly output?: unknown;
  /** 0 if its outcome came from the cache, or it was left out. */
  readonly attempts: number;
  readonly durationMs: number;
  /** Of this step and all in it. */
  readonly usage: Usage;
  /** Whether the outcome was recorded before, so that nothing ran. */
  readonly replayed: boolean;
}

/** A composite is about to run children side by side. */
export interface StepFanOut extends AtStep {
  readonly type: "step-fan-out";
  /** How many there are: items of a map, branches of a parallel. */
  readonly lanes: number;
}

/** A composite decided: the case it takes, whether a loop is done. */
export interface StepDecision extends AtStep {
  readonly type: "step-decision";
  readonly decision: string;
  readonly value: unknown;
}

/** A step booked what one model call used: what for, at whose price, and whether that is an estimate. */
export interface StepUsage extends AtStep {
  readonly type: "step-usage";
  readonly report: UsageReport;
}

/** A step sent a chunk with `emit`. */
export interface StepChunk extends AtStep {
  readonly type: "step-chunk";
  readonly chunk: unknown;
}

export interface StepLogged extends AtStep {
  readonly type: "step-log";
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly data?: unknown;
}
