import type { AnyStep } from "@flujo/dsl";
import type { StepCache } from "../caching/step-cache.ts";
import { CANCELLED, completed, failure } from "../errors/failure.ts";
import { DECISION } from "../journal/entry-kind.ts";
import { OMITTED } from "../journal/step-reports.ts";
import { examine } from "../plugins/examine.ts";
import type { DurableHost } from "../protocols/durable-engine.ts";
import { RedirectLoopError } from "../protocols/errors/redirect-loop-error.ts";
import { StepTimeoutError } from "../protocols/errors/step-timeout-error.ts";
import { UndeclaredRedirectError } from "../protocols/errors/undeclared-redirect-error.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { RecoveryStrategies } from "../protocols/recovery-strategies.ts";
import type { StepCoordinator, WatchedEnd, WatchedStep } from "../protocols/step-coordinator.ts";
import type { Outcome } from "../protocols/step-handler.ts";
import type { Ledger } from "../protocols/usage-governor.ts";
import { withDeadline } from "../resilience/with-deadline.ts";
import { makeAttempts, type Worked } from "./attempts.ts";
import type { CallGuard } from "./call-guard.ts";
import { caught } from "./caught.ts";
import { checkOutcome } from "./check-outcome.ts";
import { type Execute, type Frame, within } from "./frame.ts";
import { NodeExecution } from "./node-execution.ts";
import { type Operated, operate, operateOn } from "./operation.ts";
import { nodePath, type PlanNode } from "./plan.ts";

interface Parts {
  readonly coordinator: StepCoordinator;
  readonly cache: StepCache;
  readonly strategies: RecoveryStrategies;
  readonly guard: Pick<CallGuard, "concerns" | "through">;
  /** Makes a plan of a step that is not in the runner's own, for the node that redirects to it. */
  readonly plan: (target: AnyStep, from: PlanNode) => PlanNode;
}

/**
 * The one way through. Every node, outermost or nested, of any kind, passes the stations of `execute` in
 * the order in which they are written there; handlers of composite kinds come back here for their children.
 */
export class ExecutorCore {
  readonly #parts: Parts;
  /** Where plugins of each node have redirected to without having declared it: that is not known before they do. */
  readonly #redirectTargets = new WeakMap<PlanNode, WeakMap<AnyStep, PlanNode>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The stations. Bound, since every execution is handed it to send its children back here. */
  readonly execute: Execute = async (node, input, base, frame) => {
    if (node.transparent) return this.#attempt(node, input, base, 1, frame);

    // 1. Cancelled?
    if (frame.signal.aborted) return CANCELLED;
    const path = nodePath(node, base);
    const { run } = frame;
    const forked = run.forks?.get(path);
    if (forked !== undefined) frame.line.replay(forked);

    // 2. Settled before? Then that is the outcome, and nothing runs.
    const recorded = run.journal.find(path);
    if (recorded !== undefined) return this.#replay(node, input, recorded, frame);

    // 3. The books of this node: what is used below it is held against its budget, and against those around it. What it
    // makes of the context is on a line of its own.
    const ledger = frame.ledger.open(node.budget && { name: path, budget: node.budget });
    const own = within(frame, { ledger, line: frame.line.fork() });

    // 4. Start: whoever watches is told.
    const startedAt = run.clock.now();
    const mark = node.isLeaf ? 0 : run.journal.foldingMark;
    const watched = this.#watched(node, input, path, frame);
    const isToWait = watched !== undefined || run.host.ordered;
    const startedMonotonic = watched === undefined ? 0 : run.clock.monotonic();
    if (isToWait && !(await this.#begin(watched, path, frame))) {
      const durationMs = run.clock.monotonic() - startedMonotonic;
      await this.#end(watched, path, frame, over(CANCELLED, 0, durationMs, ledger, false));
      return CANCELLED;
    }

    // 5. The work: the cache, if it asks for it; attempts, each with its deadline; then the fallback.
    const worked = this.#isGoverned(node)
      ? await this.#work(node, input, path, own)
      : onlyAttempt(await this.#attempt(node, input, path, 1, own), path, own);

    // 6. The outcome is durable before anything downstream sees it.
    const outcome = await settle(node, path, worked, { startedAt, mark }, own);
    if (outcome.status === "completed" || outcome.status === "paused") frame.line.adopt(worked.line);

    // 7. End: whoever watches is told.
    if (isToWait) {
      const durationMs = run.clock.monotonic() - startedMonotonic;
      await this.#end(watched, path, frame, over(outcome, worked.attempts, durationMs, ledger, run.host.replaying));
    }
    return outcome;
  };

  /** Whether there is more to a node's work than one attempt. */
  #isGoverned(node: PlanNode): boolean {
    return node.hasPolicies || (node.isLeaf && this.#parts.strategies.concernAllSteps);
  }

  async #work(node: PlanNode, input: unknown, path: string, frame: Frame): Promise<Worked> {
    const { strategies, cache } = this.#parts;
    const { policies } = node.step;
    if (policies.optional !== undefined && (await isLeftOut(path, frame))) {
      return { outcome: completed(policies.optional.value), attempts: 0, line: frame.line.fork() };
    }
    const attempts = (): Promise<Worked> =>
      makeAttempts(node, path, input, frame, strategies, (attempt, inside) =>
        this.#attempt(node, input, path, attempt, inside),
      );
    const worked =
      policies.cache === undefined ? await attempts() : await cache.through(node, path, input, frame, attempts);
    return this.#recover(node, input, path, frame, worked);
  }

  /** What takes the place of a failure. */
  async #recover(node: PlanNode, input: unknown, path: string, frame: Frame, worked: Worked): Promise<Worked> {
    const { recovery, attempts } = worked;
    if (recovery?.action === "value") {
      return { outcome: completed(recovery.value), attempts, line: frame.line.fork() };
    }
    if (recovery?.action === "fallback" && node.fallback !== undefined) {
      const line = frame.line.fork();
      return {
        outcome: await this.execute(node.fallback, input, `${path}!fallback`, within(frame, { line })),
        attempts,
        line,
      };
    }
    return worked;
  }

