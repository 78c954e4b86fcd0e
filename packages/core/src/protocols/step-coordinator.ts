import type { AnyStep } from "@flujo/dsl";
import type { RunEventBody } from "./run-event.ts";
import type { Outcome } from "./step-handler.ts";
import { type ServiceToken, token } from "./token.ts";
import type { Usage } from "./usage.ts";

/** Tells those who watch, events and hooks, where a step begins and ends. */
export interface StepCoordinator {
  /** Whether anybody watches: if not, nothing need be told. */
  watches(events: EventSink): boolean;
  /** @throws {@link AbortRunError} that a hook threw */
  begin(step: WatchedStep): void | Promise<void>;
  /** The outcome stands, and is durable, whatever comes of this. @throws {@link AbortRunError} that a hook threw */
  end(step: WatchedStep, end: WatchedEnd): void | Promise<void>;
}

export const StepCoordinator: ServiceToken<StepCoordinator> = token<StepCoordinator>("StepCoordinator");

/** Where a run's events go. */
export interface EventSink {
  /** Whether anybody is watching: if not, an event need not be made. */
  readonly active: boolean;
  emit(event: RunEventBody): void;
}

/** A step on its way through. */
export interface WatchedStep {
  readonly runId: string;
  readonly path: string;
  readonly step: AnyStep;
  readonly input: unknown;
  /** As the step found it. */
  readonly context: unknown;
  readonly signal: AbortSignal;
  readonly events: EventSink;
}

export interface WatchedEnd {
  readonly outcome: Outcome;
  readonly attempts: number;
  readonly durationMs: number;
  readonly usage: Usage;
  /** Whether the outcome was recorded before, so that nothing ran. */
  readonly replayed: boolean;
}
