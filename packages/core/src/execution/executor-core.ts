import type { AnyStep, FlujoError } from "@flujo/dsl";
import type { StepCache } from "../caching/step-cache.ts";
import { CANCELLED, completed, failure } from "../errors/failure.ts";
import { judge } from "../plugins/judge.ts";
import { RedirectLoopError } from "../protocols/errors/redirect-loop-error.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { StepEnd } from "../protocols/run-event.ts";
import type { Outcome } from "../protocols/step-handler.ts";
import { UsageMeter } from "../usage/usage-meter.ts";
import { makeAttempts, type Worked } from "./attempts.ts";
import { checkOutcome } from "./check-outcome.ts";
import type { Execute, Frame } from "./frame.ts";
import { NodeExecution } from "./node-execution.ts";
import { nodePath, type PlanNode } from "./plan.ts";

/**
 * The one way through. Every node, outermost or nested, of any kind, passes the stations of `execute` in
 * the order in which they are written there; handlers of composite kinds come back here for their children.
 */
export class ExecutorCore {
  readonly #cache: StepCache;
  readonly #plan: (target: AnyStep, from: PlanNode) => PlanNode;
  /** Where plugins of each node have redirected to: what that is, is not known before they do. */
  readonly #redirectTargets = new WeakMap<PlanNode, WeakMap<AnyStep, PlanNode>>();

  /** @param plan - makes a plan of a step that is not in the runner's own, for the node that redirects to it */
  constructor(cache: StepCache, plan: (target: AnyStep, from: PlanNode) => PlanNode) {
    this.#cache = cache;
    this.#plan = plan;
  }

  /** The stations. Bound, since every execution is handed it to send its children back here. */
  readonly execute: Execute = async (node, input, base, frame) => {
    if (node.transparent) return this.#attempt(node, input, base, 1, frame);

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

    // 4. The work: the cache, if it asks for it; attempts, each with its deadline; then the fallback. What
    // it makes of the context is on a line of its own.
    const meter = new UsageMeter(frame.meter);
    const worked = await this.#work(node, input, path, { ...frame, meter });

    // 5. The outcome is durable before anything downstream sees it.
    const outcome = await settle(node, path, worked, startedAt, { ...frame, meter });
    if (outcome.status === "completed" || outcome.status === "paused") frame.line.adopt(worked.line);

    // 6. End.
    if (run.events.active) {
      const durationMs = run.clock.monotonic() - startedMonotonic;
      run.events.emit(stepEnd(node, path, outcome, worked.attempts, durationMs, meter, false));
    }
    return outcome;
  };

  async #work(node: PlanNode, input: unknown, path: string, frame: Frame): Promise<Worked> {
    if (!node.hasPolicies) {
      const line = frame.line.fork();
      const outcome = await this.#attempt(node, input, path, 1, { ...frame, line });
      if (outcome.status !== "paused") frame.run.questions.withdraw(path);
      return { outcome, attempts: 1, line };
    }
    const { cache, fallback } = node.step.policies;
    const attempts = (): Promise<Worked> =>
      makeAttempts(node, path, frame, (attempt, within) => this.#attempt(node, input, path, attempt, within));
    const worked =
      cache === undefined ? await attempts() : await this.#cache.through(node, path, input, frame, attempts);
    if (worked.outcome.status !== "failed" || fallback === undefined) return worked;
    const line = frame.line.fork();
    const outcome =
      fallback.type === "value"
        ? completed(fallback.value)
        : await this.execute(node.fallback as PlanNode, input, `${path}!fallback`, { ...frame, line });
    return { outcome, attempts: worked.attempts, line };
  }

  /** Hands a step's input to another, below it: a step of its own, on the path of every step. */
  async #redirect(from: PlanNode, target: AnyStep, input: unknown, base: string, frame: Frame): Promise<Outcome> {
    const redirects = [...(frame.redirects ?? []), from.step];
    if (redirects.includes(target)) {
      return failure(new RedirectLoopError([...redirects, target].map(({ name }) => name)), base);
    }
    return this.execute(this.#planned(target, from), input, `${base}!redirect`, {
      ...frame,
      redirects,
      feedback: undefined,
    });
  }

  #planned(target: AnyStep, from: PlanNode): PlanNode {
    const targets = this.#redirectTargets.get(from) ?? new WeakMap<AnyStep, PlanNode>();
    this.#redirectTargets.set(from, targets);
    const node = targets.get(target) ?? this.#plan(target, from);
    targets.set(target, node);
    return node;
  }

  async #attempt(node: PlanNode, input: unknown, path: string, attempt: number, frame: Frame): Promise<Outcome> {
    try {
      const execution = new NodeExecution(this.execute, node, input, path, attempt, frame);
      const handled = await node.handler.handle(execution as never);
      const outcome = checkOutcome(handled, node.step.kind, path, frame.signal);
      const { plugins } = node.step.policies;
      if (plugins === undefined || outcome.status !== "completed") return outcome;
      return await judge(outcome.output, plugins, execution, (target) =>
        this.#redirect(node, target, input, execution.inside, frame),
      );
    } catch (thrown) {
      // Whether the driver can go on is not for a step to decide: a lost lease or a broken disk ends the drive.
      if (frame.run.journal.broken) throw thrown;
      // What a stopped handler throws is how it ended, not that it failed.
      return frame.signal.aborted ? CANCELLED : failure(thrown, path);
    }
  }
}

/** Records how the work ended. What can't be recorded faithfully is a failure of the step that made it. */
async function settle(
  node: PlanNode,
  path: string,
  { outcome, attempts, line }: Worked,
  startedAt: number,
  { run, meter }: Frame,
): Promise<Outcome> {
  // The outermost pipeline's outcome is recorded as the run's. It may be a fallback value, which nobody has looked at.
  if (path === "") return run.journal.check(outcome, path);
  return run.journal.record({
    path,
    kind: node.step.kind,
    name: node.step.name,
    outcome,
    patches: outcome.status === "completed" ? line.patches : [],
    attempts,
    startedAt,
    usage: meter.usage,
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
