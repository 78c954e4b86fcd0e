import { checkKeys, InvalidOptionError, isStep, type Step } from "@flujo/dsl";
import type { DependencyContainer } from "tsyringe";
import { checkServices } from "../container/check-services.ts";
import { childContainer } from "../container/child-container.ts";
import { resolve, resolveEach, resolveOwn } from "../container/resolve.ts";
import { EventLog } from "../events/event-log.ts";
import { isOverdue } from "../execution/open-questions.ts";
import { diffRuns, type RunDiff, type StoredRunHistory } from "../history/diff.ts";
import { type ReplayResult, replayRun } from "../history/replay.ts";
import { KeyedHost } from "../hosts/keyed-engine.ts";
import { coreDefaults } from "../module.ts";
import { CacheBackend } from "../protocols/cache-backend.ts";
import { ConfigurationError } from "../protocols/errors/configuration-error.ts";
import { GraphValidationError } from "../protocols/errors/graph-validation-error.ts";
import { OverloadedError } from "../protocols/errors/overloaded-error.ts";
import type { PipelineChangedError } from "../protocols/errors/pipeline-changed-error.ts";
import { RunCancelledError } from "../protocols/errors/run-cancelled-error.ts";
import { RunConflictError } from "../protocols/errors/run-conflict-error.ts";
import { RunInterruptedError } from "../protocols/errors/run-interrupted-error.ts";
import { GracefulDegradation } from "../protocols/graceful-degradation.ts";
import { Hook } from "../protocols/hook.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import { RateLimiter } from "../protocols/rate-limiter.ts";
import type { RunEvent, RunEventBody } from "../protocols/run-event.ts";
import type { RunRecord } from "../protocols/run-record.ts";
import type { RunResult } from "../protocols/run-result.ts";
import { type Lease, StateBackend } from "../protocols/state-backend.ts";
import { StepHandler } from "../protocols/step-handler.ts";
import { Telemetry } from "../protocols/telemetry.ts";
import { storeAnswers } from "./answers.ts";
import {
  captureOf,
  checkRunId,
  checkSignals,
  checkTags,
  FORK_OPTIONS,
  OPTIONS,
  RESUME_OPTIONS,
  RUN_OPTIONS,
} from "./check-options.ts";
import { assembleEngine, type Engine } from "./engine.ts";
import type { FlujoArguments, ForkOptions, ResumeOptions, RunOptions } from "./flujo-options.ts";
import { forkHistory } from "./fork-history.ts";
import type { RunHandle } from "./run-handle.ts";

/** A run that this runner drives now. */
interface Drive {
  /** The run's serialized input; not known while a resumed run is being read. */
  readonly input: string | undefined;
  readonly events: EventLog;
  readonly abort: AbortController;
  readonly result: Promise<RunResult<unknown>>;
}

/**
 * Runs one pipeline, any number of times and at the same time, on one state backend.
 *
 * What a run's steps do wrong is reported in its result; what is thrown is wrong use.
 * Disposing of the runner (`await using`) interrupts the runs that it drives, which can be resumed, and disposes of
 * what its modules brought.
 */
export class Flujo<Input, Output, Context = unknown> implements AsyncDisposable {
  /** A container of this runner's own; a child of the one in the options. */
  readonly container: DependencyContainer;
  /** Where this runner keeps its runs. */
  readonly state: StateBackend;
  readonly pipeline: Step<Input, Output, Context>;

  readonly #engine: Engine;
  readonly #telemetry: readonly Telemetry[];
  readonly #capture: ((value: unknown, path: string) => unknown) | undefined;
  /** The context that runs begin with, serialized. */
  readonly #context: string;
  readonly #drives = new Map<string, Drive>();
  readonly #stopListening: readonly (() => void)[];
  #disposed: Promise<void> | undefined;

