import type { Flujo, RunHandle } from "@flujo/core";
import { FlujoError, type FlujoModule, Telemetry } from "@flujo/core/protocols";
import { errorFacts, formatError } from "../format/error.ts";
import { toJson, usageFacts } from "../format/json.ts";
import { writeLines } from "../format/output.ts";
import { paintFor } from "../format/paint.ts";
import { liveProgress } from "../progress/live-progress.ts";
import type { RunPlace } from "./command-lines.ts";
import { interruptOnSignals } from "./interrupt-on-signals.ts";
import { exitCodeOf, type Outcome } from "./outcome.ts";
import { reportAsJson, reportAsText } from "./report-outcome.ts";

/** What `run` and `resume` are told about their output. */
export interface DriveOutput {
  readonly json?: true;
  /** Whether stdout gets the run's events as they come, one a line, and then the outcome. */
  readonly events?: true;
  /** Whether there is neither progress nor summary. */
  readonly quiet?: true;
}

type Runner = Flujo<unknown, unknown, unknown>;

/** The modules that show a run while it goes on, as far as somebody wants to see it. */
export function watchers({ json, events, quiet }: DriveOutput): readonly FlujoModule[] {
  if (events) return [eventsToStdout];
  return json || quiet ? [] : [liveProgress()];
}

/**
 * Drives a run until it ends, has to wait or is interrupted, and reports how it went. Sets the exit code.
 * The runner is disposed of by then.
 */
export async function driveRun(
  runner: Runner,
  begin: () => Promise<RunHandle<unknown, unknown>>,
  place: Omit<RunPlace, "runId">,
  output: DriveOutput,
): Promise<void> {
  const started = performance.now();
  let outcome: Outcome;
  let signals: Disposable | undefined;
  try {
    const handle = await begin();
    signals = interruptOnSignals((signal) => {
      if (!output.json && !output.events && !output.quiet) process.stderr.write("stopping; once more stops at once\n");
      handle.interrupt(signal);
    });
    outcome = await outcomeOf(handle);
  } finally {
    await dispose(runner);
    signals?.[Symbol.dispose]();
  }
  const durationMs = performance.now() - started;
  if (output.json || output.events) reportAsJson(outcome, durationMs, place, output.events === true);
  else reportAsText(outcome, durationMs, place, output.quiet === true);
  process.exitCode = exitCodeOf(outcome);
}

async function outcomeOf(handle: RunHandle<unknown, unknown>): Promise<Outcome> {
  try {
    return await handle.result;
  } catch (error) {
    if (FlujoError.is(error) && error.code === "run_interrupted") {
      return { status: "interrupted", runId: handle.runId, error };
    }
    throw error;
  }
}

/** What goes wrong while a module closes is worth a word, but does not change how the run went. */
async function dispose(runner: Runner): Promise<void> {
  try {
    await runner[Symbol.asyncDispose]();
  } catch (error) {
    writeLines(process.stderr, formatError(errorFacts(error), paintFor(process.stderr)));
  }
}

const eventsToStdout: FlujoModule = (container) => {
  const telemetry: Telemetry = {
    onEvent: (event) => {
      process.stdout.write(`${toJson("usage" in event ? { ...event, usage: usageFacts(event.usage) } : event)}\n`);
    },
  };
  container.register(Telemetry, { useValue: telemetry });
};
