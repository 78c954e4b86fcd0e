import type { BudgetPolicy } from "./policies.ts";
import type { ServiceToken } from "./service-token.ts";
import type { UsageReport } from "./usage-report.ts";

/** What the function of a step is given beside its input. */
export interface StepScope<Context = unknown> extends DecisionScope<Context> {
  /**
   * Changes the run's context: `recipe` edits a draft, copy-on-write. The change is seen at once
   * through `context`, and is kept only if this attempt succeeds.
   */
  update(recipe: (draft: Context) => void): void;
  /** 1 for the first attempt, then counted up by each retry. */
  readonly attempt: number;
  /** What was wrong with what the attempt before gave, if a plugin or a schema refused it. */
  readonly feedback: string | undefined;
  /**
   * The same for every attempt at this node in this run, also after a crash; different for
   * every other node and run. Hand it to services that deduplicate requests.
   */
  readonly idempotencyKey: string;
  /** Books what a model call used. What is left out is unknown, which is not the same as 0. */
  reportUsage(usage: UsageReport): void;
  /**
   * Sets aside what is about to be used, at most, from the budgets around this step, so that others can't use it up
   * meanwhile; waits while there is room only without what others have set aside. What is reported is taken from it, and
   * the end of the attempt gives the rest back. For one call at a time: a second one takes the place of what is left of the
   * first. Without effect for a step that has an estimate, said or learned.
   *
   * @throws where no budget could hold it: then the run ends
   */
  reserveUsage(estimate: BudgetPolicy): Promise<void>;
  /**
   * Sends a chunk to whoever watches the run, as a `step-chunk` event. Not stored. Resolves, and never rejects, once
   * those who read the events are not far behind: wait for it in order not to flood them.
   */
  emit(chunk: unknown): PromiseLike<void>;
  /** Writes to the run's event stream, as `step-log` events. */
  readonly log: StepLog;
  /**
   * Reaches the runner's container.
   *
   * @throws {@link MissingServiceError} when nothing is registered under `token`.
   */
  resolve<Service>(token: ServiceToken<Service>): Service;
}

/** What a deciding function (`on`, `until`, `next`, `prompt`) is given beside its value. */
export interface DecisionScope<Context = unknown> {
  /** The run's context as it is now. Frozen: a step changes it with `update`. */
  readonly context: Readonly<Context>;
  /** Aborts when the run is cancelled or interrupted, or this attempt's time is over. */
  readonly signal: AbortSignal;
  readonly runId: string;
  /** Where in the run this is: `analyse[topics]/extract`, `refine#3/critique`, `pages@17/summarise`. */
  readonly path: string;
}

/** One method a level; `data` must be something that can be written down as JSON. */
export interface StepLog {
  debug(message: string, data?: unknown): void;
  info(message: string, data?: unknown): void;
  warn(message: string, data?: unknown): void;
  error(message: string, data?: unknown): void;
}
