import type { FlujoError, ResolvedBudget } from "@flujo/dsl";
import type { EventLog } from "../events/event-log.ts";
import { forkPointsOf } from "../journal/fork-point.ts";
import { reportSteps } from "../journal/step-reports.ts";
import type { RunPlans } from "../migration/run-plans.ts";
import type { DurableEngine, DurableHost, HostDrive } from "../protocols/durable-engine.ts";
import { LeaseLostError } from "../protocols/errors/lease-lost-error.ts";
import { RunCancelledError } from "../protocols/errors/run-cancelled-error.ts";
import { RunInterruptedError } from "../protocols/errors/run-interrupted-error.ts";
import { UsageLimitExceededError } from "../protocols/errors/usage-limit-exceeded-error.ts";
import type { QueueDepth } from "../protocols/graceful-degradation.ts";
import type { HookPayloads } from "../protocols/hook.ts";
import type { HookDispatcher } from "../protocols/hook-dispatcher.ts";
import type { IdGenerator } from "../protocols/id-generator.ts";
import type { Journal } from "../protocols/journal.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { Logger } from "../protocols/logger.ts";
import type { Awaiting, RunRecord } from "../protocols/run-record.ts";
import type { RunResult, StepReport } from "../protocols/run-result.ts";
import type { Serializer } from "../protocols/serializer.ts";
import type { Lease } from "../protocols/state-backend.ts";
import type { StateManager } from "../protocols/state-manager.ts";
import type { Outcome } from "../protocols/step-handler.ts";
import { NO_USAGE, type Usage } from "../protocols/usage.ts";
import type { RunLedger, UsageBreach, UsageGovernor } from "../protocols/usage-governor.ts";
import { PriceWatch } from "../usage/price-watch.ts";
import { recordedUsage } from "../usage/recorded-usage.ts";
import { sumOf, without } from "../usage/usage-of.ts";
import type { ExecutorCore } from "./executor-core.ts";
import { cameDue, OpenQuestions } from "./open-questions.ts";
import type { PlanNode } from "./plan.ts";
import type { RunScope, RunServices } from "./run-scope.ts";

export interface ExecutionParts {
  readonly states: StateManager;
  readonly durable: DurableEngine;
  readonly journal: Journal;
  readonly governor: UsageGovernor;
  readonly hooks: HookDispatcher;
  readonly serializer: Serializer;
  readonly ids: IdGenerator;
  readonly logger: Logger;
  readonly core: ExecutorCore;
  readonly plans: RunPlans;
  readonly services: RunServices;
  /** What each run may use. */
  readonly budget: ResolvedBudget | undefined;
  /** The work of all runs that waits for its turn. */
  readonly queue: QueueDepth;
}

/** What one drive of a run is watched and stopped by. */
export interface DriveControl {
  readonly events: EventLog;
  readonly abort: AbortController;
  /** Whether the run has just been created. */
  readonly fresh: boolean;
}

/** How one drive of a run is stopped from outside: the reason says whether the run is over. */
export type StopReason = RunCancelledError | RunInterruptedError | LeaseLostError;

/** Why a drive is stopped by its host: there is nothing to do before somebody answers. */
const SUSPENDED = new DOMException("The run waits for answers", "AbortError");

/** Drives a run: from what is recorded of it to where it ends or has to wait. */
export class ExecutionManager {
  readonly #parts: ExecutionParts;
  /** By run. The store failed to take them back when their drives ended: nobody drives these runs. */
  readonly #owed = new Map<string, Lease>();

  constructor(parts: ExecutionParts) {
    this.#parts = parts;
  }

  /**
   * @throws {@link RunInterruptedError} and {@link LeaseLostError} if the drive ends before the run; a
   * `StateError` if the backend fails.
   */
  async drive(plan: PlanNode, record: RunRecord, lease: Lease, control: DriveControl): Promise<RunResult<unknown>> {
    const { states, services, queue } = this.#parts;
    const { events, abort } = control;
    const stopKeeping = states.keep(lease, (error) => {
      abort.abort(error);
    });
    const stopWatching = services.degradation.watch(queue);
    let ended = false;
    try {
      const result = await this.#execute(plan, record, lease, control);
      ended = true;
      return result;
    } catch (error) {
      events.emit({ type: "run-interrupt", error: interruption(error, record.runId) });
      throw error;
    } finally {
      stopWatching();
      stopKeeping();
      events.close();
      if (!ended) await this.#giveBack(lease);
    }
  }

