import type { ServiceToken } from "@flujo/dsl";
import type { EventLog } from "../events/event-log.ts";
import type { Journal } from "../journal/journal.ts";
import type { Clock } from "../protocols/clock.ts";
import type { Random } from "../protocols/random.ts";
import type { Awaiting } from "../protocols/run-record.ts";

/** What all nodes of one drive of one run share. */
export interface RunScope {
  readonly runId: string;
  readonly journal: Journal;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly random: Random;
  /** The questions met so far that have no answer. */
  readonly questions: Questions;
  resolve<Service>(token: ServiceToken<Service>): Service;
}

/** The answers that a run has, and the questions that still want one. */
export interface Questions {
  /** The stored answer for a path, in a box, or nothing. */
  answer(path: string): { readonly value: unknown } | undefined;
  ask(question: Omit<Awaiting, "token">): void;
  /** Takes back what was asked at a path and below it: nobody waits for the answers any more. */
  withdraw(path: string): void;
}