  /** One attempt, under its deadline. */
  #attempt(node: PlanNode, input: unknown, path: string, attempt: number, frame: Frame): Promise<Outcome> {
    const { host } = frame.run;
    if (node.isAtomic && host.ordered) return this.#attemptAtOnce(node, input, path, attempt, frame);
    if (node.step.policies.timeoutMs === undefined) return this.#carryOut(node, input, path, attempt, frame);
    const schedule: Schedule = (dueAt, onDue) => host.timer(`${path}:deadline#${attempt}`, dueAt, onDue);
    return inTime(node, path, frame, schedule, (inside) => this.#carryOut(node, input, path, attempt, inside));
  }

  /** An attempt that is one piece of work is one operation of the host's, its deadline included. */
  async #attemptAtOnce(node: PlanNode, input: unknown, path: string, attempt: number, frame: Frame): Promise<Outcome> {
    const { clock } = frame.run;
    const schedule: Schedule = (dueAt, onDue) => clock.schedule(onDue, dueAt - clock.now());
    const { outcome, redirect } = await operate(`${path}:attempt#${attempt}`, frame, () =>
      redirecting(node, path, (redirectTo) =>
        inTime(node, path, frame, schedule, (inside) => this.#carryOut(node, input, path, attempt, inside, redirectTo)),
      ),
    );
    if (redirect === undefined) return outcome;
    const { inside } = new NodeExecution(this.execute, node, input, path, attempt, frame);
    return this.#redirect(node, targetOf(node, redirect), input, inside, frame);
  }