  /**
   * @throws {@link GraphValidationError} if `validateGraph()` finds an error, {@link ConfigurationError} for a
   * kind of step without a handler or a part that has not its protocol's methods, `InvalidOptionError` for an option that can't be used,
   * `SerializationError` for a context that can't be stored.
   */
  constructor(pipeline: Step<Input, Output, Context>, ...[options = {}]: FlujoArguments<NoInfer<Context>>) {
    if (!isStep(pipeline)) throw new InvalidOptionError("pipeline", pipeline, "a step, such as a pipeline");
    checkKeys("options", options, OPTIONS);
    this.#capture = captureOf(options.capture);
    // What each run may use is the budget of the outermost step: so it is held against the parts like any other.
    const governed = options.budget === undefined ? pipeline : pipeline.withBudget(options.budget);
    const errors = governed.validateGraph().filter(({ severity }) => severity === "error");
    if (errors.length > 0) throw new GraphValidationError(pipeline.name, errors);

    this.pipeline = pipeline;
    this.container = childContainer(options.container);
    for (const plugIn of options.modules ?? []) plugIn(this.container);
    for (const hook of options.hooks ?? []) this.container.register(Hook, { useValue: hook });
    coreDefaults(this.container, options.container);
    checkServices(this.container, options.container);

    this.state = resolve(this.container, StateBackend);
    this.#telemetry = resolveEach(this.container, options.container, Telemetry);
    this.#engine = assembleEngine(this.container, pipeline, options);
    const { breakers, degradation } = this.#engine;
    this.#stopListening = [
      breakers.onTransition((transition) => {
        this.#tellRuns({ type: "circuit-change", ...transition });
      }),
      degradation.onChange((change) => {
        this.#tellRuns({ type: "load-change", ...change });
      }),
    ];
    this.#context = this.#engine.serializer.stringify(options.context ?? {});
  }

  /**
   * Runs the pipeline to its end, or until it has to wait for an answer.
   *
   * @throws {@link RunConflictError} if the run id is taken by a run with another input or pipeline, or another
   * driver is at work on it; `SerializationError` for an input that can't be stored;
   * {@link RunInterruptedError} if this runner is disposed of meanwhile.
   */
  run(input: Input, options: RunOptions = {}): Promise<RunResult<Output, Context>> {
    return this.#begin(input, options, false).result;
  }

  /** Begins a run and gives its handle at once. What {@link run} throws, the handle's result rejects with. */
  start(input: Input, options: RunOptions = {}): RunHandle<Output, Context> {
    return this.#begin(input, options, true);
  }

  /** Runs the pipeline and gives its events as they come. Leaving the loop early cancels the run. */
  async *stream(input: Input, options: RunOptions = {}): AsyncGenerator<RunEvent, void, undefined> {
    const handle = this.start(input, options);
    let finished = false;
    try {
      yield* handle;
      finished = true;
    } finally {
      if (!finished) handle.cancel("the consumer of the stream left");
      const result = handle.result.catch((error: unknown) => {
        if (finished) throw error;
      });
      await result;
    }
  }

  /**
   * Goes on with a run that is paused or was interrupted, after storing the answers in `signals`. A run that
   * has ended is not run again: its result is given.
   *
   * @throws {@link RunNotFoundError}, {@link PipelineChangedError}, {@link RunConflictError}, and
   * `SignalRefusedError` for an answer that does not fit, which leaves the run as it was.
   */
  resume(runId: string, options: ResumeOptions = {}): Promise<RunResult<Output, Context>> {
    return this.startResume(runId, options).result;
  }

  /** {@link resume}, giving a handle at once. */
  startResume(runId: string, options: ResumeOptions = {}): RunHandle<Output, Context> {
    this.#checkUsable();
    checkKeys("options", options, RESUME_OPTIONS);
    const { signal } = options;
    const signals = checkSignals(options.signals);
    const current = this.#drives.get(runId);
    if (current !== undefined) {
      // The answers are for a question of the drive that goes on: it finds them before it pauses.
      const result = this.#answer(runId, signals).then(() => current.result);
      return this.#handle(runId, this.#follow(runId, signal, { ...current, result }));
    }
    return this.#drive(runId, undefined, true, signal, async (events, abort) => {
      const record = await this.#engine.states.read(runId);
      if (isOpen(record)) await this.#checkPlan(record);
      await this.#answer(runId, signals);
      return this.#goOn(await this.#engine.states.read(runId), events, abort);
    });
  }

  /**
   * Stores the answer to one of the questions that a run waits for. A run that is being driven goes on with it; one that is
   * paused does when it is resumed, run again by its id, or found by {@link recover}.
   *
   * @param answer - `token` is that of the question in `awaiting`
   * @throws {@link RunNotFoundError}, and `SignalRefusedError` for an answer that does not fit, which stores nothing
   */
  async signal(runId: string, answer: { readonly token: string; readonly value: unknown }): Promise<void> {
    this.#checkUsable();
    checkKeys("answer", answer, ["token", "value"]);
    const { token, value } = answer;
    if (typeof token !== "string")
      throw new InvalidOptionError("answer.token", token, "that of a question in `awaiting`");
    await this.#answer(runId, { [token]: value });
  }

  /**
   * Starts a new run that shares another's history up to a step, and goes its own way from there: to try again what failed,
   * or to see what had become of it otherwise. The other run stays as it is.
   *
   * @throws {@link RunNotFoundError}, {@link PipelineChangedError}, {@link RunConflictError} if the new id is taken, and
   * `InvalidOptionError` for a step that the run has not been at.
   */
  fork(runId: string, options: ForkOptions): Promise<RunResult<Output, Context>> {
    return this.startFork(runId, options).result;
  }

  /** {@link fork}, giving a handle at once. */
  startFork(runId: string, options: ForkOptions): RunHandle<Output, Context> {
    this.#checkUsable();
    checkKeys("options", options, FORK_OPTIONS);
    checkTags(options.tags);
    const { ids, plans, states } = this.#engine;
    const forkId = options.runId === undefined ? ids.next() : checkRunId(options.runId);
    return this.#drive(forkId, undefined, true, options.signal, async (events, abort) => {
      const parent = await states.read(runId);
      const entries = plans.migrated(runId, await this.state.readEntries(runId));
      const history = forkHistory(parent, entries, options, this.#engine);
      await this.#checkPlan(parent, history);
      const { pipeline, plan, input, context, tags } = parent;
      const created = await states.create(
        { runId: forkId, pipeline, plan, input, context, tags: options.tags ?? tags },
        history,
      );
      if (!created) throw new RunConflictError(forkId, "there is a run of that id already");
      return this.#goOn(await states.read(forkId), events, abort);
    });
  }

  /**
   * Walks a run again without doing anything of it: steps give what was recorded of them, what is between them (conditions,
   * selections, merges, plugins) is made again and held against the record.
   *
   * @throws {@link RunNotFoundError}, {@link PipelineChangedError}
   */
  async replay(runId: string): Promise<ReplayResult> {
    this.#checkUsable();
    const { states, clock, plans } = this.#engine;
    const record = await states.read(runId);
    const entries = await this.state.readEntries(runId);
    await this.#checkPlan(record, entries);
    // Nobody's lease: nothing is written.
    const lease = { runId, epoch: 0 };
    const host = new KeyedHost({ state: this.state, clock }, lease, plans.migrated(runId, entries), false);
    return replayRun(record, host, this.#engine);
  }

  /** How two runs differ: what they came to, step by step, in time and money. @throws {@link RunNotFoundError} */
  async diff(first: string, second: string): Promise<RunDiff> {
    this.#checkUsable();
    const read = async (runId: string): Promise<StoredRunHistory> => ({
      record: await this.#engine.states.read(runId),
      entries: await this.state.readEntries(runId),
    });
    return diffRuns(await read(first), await read(second), this.#engine.serializer);
  }

  /**
   * Takes over every run of this pipeline that is `running` and that nobody drives, such as after a crash, and every paused one
   * that can go on: there is an answer to one of its questions, or the deadline of one is over.
   */
  async recover(): Promise<readonly RunHandle<Output, Context>[]> {
    this.#checkUsable();
    // Runs whose leases it still owes look driven, and are not.
    await this.#engine.manager.settleLeases();
    const handles: RunHandle<Output, Context>[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.state.listRuns({
        status: ["running", "paused"],
        pipeline: this.pipeline.name,
        limit: 1000,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { runId, status, driven, awaiting } of page.runs) {
        if (driven || this.#drives.has(runId)) continue;
        if (status === "paused" && !(await this.#canGoOn({ runId, awaiting }))) continue;
        const record = await this.#engine.states.read(runId);
        let refused: unknown;
        await this.#checkPlan(record).catch((error: unknown) => {
          refused = error;
        });
        // Another process may be quicker: then the run is in good hands.
        const lease = refused === undefined ? await this.#engine.states.lease(runId) : undefined;
        if (refused === undefined && lease === undefined) continue;
        handles.push(
          this.#drive(runId, undefined, true, undefined, async (events, abort) => {
            if (lease === undefined) throw refused;
            return this.#goOn(record, events, abort, lease);
          }),
        );
      }
      cursor = page.next;
    } while (cursor !== undefined);
    return handles;
  }

  /** Interrupts the runs that this runner drives and waits for them, then disposes of what its modules brought. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    for (const [runId, { abort }] of this.#drives)
      abort.abort(new RunInterruptedError(runId, "its runner was disposed of before it ended"));
    await Promise.allSettled([...this.#drives.values()].map(({ result }) => result));
    for (const stop of this.#stopListening) stop();
    // The state last: what the others still have to say may be kept there.
    for (const token of [Telemetry, StepHandler, RateLimiter, GracefulDegradation, CacheBackend, StateBackend]) {
      for (const service of resolveOwn<unknown>(this.container, token)) await disposeOf(service);
    }
  }

  /** What concerns all runs is an event of each. */
  #tellRuns(event: RunEventBody): void {
    for (const { events } of this.#drives.values()) events.emit(event);
  }

  #begin(input: Input, options: RunOptions, keepEvents: boolean): RunHandle<Output, Context> {
    this.#checkUsable();
    checkKeys("options", options, RUN_OPTIONS);
    checkTags(options.tags);
    const { ids, planText, serializer, states } = this.#engine;
    const runId = options.runId === undefined ? ids.next() : checkRunId(options.runId);
    const text = serializer.stringify(input);
    const current = this.#drives.get(runId);
    if (current?.input !== undefined && current.input !== text) {
      throw new RunConflictError(runId, "it has another input");
    }
    return this.#drive(runId, text, keepEvents, options.signal, async (events, abort) => {
      await this.#admit(runId);
      const created = await states.create({
        runId,
        pipeline: this.pipeline.name,
        plan: planText,
        input: text,
        context: this.#context,
        tags: options.tags ?? {},
      });
      const record = await states.read(runId);
      if (!created && record.input !== text) throw new RunConflictError(runId, "it has another input");
      if (!created && record.status === "paused" && !(await this.#canGoOn(record))) {
        await this.#checkPlan(record);
        return states.result(record);
      }
      return this.#goOn(record, events, abort, undefined, created);
    });
  }

  /** Registers a drive of a run, so that a second call for the same run joins it. */
  #drive(
    runId: string,
    input: string | undefined,
    keepEvents: boolean,
    signal: AbortSignal | undefined,
    work: (events: EventLog, abort: AbortController) => Promise<RunResult<unknown>>,
  ): RunHandle<Output, Context> {
    const current = this.#drives.get(runId);
    if (current !== undefined) return this.#handle(runId, this.#follow(runId, signal, current));

    const { clock, logger, degradation } = this.#engine;
    const events = new EventLog(runId, {
      clock,
      logger,
      watchers: this.#telemetry,
      keep: keepEvents,
      capture: this.#capture,
      isEnabled: (feature) => degradation.isEnabled(feature),
    });
    const abort = new AbortController();
    const result = work(events, abort).finally(() => {
      events.close();
      this.#drives.delete(runId);
    });
    const drive: Drive = { input, events, abort, result };
    this.#drives.set(runId, drive);
    return this.#handle(runId, this.#follow(runId, signal, drive));
  }

  /** Lets a caller's signal cancel a drive for as long as it goes on. */
  #follow(runId: string, signal: AbortSignal | undefined, drive: Drive): Drive {
    const cancel = (): void => {
      drive.abort.abort(new RunCancelledError(runId, signal?.reason));
    };
    if (signal?.aborted) cancel();
    else signal?.addEventListener("abort", cancel, { once: true });
    const done = (): void => {
      signal?.removeEventListener("abort", cancel);
    };
    // Whoever has the handle sees a rejection; nobody having asked for the result is no crash.
    drive.result.then(done, done);
    return drive;
  }

  async #answer(runId: string, signals: Readonly<Record<string, unknown>>): Promise<void> {
    const { plan, states } = this.#engine;
    await storeAnswers(this.state, await states.read(runId), plan, signals, this.#engine);
  }

  #handle(runId: string, { events, abort, result }: Drive): RunHandle<Output, Context> {
    return {
      runId,
      result: result as Promise<RunResult<Output, Context>>,
      cancel: (reason) => {
        abort.abort(new RunCancelledError(runId, reason));
      },
      interrupt: (reason = "interrupt() was called") => {
        abort.abort(new RunInterruptedError(runId, reason));
      },
      [Symbol.asyncIterator]: () => events[Symbol.asyncIterator](),
    };
  }

  async #goOn(
    record: RunRecord,
    events: EventLog,
    abort: AbortController,
    lease?: Lease,
    fresh = false,
  ): Promise<RunResult<unknown>> {
    const { states, manager, plan } = this.#engine;
    if (!isOpen(record)) return states.result(record);
    if (!fresh && lease === undefined) await this.#checkPlan(record);
    const held = lease ?? (await states.lease(record.runId));
    if (held === undefined) {
      const now = await states.read(record.runId);
      if (now.status !== "running") return states.result(now);
      throw new RunConflictError(record.runId, "another driver is at work on it");
    }
    return manager.drive(plan, record, held, { events, abort, fresh });
  }

  /** Before a run is leased: one that can't be gone on with stays as it is. @param entries - left out: read if need be */
  async #checkPlan(record: RunRecord, entries?: readonly JournalEntry[]): Promise<void> {
    const { plans } = this.#engine;
    if (entries === undefined && plans.isSame(record)) return;
    plans.check(record, entries ?? (await this.state.readEntries(record.runId, { unfolded: true })));
  }

  /** Whether a paused run has what it waits for: whoever stored the answer may have died before he could go on with it. */
  async #canGoOn({ runId, awaiting }: Pick<RunRecord, "runId" | "awaiting">): Promise<boolean> {
    const { clock, states } = this.#engine;
    if (awaiting.some((question) => isOverdue(question, clock))) return true;
    const answered = new Set((await states.answers(runId)).map(({ path }) => path));
    return awaiting.some(({ path }) => answered.has(path));
  }

  /** @throws {@link OverloadedError} for a run that would be a new one, while there is too much to do as it is */
  async #admit(runId: string): Promise<void> {
    if (this.#engine.degradation.isEnabled("admission")) return;
    if ((await this.state.getRun(runId)) === undefined) throw new OverloadedError();
  }

  #checkUsable(): void {
    if (this.#disposed !== undefined) throw new ConfigurationError("This runner has been disposed of");
  }
}

/** Whether there is anything left to be done of a run. */
function isOpen({ status }: RunRecord): boolean {
  return status === "running" || status === "paused";
}

async function disposeOf(service: unknown): Promise<void> {
  if (typeof service !== "object" || service === null) return;
  if (Symbol.asyncDispose in service) await (service as AsyncDisposable)[Symbol.asyncDispose]();
  else if (Symbol.dispose in service) (service as Disposable)[Symbol.dispose]();
}
