import { setTimeout as wait } from "node:timers/promises";
import { Flujo, resolve } from "@flujo/core";
import {
  type Awaiting,
  type FlujoModule,
  type RunResult,
  Serializer,
  StateBackend,
  Telemetry,
} from "@flujo/core/protocols";
import type { Step } from "@flujo/dsl";
import type { Reported } from "./account.ts";
import { openAnswers } from "./answers.ts";
import { usageText } from "./compared-texts.ts";
import type { ResolvedRun } from "./crash-options.ts";
import type { StepBegun } from "./happening.ts";

/** The ways in which a run is gone on with after a death. */
export const WAYS = ["resume", "run", "recover"] as const;

export type Way = (typeof WAYS)[number];

/** A runner of whatever pipeline is under test. */
export type Runner = Flujo<unknown, unknown, unknown>;

/** A runner as a process has it that drives the run under test. */
export function openRunner(
  pipeline: Step<unknown, unknown, unknown>,
  run: ResolvedRun,
  state: StateBackend,
  onBegun: (path: StepBegun["path"]) => void,
): Runner {
  const watching: FlujoModule = (container) => {
    container.register(StateBackend, { useValue: state });
    container.register(Telemetry, {
      useValue: {
        onEvent: (event) => (event.type === "step-start" ? onBegun(event.path) : undefined),
      } satisfies Telemetry,
    });
  };
  const { context, budget, modules = [] } = run;
  return new Flujo(pipeline, {
    modules: [...modules, watching],
    ...(context === undefined ? {} : { context: context as object }),
    ...(budget === undefined ? {} : { budget }),
  });
}

/** What a driver is told when the run has ended, or what is thrown at it. */
export type Driven = Reported | Error;

/** Drives a run to its end, and answers what it asks. */
export async function driveToEnd(runner: Runner, runId: string, run: ResolvedRun, way: Way): Promise<Driven> {
  try {
    return await drive(runner, runId, run, way);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error), { cause: error });
  }
}

async function drive(runner: Runner, runId: string, run: ResolvedRun, way: Way): Promise<Reported> {
  let result = await goOn(runner, runId, run, way);
  while (result.status === "paused") {
    const signals = await openAnswers(runner.state, result, run.answers);
    if (Object.keys(signals).length === 0) await firstDeadline(result.awaiting);
    result = await runner.resume(runId, { signals });
  }
  return report(runner, result);
}

/** Waits for it, if there is one: nobody answers that question. Otherwise the answers are there by now. */
async function firstDeadline(awaiting: readonly Awaiting[]): Promise<void> {
  const deadlines = awaiting.flatMap(({ deadline }) => (deadline === undefined ? [] : [deadline]));
  if (deadlines.length > 0) await wait(Math.max(0, Math.min(...deadlines) - Date.now()));
}

async function goOn(runner: Runner, runId: string, run: ResolvedRun, way: Way): Promise<RunResult<unknown>> {
  const exists = (await runner.state.getRun(runId)) !== undefined;
  if (!exists || way === "run") return runner.run(run.input, { runId });
  if (way === "resume") return runner.resume(runId);
  const handles = await runner.recover();
  // One that waits for an answer is not recovered.
  return handles.find((handle) => handle.runId === runId)?.result ?? runner.resume(runId);
}

function report(runner: Runner, result: RunResult<unknown>): Reported {
  const serializer = resolve(runner.container, Serializer);
  const { status, context, usage } = result;
  return {
    status,
    ...(result.status === "completed" ? { output: serializer.stringify(result.output) } : {}),
    ...(result.status === "failed"
      ? { error: `${result.error.name} (${result.error.code}): ${result.error.message}` }
      : {}),
    ...(result.status === "cancelled" ? { error: String(result.reason) } : {}),
    context: serializer.stringify(context),
    usage: usageText(usage),
  };
}