  /** @param redirectTo - left out: goes on to the target itself */
  async #carryOut(
    node: PlanNode,
    input: unknown,
    path: string,
    attempt: number,
    frame: Frame,
    redirectTo?: RedirectTo,
  ): Promise<Outcome> {
    const { guard } = this.#parts;
    let execution = new NodeExecution(this.execute, node, input, path, attempt, frame);
    try {
      if (node.isPrepared) {
        const unprepared = execution;
        const prepared = async (): Promise<Operated> => ({ outcome: await prepare(node, unprepared) });
        const { outcome: given } = await unprepared.operate(`${unprepared.inside}:input`, prepared);
        if (given.status !== "completed") return given;
        execution = new NodeExecution(this.execute, node, given.output, path, attempt, frame);
      }
      const handle = (): Promise<Outcome> => node.handler.handle(execution as never);
      const handled = guard.concerns(node, frame)
        ? await guard.through(node, path, execution.input, frame, handle)
        : checkOutcome(await handle(), node.step.kind, path, frame.signal);
      if (!node.isExamined || handled.status !== "completed") return handled;
      const { inside } = execution;
      const goOn: RedirectTo = redirectTo ?? ((target) => this.#redirect(node, target, input, inside, frame));
      if (node.isAtomic || !frame.run.host.ordered) return await examined(node, handled.output, execution, goOn);
      const { outcome, redirect } = await execution.operate(`${inside}:output`, () =>
        redirecting(node, path, (noted) => examined(node, handled.output, execution, noted)),
      );
      return redirect === undefined ? outcome : await goOn(targetOf(node, redirect));
    } catch (thrown) {
      return caught(thrown, path, frame);
    }
  }

  /** Hands a step's input to another, below it: a step of its own, on the path of every step. */
  async #redirect(from: PlanNode, target: AnyStep, input: unknown, base: string, frame: Frame): Promise<Outcome> {
    const redirects = [...frame.redirects, from.step];
    if (redirects.includes(target)) {
      return failure(new RedirectLoopError([...redirects, target].map(({ name }) => name)), base);
    }
    const onwards = { ...within(frame, { redirects }), feedback: undefined };
    return this.execute(this.#planned(target, from), input, `${base}!redirect`, onwards);
  }

  #planned(target: AnyStep, from: PlanNode): PlanNode {
    const declared = from.redirects.find(({ step }) => step === target);
    if (declared !== undefined) return declared;
    const targets = this.#redirectTargets.get(from) ?? new WeakMap<AnyStep, PlanNode>();
    this.#redirectTargets.set(from, targets);
    const node = targets.get(target) ?? this.#parts.plan(target, from);
    targets.set(target, node);
    return node;
  }

  async #replay(node: PlanNode, input: unknown, entry: JournalEntry, frame: Frame): Promise<Outcome> {
    const { outcome, patches } = frame.run.journal.read(entry);
    if (patches.length > 0) frame.line.replay(patches);
    const ledger = frame.ledger.open();
    if (entry.usage !== undefined) frame.run.prices.replay(entry.usage, ledger);
    const watched = this.#watched(node, input, entry.path, frame);
    if (watched !== undefined) {
      const durationMs = entry.endedAt - entry.startedAt;
      await this.#end(watched, entry.path, frame, over(outcome, entry.attempts, durationMs, ledger, true));
    }
    return outcome;
  }

  /** What is told of a node, if anybody wants to know. */
  #watched(node: PlanNode, input: unknown, path: string, { run, line, signal }: Frame): WatchedStep | undefined {
    if (!this.#parts.coordinator.watches(run.events)) return undefined;
    return { runId: run.runId, path, step: node.step, input, context: line.current, signal, events: run.events };
  }

  /** Whether the step may go on. */
  async #begin(watched: WatchedStep | undefined, path: string, { run, signal }: Frame): Promise<boolean> {
    try {
      const { host } = run;
      await telling(host, () =>
        watched === undefined || host.replaying ? undefined : this.#parts.coordinator.begin(watched),
      );
      return !signal.aborted;
    } catch (thrown) {
      return caught(thrown, path, { run, signal }).status === "failed";
    }
  }

  /** The step is over: what a hook makes of that concerns what comes after it. */
  async #end(watched: WatchedStep | undefined, path: string, frame: Frame, end: WatchedEnd): Promise<void> {
    try {
      await telling(frame.run.host, () => watched && this.#parts.coordinator.end(watched, end));
    } catch (thrown) {
      caught(thrown, path, frame);
    }
  }
}

/**
 * Tells whoever watches, and waits for them. On an ordered host it is waited for whether anybody watches or not: whether it is must
 * not change the order in which steps side by side go on.
 */
function telling(host: DurableHost, tell: () => void | Promise<void>): void | Promise<void> {
  return host.ordered ? host.local(tell) : tell();
}

