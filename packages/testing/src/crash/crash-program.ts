import type { StateBackend } from "@flujo/core/protocols";
import { checkKeys, InvalidOptionError, type Step } from "@flujo/dsl";
import {
  builderOf,
  checkAnswers,
  checkWhole,
  type PipelineUnderTest,
  type ResolvedRun,
  type RunUnderTest,
} from "./crash-options.ts";
import type { Effects } from "./effects.ts";

/** What a driver process runs. It is the default export of a module, which every such process imports. */
export interface CrashProgram<Input, Output, Context> extends RunUnderTest<Input, Context> {
  readonly pipeline: PipelineUnderTest<Input, Output, Context>;
  /**
   * Opens the store that all drivers of a run share.
   *
   * @param folder - for that run alone, and empty at first; a store that is elsewhere may leave it so
   */
  readonly open: (folder: string) => StateBackend | Promise<StateBackend>;
  /**
   * How long a driver that gives no sign of life keeps its run, in milliseconds. Whole, at least 1. Default 30 000, as always. To be
   * short where the store can't see that the driver is dead, or every death takes that long.
   */
  readonly leaseTtlMs?: number;
}

/** A program with its defaults filled in. */
export interface ResolvedCrashProgram {
  readonly build: (effects: Effects) => Step<unknown, unknown, unknown>;
  readonly run: ResolvedRun;
  readonly open: (folder: string) => StateBackend | Promise<StateBackend>;
  readonly leaseTtlMs: number | undefined;
}

const KEYS = ["pipeline", "open", "leaseTtlMs", "input", "context", "budget", "modules", "answers"];

/** @throws {@link InvalidOptionError} naming the first thing of it that can't be used */
export function resolveCrashProgram<Input, Output, Context>(
  program: CrashProgram<Input, Output, Context>,
): ResolvedCrashProgram {
  checkKeys("program", program, KEYS);
  const { pipeline, open, leaseTtlMs, answers = {}, ...run } = program;
  if (typeof open !== "function") throw new InvalidOptionError("program.open", open, "a function");
  if (leaseTtlMs !== undefined) checkWhole("program.leaseTtlMs", leaseTtlMs, 1);
  return {
    build: builderOf(pipeline) as ResolvedCrashProgram["build"],
    run: { ...run, answers: checkAnswers("program.answers", answers) },
    open,
    leaseTtlMs,
  };
}
