import type { ServiceToken } from "@flujo/dsl";
import { ContextLine, deepFreeze } from "../context/context-line.ts";
import { toStoredError } from "../errors/recorded-error.ts";
import type { EventLog } from "../events/event-log.ts";
import { Journal } from "../journal/journal.ts";
import { reportSteps } from "../journal/stored-result.ts";
import type { Clock } from "../protocols/clock.ts";
import { LeaseLostError } from "../protocols/errors/lease-lost-error.ts";
import { RunCancelledError } from "../protocols/errors/run-cancelled-error.ts";
import { RunInterruptedError } from "../protocols/errors/run-interrupted-error.ts";
import type { IdGenerator } from "../protocols/id-generator.ts";
import type { Random } from "../protocols/random.ts";
import type { RunEnding, RunRecord } from "../protocols/run-record.ts";
import type { RunResult } from "../protocols/run-result.ts";
import type { Serializer } from "../protocols/serializer.ts";
import type { Lease, StateBackend } from "../protocols/state-backend.ts";
import type { Outcome } from "../protocols/step-handler.ts";
import { UsageMeter } from "../usage/usage-meter.ts";
import type { ExecutorCore } from "./executor-core.ts";
import { keepLease } from "./lease-keeper.ts";
import { OpenQuestions } from "./open-questions.ts";
import type { PlanNode } from "./plan.ts";

export interface ExecutionParts {
  readonly state: StateBackend;
  readonly serializer: Serializer;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdGenerator;
  readonly core: ExecutorCore;
  resolve<Service>(token: ServiceToken<Service>): Service;
}

/** How one drive of a run is stopped from outside: the reason says whether the run is over. */
export type StopReason = RunCancelledError | RunInterruptedError | LeaseLostError;

/** Drives a run: from what is recorded of it to where it ends or has to wait. */
export class ExecutionManager {
  readonly #parts: ExecutionParts;

  constructor(parts: ExecutionParts) {
    this.#parts = parts;
  }

  /**
   * @param input - the run's input, if it need not be read back from the record
   * @throws {@link RunInterruptedError} and {@link LeaseLostError} if the drive ends before the run; a
   * `StateError` if the backend fails.
   */
  async drive(
    plan: PlanNode,
    record: RunRecord,
    lease: Lease,
    control: { readonly events: EventLog; readonly abort: AbortController; readonly fresh: boolean },
  ): Promise<RunResult<unknown>> {
    const { events, abort } = control;
    const stopKeeping = keepLease(lease, this.#parts, (error) => {
      abort.abort(error);
    });
    let ended = false;
    try {
      const result = await this.#execute(plan, record, lease, control);
      ended = true;
      return result;
    } catch (error) {
      events.emit({ type: "run-interrupt", error: interruption(error, record.runId) });
      throw error;
    } finally {
      stopKeeping();
      events.close();
      // If this fails too, the lease runs out by itself.
      if (!ended) await this.#parts.state.releaseLease(lease).catch(() => undefined);
    }
  }

  async #execute(
    plan: PlanNode,
    record: RunRecord,
    lease: Lease,
    { events, abort, fresh }: { readonly events: EventLog; readonly abort: AbortController; readonly fresh: boolean },
  ): Promise<RunResult<unknown>> {
    const { state, serializer, clock, random, core, resolve } = this.#parts;
    const { runId } = record;
    const recorded = fresh ? [] : await state.readEntries(runId);
    const journal = new Journal(this.#parts, lease, recorded);
    const input = serializer.parse(record.input);
    const startedAt = clock.monotonic();
    events.emit({ type: "run-start", pipeline: record.pipeline, resumed: !fresh });

    for (;;) {
      const line = new ContextLine(deepFreeze(serializer.parse(record.context)));
      const meter = new UsageMeter();
      const answers = fresh ? [] : await state.readSignals(runId);
      const questions = new OpenQuestions(record.awaiting, answers, this.#parts);
      const run = { runId, journal, events, clock, random, questions, resolve };
      const outcome = await core.execute(plan, input, "", { run, line, meter, signal: abort.signal });
      if (outcome.status === "cancelled" && !(abort.signal.reason instanceof RunCancelledError))
        throw abort.signal.reason;

      const reason = outcome.status === "cancelled" ? (abort.signal.reason as RunCancelledError) : undefined;
      const ending: RunEnding = {
        ...this.#conclusion(outcome, reason),
        finalContext: serializer.stringify(line.current),
        awaiting: outcome.status === "paused" ? questions.awaiting : [],
        usage: meter.usage,
        endedAt: clock.now(),
      };
      if (!(await state.endRun(lease, ending))) {
        // An answer came while the run was about to pause: it goes on at once.
        fresh = false;
        continue;
      }
      if (outcome.status === "paused")
        events.emit({ type: "run-pause", awaiting: ending.awaiting, usage: meter.usage });
      else {
        const error = outcome.status === "failed" ? { error: outcome.error } : {};
        const durationMs = clock.monotonic() - startedAt;
        events.emit({ type: "run-end", status: outcome.status, ...error, durationMs, usage: meter.usage });
      }
      return {
        runId,
        context: line.current,
        usage: meter.usage,
        steps: reportSteps(journal.entries, serializer),
        ...facts(outcome, ending, reason),
      };
    }
  }

  #conclusion(outcome: Outcome, reason: RunCancelledError | undefined): Pick<RunEnding, "status" | "output" | "error"> {
    const { serializer } = this.#parts;
    switch (outcome.status) {
      case "completed":
        return { status: "completed", output: serializer.stringify(outcome.output) };
      case "failed":
        return { status: "failed", error: serializer.stringify(toStoredError(outcome.error)) };
      case "cancelled":
        return { status: "cancelled", error: serializer.stringify(toStoredError(reason)) };
      case "paused":
        return { status: "paused" };
    }
  }
}

function facts(
  outcome: Outcome,
  ending: RunEnding,
  reason: RunCancelledError | undefined,
): Pick<Extract<RunResult<unknown>, { readonly status: "completed" }>, "status" | "output"> {
  const fact = {
    completed: () => ({ status: "completed", output: (outcome as { readonly output: unknown }).output }),
    failed: () => ({ status: "failed", error: (outcome as Extract<Outcome, { readonly status: "failed" }>).error }),
    paused: () => ({ status: "paused", awaiting: ending.awaiting }),
    cancelled: () => ({ status: "cancelled", reason: reason?.reason }),
  }[outcome.status]();
  return fact as never;
}

function interruption(error: unknown, runId: string): StopReason {
  if (error instanceof LeaseLostError || error instanceof RunInterruptedError) return error;
  return new RunInterruptedError(runId, error instanceof Error ? error.message : String(error), { cause: error });
}
