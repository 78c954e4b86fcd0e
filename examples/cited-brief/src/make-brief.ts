import { readFile } from "node:fs/promises";
import { liveProgress } from "@flujo/cli";
import { Flujo, type RunHandle, type RunResult } from "@flujo/core";
import {
  FlujoError,
  PipelineChangedError,
  RunConflictError,
  RunInterruptedError,
  StateError,
  StateFormatError,
} from "@flujo/core/protocols";
import { sqliteState } from "@flujo/state-sqlite";
import { type BriefContext, EMPTY_CONTEXT } from "./context.ts";
import { countDone, findEarlierRun } from "./earlier-run.ts";
import { Problem } from "./input/problem.ts";
import type { ChosenModel } from "./model.ts";
import { type CitedBriefInput, citedBrief, type WrittenBrief } from "./pipeline.ts";
import type { Prepared } from "./prepare.ts";
import { lensCommand, report, shortest } from "./report.ts";
import { inputTag, newRunId } from "./run-name.ts";
import { sha256 } from "./sha256.ts";
import { workLog } from "./work-log.ts";

/** What the process's exit code says. */
export const EXIT = { done: 0, failed: 1, problem: 2, interrupted: 130 } as const;

type Runner = Flujo<CitedBriefInput, WrittenBrief, BriefContext>;
type Handle = RunHandle<WrittenBrief, BriefContext>;
type Result = RunResult<WrittenBrief, BriefContext>;

/**
 * Makes the brief, or goes on making it where an earlier process stopped, and tells the user about it.
 * Gives the exit code.
 *
 * @param options.fresh - whether earlier runs are left alone
 * @throws {@link Problem} saying what has to be put right
 */
export async function makeBrief(
  { documents, output, db, workLog: logFile }: Prepared,
  chosen: ChosenModel,
  { fresh }: { readonly fresh: boolean },
): Promise<number> {
  const modules = [sqliteState({ file: db }), liveProgress(), workLog(logFile)];
  await using flujo = openRunner(() => new Flujo(citedBrief(chosen.model), { modules, context: EMPTY_CONTEXT }), db);
  const input: CitedBriefInput = { documents, target: output };
  const tag = inputTag(input, chosen.id);

  const earlier = fresh ? undefined : await earlierRun(flujo, tag, db);
  if (earlier?.status === "completed") {
    const result = await flujo.resume(earlier.runId);
    if (await isStillThere(result)) {
      say(`Run ${earlier.runId} has made this brief already, from the same documents. To make it anew, give --fresh.`);
      say(report(result, { db }));
      return EXIT.done;
    }
  }

  say(chosen.description);
  const startedAt = performance.now();
  const resumed = earlier?.status === "running";
  const handle = resumed ? await resume(flujo, earlier.runId, documents.length) : begin(flujo, input, tag);
  try {
    const result = await interruptible(handle);
    say(report(result, { db, elapsedMs: performance.now() - startedAt, resumed }));
    return result.status === "completed" ? EXIT.done : EXIT.failed;
  } catch (error) {
    return await stopped(error, flujo, handle.runId, { documents, db });
  }
}

function begin(flujo: Runner, input: CitedBriefInput, tag: string): Handle {
  const runId = newRunId();
  const { length } = input.documents;
  say(`Run ${runId}: ${length} document${length === 1 ? "" : "s"}.`);
  return flujo.start(input, { runId, tags: { input: tag } });
}

async function resume(flujo: Runner, runId: string, documents: number): Promise<Handle> {
  const done = await countDone(flujo.state, runId);
  say(`Resuming run ${runId}: ${done} of ${documents} documents were done.`);
  return flujo.startResume(runId);
}

function openRunner(open: () => Runner, db: string): Runner {
  try {
    return open();
  } catch (error) {
    throw unusableDatabase(db, error);
  }
}

async function earlierRun(flujo: Runner, tag: string, db: string) {
  try {
    return await findEarlierRun(flujo.state, flujo.pipeline.name, tag, (runId) => {
      say(`Run ${runId} is unfinished. Waiting to be sure that no other process works on it …`);
    });
  } catch (error) {
    throw unusableDatabase(db, error);
  }
}

/** What the backend says when its file is no good, as something to put right. */
function unusableDatabase(db: string, error: unknown): unknown {
  if (!(error instanceof StateError || error instanceof StateFormatError)) return error;
  return new Problem(`Runs can't be kept in ${shortest(db)}. ${error.message}.\nGive --db another file.`, {
    cause: error,
  });
}

/** Whether the file that a completed run wrote is there as it was written. */
async function isStillThere(result: Result): Promise<boolean> {
  if (result.status !== "completed") return false;
  const text = await readFile(result.output.target).catch(() => undefined);
  return text !== undefined && sha256(text) === result.output.sha256;
}

/** The run's result. Ctrl-C stops this process's work and leaves the run to be resumed; a second one does so at once. */
async function interruptible(handle: Handle): Promise<Result> {
  let asked = false;
  const stop = (): void => {
    if (asked) process.exit(EXIT.interrupted);
    asked = true;
    handle.interrupt("the process was asked to stop");
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    return await handle.result;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

/** Says why the work on a run stopped before its end, and what to do. */
async function stopped(
  error: unknown,
  flujo: Runner,
  runId: string,
  { documents, db }: Pick<Prepared, "documents" | "db">,
): Promise<number> {
  if (error instanceof RunInterruptedError) {
    const done = await countDone(flujo.state, runId);
    say(
      `\nInterrupted: ${done} of ${documents.length} documents are done. The same command goes on with run ${runId}.`,
    );
    return EXIT.interrupted;
  }
  if (error instanceof PipelineChangedError) {
    throw new Problem(`${error.message}\nBegin another run with --fresh.`, { cause: error });
  }
  if (error instanceof RunConflictError) throw new Problem(error.message, { cause: error });
  if (!FlujoError.is(error)) throw error;
  process.stderr.write(
    `The work on run ${runId} stopped: ${error.message}\nThe same command tries to go on. Look closer:\n  ${lensCommand(runId, db)}\n`,
  );
  return EXIT.failed;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