/** What the one attempt at a node that has no policies came to. */
function onlyAttempt(outcome: Outcome, path: string, { run, line }: Frame): Worked {
  if (outcome.status !== "paused") run.questions.withdraw(path);
  return { outcome, attempts: 1, line };
}

/** Hands a step's input to another. */
type RedirectTo = (target: AnyStep) => Promise<Outcome>;

/** Does work that is not to go on to another step, and says to which it would. */
async function redirecting(
  node: PlanNode,
  path: string,
  work: (redirectTo: RedirectTo) => Promise<Outcome>,
): Promise<Operated> {
  let redirect: number | undefined;
  const outcome = await work(async (target) => {
    const declared = node.redirects.findIndex(({ step }) => step === target);
    // A journal knows steps by their places in the plan.
    if (declared === -1) return failure(new UndeclaredRedirectError(node.step.name, target.name), path);
    redirect = declared;
    return completed(undefined);
  });
  return redirect === undefined ? { outcome } : { outcome, redirect };
}

function targetOf({ redirects }: PlanNode, redirect: number): AnyStep {
  return (redirects[redirect] as PlanNode).step;
}

/** Calls back at a point in time, and gives how to call that off. */
type Schedule = (dueAt: number, onDue: () => void) => () => void;

function inTime(
  { step }: PlanNode,
  path: string,
  frame: Frame,
  schedule: Schedule,
  work: (inside: Frame) => Promise<Outcome>,
): Promise<Outcome> {
  const { timeoutMs } = step.policies;
  if (timeoutMs === undefined) return work(frame);
  const { run, signal } = frame;
  const dueAt = run.clock.now() + timeoutMs;
  return withDeadline((deadlined) => work(within(frame, { signal: deadlined })), {
    timeoutMs,
    signal,
    schedule: (onDue) => schedule(dueAt, onDue),
    late: () => failure(new StepTimeoutError(timeoutMs), path),
  });
}

/** What is made of what a step gave: its schema looks at it, then processors, plugins and validators. */
async function examined(
  { gives, step }: PlanNode,
  output: unknown,
  execution: NodeExecution,
  redirect: RedirectTo,
): Promise<Outcome> {
  const typed = gives === undefined ? completed(output) : await execution.check(gives, output, "output");
  return typed.status === "completed" ? examine(typed.output, step.policies, execution, redirect) : typed;
}

/** What a step is given in the end: its schema has looked at the input, its processors have made something of it. */
async function prepare(node: PlanNode, execution: NodeExecution): Promise<Outcome> {
  const typed =
    node.takes === undefined ? completed(execution.input) : await execution.check(node.takes, execution.input, "input");
  if (typed.status !== "completed") return typed;
  let value = typed.output;
  for (const process of node.step.policies.processors?.prompt ?? []) {
    value = await process(value as never, execution.decisionScope);
  }
  return completed(value);
}

/** Whether an optional step is left out; once it is, it stays left out in this run. */
async function isLeftOut(path: string, frame: Frame): Promise<boolean> {
  const { run } = frame;
  const place = `${path}:${OMITTED}`;
  if (run.journal.find(place) !== undefined) return true;
  const enabled = await operateOn(`${place}?`, frame, async () =>
    completed(run.degradation.isEnabled("optional-steps")),
  );
  if (enabled.status !== "completed" || enabled.output === true) return false;
  const facts = { kind: DECISION, name: OMITTED, patches: [], attempts: 1, startedAt: run.clock.now() };
  await run.journal.record({ path: place, outcome: completed(true), ...facts });
  return true;
}

/** Records how the work ended. What can't be recorded faithfully is a failure of the step that made it. */
function settle(
  node: PlanNode,
  path: string,
  { outcome, attempts, line }: Worked,
  { startedAt, mark }: { readonly startedAt: number; readonly mark: number },
  { run, ledger }: Frame,
): Outcome | Promise<Outcome> {
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
    usage: ledger.usage,
    schema: node.gives,
    folds: !node.isLeaf && run.journal.isWorthFolding(mark),
  });
}

function over(
  outcome: Outcome,
  attempts: number,
  durationMs: number,
  { usage }: Ledger,
  replayed: boolean,
): WatchedEnd {
  return { outcome, attempts, durationMs, usage, replayed };
}
