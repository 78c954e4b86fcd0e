import type { AnyStep, FlujoError } from "@flujo/dsl";
import type { Awaiting } from "./run-record.ts";
import type { RunResult } from "./run-result.ts";
import { type ServiceToken, token } from "./token.ts";
import type { Usage } from "./usage.ts";

/**
 * Code of yours at the turns of a run's life. Unlike `Telemetry`, which is told, a hook is waited for. Any number may be
 * registered; they are called one after another, in the order of registration, for nested steps as for all others.
 *
 * One that throws is reported and does not disturb the run; unless it throws an `AbortRunError`, which ends the run.
 * Not called for what is replayed from the journal.
 */
export interface Hook {
  /** For reports of what it throws. */
  readonly name?: string;
  onRunStart?(payload: RunStartPayload): void | Promise<void>;
  /** The run is over, whichever way; a pause is told by `onPause`. */
  onRunEnd?(payload: RunEndPayload): void | Promise<void>;
  onPause?(payload: PausePayload): void | Promise<void>;
  onStepStart?(payload: StepStartPayload): void | Promise<void>;
  /** A step completed, and that is durable. */
  onStepEnd?(payload: StepEndPayload): void | Promise<void>;
  /** A step failed for good, and that is durable. */
  onStepFailure?(payload: StepFailurePayload): void | Promise<void>;
}

export const Hook: ServiceToken<Hook> = token<Hook>("Hook");

/** What each hook is given. */
export interface HookPayloads {
  readonly onRunStart: RunStartPayload;
  readonly onRunEnd: RunEndPayload;
  readonly onPause: PausePayload;
  readonly onStepStart: StepStartPayload;
  readonly onStepEnd: StepEndPayload;
  readonly onStepFailure: StepFailurePayload;
}

interface InRun {
  readonly runId: string;
  readonly pipeline: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface RunStartPayload extends InRun {
  readonly input: unknown;
  readonly context: unknown;
  /** Whether there was something recorded already. */
  readonly resumed: boolean;
}

export interface RunEndPayload extends InRun {
  readonly result: RunResult<unknown>;
}

export interface PausePayload extends InRun {
  readonly awaiting: readonly Awaiting[];
  readonly usage: Usage;
}

export interface StepStartPayload {
  readonly runId: string;
  readonly path: string;
  readonly step: AnyStep;
  readonly input: unknown;
  readonly context: unknown;
  readonly signal: AbortSignal;
}

interface StepOverPayload extends StepStartPayload {
  /** 0 if the outcome came from the cache. */
  readonly attempts: number;
  readonly durationMs: number;
  /** Of the step and all in it. */
  readonly usage: Usage;
}

export interface StepEndPayload extends StepOverPayload {
  readonly output: unknown;
}

export interface StepFailurePayload extends StepOverPayload {
  readonly error: FlujoError;
}
