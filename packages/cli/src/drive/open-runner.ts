import { existsSync } from "node:fs";
import { Flujo } from "@flujo/core";
import { type FlujoModule, StateBackend } from "@flujo/core/protocols";
import type { BudgetPolicy, Step } from "@flujo/dsl";
import { sqliteState } from "@flujo/state-sqlite";
import { UsageError } from "../errors/usage-error.ts";
import type { PipelineFile } from "../load/pipeline-file.ts";

export interface RunnerOptions {
  /** The SQLite file to use unless the pipeline file's modules bring a state backend of their own. */
  readonly db: string;
  /** Whether there must be such a file already: a run to go on with can't be in a new one. */
  readonly mustExist: boolean;
  /** The command's own modules. */
  readonly modules: readonly FlujoModule[];
  /** What a new run begins with, if not with the pipeline file's own. */
  readonly context?: unknown;
  /** What each run may use. */
  readonly budget?: BudgetPolicy;
  readonly concurrency?: number;
}

/** A runner as the command line makes it. Which types the pipeline takes and gives is not known. */
export function openRunner(
  { pipeline, modules, context }: PipelineFile,
  { budget, concurrency, ...options }: RunnerOptions,
): Flujo<unknown, unknown, unknown> {
  return new Flujo(pipeline as Step<unknown, unknown, unknown>, {
    modules: [...modules, stateUnlessGiven(options), ...options.modules],
    context: options.context ?? context,
    ...(budget === undefined ? {} : { budget }),
    ...(concurrency === undefined ? {} : { concurrency }),
  });
}

function stateUnlessGiven({ db, mustExist }: Pick<RunnerOptions, "db" | "mustExist">): FlujoModule {
  return (container) => {
    if (container.isRegistered(StateBackend)) return;
    if (mustExist) checkDbExists(db);
    sqliteState({ file: db })(container);
  };
}

/** @throws {@link UsageError} if there is no file at `db`. */
export function checkDbExists(db: string): void {
  if (!existsSync(db)) throw new UsageError(`There is no database ${db}: say where it is with --db, or in FLUJO_DB`);
}
