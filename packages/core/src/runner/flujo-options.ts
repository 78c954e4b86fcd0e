import type { BudgetPolicy } from "@flujo/dsl";
import type { DependencyContainer } from "tsyringe";
import type { RunMigration } from "../migration/run-migration.ts";
import type { FlujoModule } from "../protocols/flujo-module.ts";
import type { Hook } from "../protocols/hook.ts";

export interface FlujoOptions<Context> {
  /** What is plugged in, each applied in order to a container of this runner's own. */
  readonly modules?: readonly FlujoModule[];
  /** Your own container: what is registered there is used, unless a module registers it anew. It stays yours to dispose of. */
  readonly container?: DependencyContainer;
  /** The context that each run begins with. Copied for each run; a run never changes it. */
  readonly context?: Context;
  /** What each run may use. Reaching it is allowed; passing it ends the run with a `UsageLimitExceededError`. Default: no limit. */
  readonly budget?: BudgetPolicy;
  /** Most leaf steps that work at a time, those of all runs of this runner together. Whole, at least 1. Default: no limit. */
  readonly concurrency?: number;
  /** Take over runs of older pipelines that this one could not go on with. */
  readonly migrations?: readonly RunMigration[];
  /** Called at the turns of each run, after those that modules register. */
  readonly hooks?: readonly Hook[];
  /**
   * What events show of the values that steps take and give: nothing, all, or what a function makes of them, such as to take
   * out secrets before they leave the process. Default `off`.
   */
  readonly capture?: "off" | "full" | ((value: unknown, path: string) => unknown);
}

/** Options must be there, with a context, if the pipeline's steps need one. */
export type FlujoArguments<Context> = object extends Context
  ? [options?: FlujoOptions<Context>]
  : [options: FlujoOptions<Context> & { readonly context: Context }];

export interface RunOptions {
  /**
   * Names the run. Given a second time with the same input, it is the same run: finished, it is not run
   * again; interrupted, it goes on. Default: a new id.
   */
  readonly runId?: string;
  /** Cancels the run when it aborts. */
  readonly signal?: AbortSignal;
  /** For finding runs again. */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ForkOptions {
  /**
   * The step that is the first to be run anew: a path such as `refine` or `pages@3/summarise`, or the name of a step where
   * only one of that name is recorded. `refine#2`, `pages@3` and `route[bug]` are the first step in that iteration, item or branch.
   * What had settled before anything of it did is shared, and not run again.
   */
  readonly from: string;
  /** Fields that are put into the context as it was at that step. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Names the new run. Default: a new id. */
  readonly runId?: string;
  /** Cancels the new run when it aborts. */
  readonly signal?: AbortSignal;
  /** Default: those of the run that it is forked from. */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ResumeOptions {
  /**
   * Answers to what the run waits for, by token, path, or the name of the step that asks where only one
   * of that name does.
   */
  readonly signals?: Readonly<Record<string, unknown>>;
  /** Cancels the run when it aborts. */
  readonly signal?: AbortSignal;
}