  /** Gives back the leases of drives that are over, where the store failed to take them. */
  async settleLeases(): Promise<void> {
    for (const lease of [...this.#owed.values()]) await this.#giveBack(lease);
  }

  /** Never rejects: what can't be given back is owed, and runs out by itself. */
  async #giveBack(lease: Lease): Promise<void> {
    try {
      await this.#parts.states.release(lease);
      // Meanwhile a later lease of the run's may be owed.
      if (this.#owed.get(lease.runId) === lease) this.#owed.delete(lease.runId);
    } catch {
      this.#owed.set(lease.runId, lease);
    }
  }

  async #execute(plan: PlanNode, record: RunRecord, lease: Lease, control: DriveControl): Promise<RunResult<unknown>> {
    const { states, durable, journal: journals, governor, plans, serializer, services, ids } = this.#parts;
    const { events, abort } = control;
    const { runId, pipeline, tags, createdAt } = record;
    const cancel = (reason: unknown): void => {
      abort.abort(new RunCancelledError(runId, reason));
    };
    const host = await durable.open({ lease, fresh: control.fresh });
    const amendment = await this.#amendment(record, host, lease);
    if (amendment !== undefined) await host.append(amendment);
    const known = amendment === undefined ? host.recorded : [...host.recorded, amendment];
    const found = plans.migrated(runId, known);
    let journal = journals.open(host, found);
    const input = serializer.parse(record.input);
    const startedAt = services.clock.monotonic();
    events.emit({ type: "run-start", pipeline, resumed: !control.fresh });
    const about = { runId, pipeline, tags };
    const context = services.contexts.begin(serializer.parse(record.context)).current;
    await this.#tell("onRunStart", { ...about, input, context, resumed: !control.fresh }, cancel);

    const forks = control.fresh ? undefined : forkPointsOf(journal.entries, serializer);
    let { awaiting: asked } = record;
    for (let resumed = !control.fresh; ; resumed = true) {
      // What an ordered host executes again settles again.
      if (host.ordered) journal = journals.open(host, found);
      const prices = new PriceWatch(events);
      const recorded = resumed ? recordedUsage(journal.entries) : NO_USAGE;
      const line = services.contexts.begin(context);
      const beganAt = services.clock.now();
      const questions = new OpenQuestions(asked, { ids, clock: services.clock });
      let ledger: RunLedger | undefined;
      const onBreach = (breach: UsageBreach): void => {
        abort.abort(new UsageLimitExceededError(breach, ledger?.usage ?? NO_USAGE, []));
      };
      ledger = await governor.open({ runId, tags, createdAt, resumed, budget: this.#parts.budget, onBreach });
      let how: Conclusion;
      let usage: Usage;
      let reports: ReturnType<typeof reportSteps>;
      try {
        const run: RunScope = { ...services, runId, host, journal, events, questions, prices, forks, stop: cancel };
        const stop = stopOf(host, abort.signal, questions);
        const frame = { run, line, ledger, signal: stop.signal, feedback: undefined, redirects: [] };
        const outcome = await host.drive(() => this.#parts.core.execute(plan, input, "", frame), stop);

        // What it asked keeps its tokens and deadlines.
        asked = stop.awaiting;
        reports = reportSteps(journal.entries, serializer);
        // What was recorded of lanes that this drive had no need to look into, since one before them had failed, was used all the same.
        usage = host.ordered ? ledger.usage : sumOf(ledger.usage, without(recorded, prices.replayed));
        how = conclude(outcome, stop.signal, { awaiting: asked, usage, steps: reports.steps });
        // A deadline that came meanwhile, or an answer that did while the run was about to pause: it goes on at once. Of one that
        // was over before, the host has been asked: what it still calls open then is left to it.
        if (how.status === "paused" && asked.some((question) => cameDue(question, beganAt, services.clock))) continue;
        if (!(await states.end(lease, { ...how, context: line.current, usage }))) continue;
      } finally {
        // Not before it is stored how the run ended: who reads there what was spent must not miss it.
        ledger.close();
      }

      const result = { runId, context: line.current, usage, ...reports, ...told(how) } as RunResult<unknown>;
      if (how.status === "paused") {
        events.emit({ type: "run-pause", awaiting: how.awaiting, usage });
        await this.#tell("onPause", { ...about, awaiting: how.awaiting, usage });
      } else {
        const error = how.status === "failed" ? { error: how.error } : {};
        const durationMs = services.clock.monotonic() - startedAt;
        events.emit({ type: "run-end", status: how.status, ...error, durationMs, usage });
        await this.#tell("onRunEnd", { ...about, result });
      }
      return result;
    }
  }

  /**
   * What is to be recorded of a pipeline that has changed. It was looked at before the run was leased, and another process may have
   * taken the run further since: a run that can't be gone on with then is left as it was found.
   */
  async #amendment(record: RunRecord, host: DurableHost, lease: Lease): Promise<JournalEntry | undefined> {
    try {
      return this.#parts.plans.check(record, host.recorded);
    } catch (refusal) {
      // The refusal is what the caller has to hear of. If this fails, the run stays running, and whoever recovers it pauses it.
      await this.#pauseAgain(lease).catch(() => undefined);
      throw refusal;
    }
  }

  /** Undoes what leasing did to a paused run; not if an answer has come: then it is for `recover` to find. */
  async #pauseAgain(lease: Lease): Promise<void> {
    const { states, serializer } = this.#parts;
    const { awaiting, finalContext, usage = NO_USAGE } = await states.read(lease.runId);
    if (awaiting.length === 0 || finalContext === undefined) return;
    await states.end(lease, { status: "paused", awaiting, context: serializer.parse(finalContext), usage });
  }

  /** Calls hooks that are about the run. @param cancel - ends the run, unless it is over: then nothing can */
  async #tell<Name extends keyof HookPayloads>(
    name: Name,
    payload: HookPayloads[Name],
    cancel?: (reason: unknown) => void,
  ): Promise<void> {
    const { hooks, logger } = this.#parts;
    if (!hooks.listens(name)) return;
    try {
      await hooks.dispatch(name, payload);
    } catch (thrown) {
      if (cancel === undefined) logger.log("warn", `A hook threw in ${name}, when the drive was over`, thrown);
      else cancel(thrown);
    }
  }
}

/** How a drive is stopped, from outside or by a host that has nothing to do before somebody answers; and what it waits for then. */
function stopOf(
  { ordered }: DurableHost,
  outside: AbortSignal,
  questions: OpenQuestions,
): HostDrive & { readonly awaiting: readonly Awaiting[] } {
  const suspension = new AbortController();
  let asked: readonly Awaiting[] | undefined;
  return {
    signal: ordered ? AbortSignal.any([outside, suspension.signal]) : outside,
    suspend: () => {
      asked = questions.awaiting;
      suspension.abort(SUSPENDED);
    },
    get awaiting() {
      return asked ?? questions.awaiting;
    },
  };
}

/** What a run came to, beside its context and usage. */
type Conclusion =
  | { readonly status: "completed"; readonly output: unknown }
  | { readonly status: "paused"; readonly awaiting: readonly Awaiting[] }
  | { readonly status: "failed"; readonly error: FlujoError }
  | { readonly status: "cancelled"; readonly error: RunCancelledError };

/** How the run stands. @throws the reason for which the drive ended, if the run is not over */
function conclude(
  outcome: Outcome,
  signal: AbortSignal,
  facts: { readonly awaiting: readonly Awaiting[]; readonly usage: Usage; readonly steps: readonly StepReport[] },
): Conclusion {
  const reason: unknown = signal.aborted ? signal.reason : undefined;
  // A budget that was passed fails the run, also if that was by the very last thing that it did.
  if (reason instanceof UsageLimitExceededError) {
    return { status: "failed", error: new UsageLimitExceededError(reason.breach, facts.usage, facts.steps) };
  }
  switch (outcome.status) {
    case "completed":
    case "failed":
      return outcome;
    case "paused":
      return { status: "paused", awaiting: facts.awaiting };
    case "cancelled":
      if (reason === SUSPENDED) return { status: "paused", awaiting: facts.awaiting };
      if (reason instanceof RunCancelledError) return { status: "cancelled", error: reason };
      throw reason;
  }
}

/** What a result tells of it. */
function told(how: Conclusion): object {
  return how.status === "cancelled" ? { status: how.status, reason: how.error.reason } : how;
}

function interruption(error: unknown, runId: string): StopReason {
  if (error instanceof LeaseLostError || error instanceof RunInterruptedError) return error;
  return new RunInterruptedError(runId, error instanceof Error ? error.message : String(error), { cause: error });
}
