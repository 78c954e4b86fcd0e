import type { ServiceToken } from "@flujo/dsl";
import type { EventLog } from "../events/event-log.ts";
import type { ForkPoints } from "../journal/fork-point.ts";
import type { Clock } from "../protocols/clock.ts";
import type { ContextManager } from "../protocols/context-manager.ts";
import type { DurableHost } from "../protocols/durable-engine.ts";
import type { ErrorClassifier } from "../protocols/error-classifier.ts";
import type { GracefulDegradation } from "../protocols/graceful-degradation.ts";
import type { RunJournal } from "../protocols/journal.ts";
import type { Random } from "../protocols/random.ts";
import type { Awaiting } from "../protocols/run-record.ts";
import type { TypeValidator } from "../protocols/type-validator.ts";
import type { PriceWatch } from "../usage/price-watch.ts";

/** What all nodes of one drive of one run share. */
export interface RunScope extends RunServices {
  readonly runId: string;
  /** Where it is driven. */
  readonly host: DurableHost;
  readonly journal: RunJournal;
  readonly events: EventLog;
  /** Where it was forked from another run, if it was. */
  readonly forks: ForkPoints | undefined;
  /** The questions met so far that have no answer. */
  readonly questions: Questions;
  readonly prices: PriceWatch;
  /** Ends the run where it is, as cancelled: what works is aborted, and nothing more begins. */
  stop(reason: unknown): void;
}

/** What the runs of one runner share. */
export interface RunServices {
  readonly clock: Clock;
  readonly random: Random;
  readonly contexts: ContextManager;
  readonly types: TypeValidator;
  readonly classifier: ErrorClassifier;
  readonly degradation: GracefulDegradation;
  resolve<Service>(token: ServiceToken<Service>): Service;
}

/** The questions of a run that still want an answer. */
export interface Questions {
  /** @param deadlineMs - how long it may stay open, from when it was first asked */
  ask(question: Omit<Awaiting, "token" | "deadline">, deadlineMs: number | undefined): Awaiting;
  /** Takes back what was asked at a path and below it: nobody waits for the answers any more. */
  withdraw(path: string): void;
}
