import type { FlujoError } from "@flujo/dsl";
import type { ContextLine } from "../context/context-line.ts";
import { CANCELLED, completed, failure } from "../errors/failure.ts";
import { sleep } from "../platform/sleep.ts";
import { StepTimeoutError } from "../protocols/errors/step-timeout-error.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { StepEnd } from "../protocols/run-event.ts";
import type { Outcome } from "../protocols/step-handler.ts";
import { retryDelayMs } from "../resilience/retry-delay.ts";
import { withDeadline } from "../resilience/with-deadline.ts";
import { UsageMeter } from "../usage/usage-meter.ts";
import { checkOutcome } from "./check-outcome.ts";
import type { Execute, Frame } from "./frame.ts";
import { NodeExecution } from "./node-execution.ts";
import { nodePath, type PlanNode } from "./plan.ts";

/** How the work at a node went, all attempts and the fallback included. */
interface Worked {
  readonly outcome: Outcome;
  readonly attempts: number;
}

/**
 * The one way through. Every node, outermost or nested, of any kind, passes the stations of `execute` in
 * the order in which they are written there; handlers of composite kinds come back here for their children.
 */
export class ExecutorCore {
  /** The stations. Bound, since every execution is handed it to send its children back here. */
  readonly execute: Execute = async (node, input, base, frame) => {
    if (node.transparent) return this.#attempt(node, input, base, 1, frame, frame.line, frame.signal);

    // 1. Cancelled?
    if (frame.signal.aborted) return CANCELLED;
    const path = nodePath(node, base);
    const { run } = frame;

    // 2. Settled before? Then that is the outcome, and nothing runs.
    const recorded = run.journal.find(path);
    if (recorded !== undefined) return replay(node, recorded, frame);

    // 3. Start.
    const startedAt = run.clock.now();
    const startedMonotonic = run.clock.monotonic();
    if (run.events.active) run.events.emit({ type: "step-start", path, name: node.step.name, kind: node.step.kind });

    // 4. The work: attempts, each with its deadline; then the fallback.
    const work: Frame = { ...frame, meter: new UsageMeter(frame.meter), line: frame.line.fork() };
    const worked = await this.#work(node, input, path, work);

    // 5. The outcome is durable before anything downstream sees it.
    const outcome = await settle(node, path, worked, startedAt, work);
    if (outcome.status === "completed" || outcome.status === "paused") frame.line.adopt(work.line);

    // 6. End.
    if (run.events.active) {
      const durationMs = run.clock.monotonic() - startedMonotonic;
      run.events.emit(stepEnd(node, path, outcome, worked.attempts, durationMs, work.meter, false));
    }
    return outcome;
  };

  async #work(node: PlanNode, input: unknown, path: string, frame: Frame): Promise<Worked> {
    const worked = await this.#attempts(node, input, path, frame);
    const { fallback } = node.step.policies;
    if (worked.outcome.status !== "failed" || fallback === undefined) return worked;
    if (fallback.type === "value") return { ...worked, outcome: completed(fallback.value) };
    const outcome = await this.execute(node.fallback as PlanNode, input, `${path}!fallback`, frame);
    return { ...worked, outcome };
  }

  async #attempts(node: PlanNode, input: unknown, path: string, frame: Frame): Promise<Worked> {
    const { retry, timeoutMs, fallback } = node.step.policies;
    const { run, signal } = frame;
    for (let attempt = 1; ; attempt++) {
      const recorded = run.journal.find(attemptPath(path, attempt));
      // A failed attempt's changes to the context go with its fork.
      const line = frame.line.fork();
      const meter = new UsageMeter(frame.meter);
      const startedAt = run.clock.now();
      if (recorded?.usage !== undefined) meter.add(recorded.usage);
      const outcome =
        recorded === undefined
          ? await withDeadline(
              (deadlined) => this.#attempt(node, input, path, attempt, { ...frame, meter }, line, deadlined),
              {
                timeoutMs,
                signal,
                clock: run.clock,
                late: () => failure(new StepTimeoutError(timeoutMs as number), path),
              },
            )
          : run.journal.read(recorded).outcome;
      if (outcome.status === "completed" || outcome.status === "paused") frame.line.adopt(line);
      if (outcome.status !== "paused") run.questions.withdraw(path);
      if (outcome.status !== "failed") return { outcome, attempts: attempt };

      const again = retry !== undefined && outcome.error.retryable && attempt < retry.maxAttempts;
      // If work follows, a crash in it must not undo the failure: what the attempt did would be done again.
      if (recorded === undefined && (again || fallback?.type === "step")) {
        await recordFailedAttempt(node, path, attempt, outcome, startedAt, { ...frame, meter });
      }
      if (!again) return { outcome, attempts: attempt };
      // The wait of an attempt that another drive made is over.
      if (recorded !== undefined) continue;
      const delayMs = retryDelayMs(attempt, retry, run.random);
      run.events.emit({ type: "step-retry", path, attempt, delayMs, error: outcome.error });
      await sleep(delayMs, run.clock, signal);
      if (signal.aborted) return { outcome: CANCELLED, attempts: attempt };
    }
  }

  async #attempt(
    node: PlanNode,
    input: unknown,
    path: string,
    attempt: number,
    frame: Frame,
    line: ContextLine,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const execution = new NodeExecution(this.execute, node, input, path, attempt, { ...frame, line, signal });
    try {
      const outcome = await node.handler.handle(execution as never);
      return checkOutcome(outcome, node.step.kind, path, signal);
    } catch (thrown) {
      // Whether the driver can go on is not for a step to decide: a lost lease or a broken disk ends the drive.
      if (frame.run.journal.broken) throw thrown;
      // What a stopped handler throws is how it ended, not that it failed.
      return signal.aborted ? CANCELLED : failure(thrown, path);
    }
  }
}

function attemptPath(path: string, attempt: number): string {
  return `${path}:attempt#${attempt}`;
}

async function recordFailedAttempt(
  { step: { name } }: PlanNode,
  path: string,
  attempt: number,
  outcome: Outcome,
  startedAt: number,
  { run, meter }: Frame,
): Promise<void> {
  const entry = { kind: "attempt", name, outcome, patches: [], attempts: attempt, startedAt, usage: meter.usage };
  await run.journal.record({ path: attemptPath(path, attempt), ...entry });
}

/** Records how the work ended. What can't be recorded faithfully is a failure of the step that made it. */
async function settle(node: PlanNode, path: string, worked: Worked, startedAt: number, frame: Frame): Promise<Outcome> {
  const { outcome, attempts } = worked;
  const { journal } = frame.run;
  // The outermost pipeline's outcome is recorded as the run's. It may be a fallback value, which nobody has looked at.
  if (path === "") return journal.check(outcome, path);
  return journal.record({
    path,
    kind: node.step.kind,
    name: node.step.name,
    outcome,
    patches: outcome.status === "completed" ? frame.line.patches : [],
    attempts,
    startedAt,
    usage: frame.meter.usage,
  });
}

function replay(node: PlanNode, entry: JournalEntry, frame: Frame): Outcome {
  const { run, line, meter } = frame;
  const { outcome, patches } = run.journal.read(entry);
  if (patches.length > 0) line.replay(patches);
  const own = new UsageMeter(meter);
  if (entry.usage !== undefined) own.add(entry.usage);
  if (run.events.active) {
    run.events.emit(stepEnd(node, entry.path, outcome, entry.attempts, entry.endedAt - entry.startedAt, own, true));
  }
  return outcome;
}

function stepEnd(
  node: PlanNode,
  path: string,
  outcome: Outcome,
  attempts: number,
  durationMs: number,
  meter: UsageMeter,
  replayed: boolean,
): StepEnd {
  const error: { error?: FlujoError } = outcome.status === "failed" ? { error: outcome.error } : {};
  return {
    type: "step-end",
    path,
    name: node.step.name,
    kind: node.step.kind,
    status: outcome.status,
    ...error,
    attempts,
    durationMs,
    usage: meter.usage,
    replayed,
  };
}
