import { CANCELLED, completed } from "../errors/failure.ts";
import { ATTEMPT, DECISION } from "../journal/entry-kind.ts";
import { sleep } from "../platform/sleep.ts";
import type { ContextLine } from "../protocols/context-manager.ts";
import type { FailedAttempt, Recovery, RecoveryStrategies } from "../protocols/recovery-strategies.ts";
import type { Outcome } from "../protocols/step-handler.ts";
import type { Frame } from "./frame.ts";
import { operateOn } from "./operation.ts";
import type { PlanNode } from "./plan.ts";

/** How the work at a node went. */
export interface Worked {
  readonly outcome: Outcome;
  readonly attempts: number;
  /** The context as the work left it: a fork of the node's line, which is adopted if the work is of use. */
  readonly line: ContextLine;
  /** What is to be done about it, if it failed. */
  readonly recovery?: Recovery;
}

/**
 * Tries a node as often as it is worth it, each time on a fork of the context that is dropped if the attempt fails.
 *
 * A failed attempt that is followed by more work is recorded first, with when that may begin: a crash in that work must not bring
 * back what the attempt did, nor lose what it used, nor shorten the wait. A drive that finds it recorded goes on after it.
 */
export async function makeAttempts(
  node: PlanNode,
  path: string,
  input: unknown,
  frame: Frame,
  strategies: RecoveryStrategies,
  tryOnce: (attempt: number, within: Frame) => Promise<Outcome>,
): Promise<Worked> {
  const { run, signal } = frame;
  // What is wrong with what a step around this one gave concerns this one too.
  let { feedback } = frame;
  let beganAt: number | undefined;
  for (let attempt = 1; ; attempt++) {
    const place = `${path}:attempt#${attempt}`;
    const recorded = run.journal.find(place);
    const line = frame.line.fork();
    const ledger = frame.ledger.open();
    const startedAt = recorded?.startedAt ?? run.clock.now();
    beganAt ??= startedAt;
    if (recorded?.usage !== undefined) run.prices.replay(recorded.usage, ledger);
    const outcome =
      recorded !== undefined
        ? run.journal.read(recorded).outcome
        : await tryOnce(attempt, { run, line, ledger, signal, feedback, redirects: frame.redirects });
    if (outcome.status !== "paused") run.questions.withdraw(path);
    const worked = { outcome, attempts: attempt, line };
    if (outcome.status !== "failed") return worked;
    const { error } = outcome;
    feedback = error.category === "validation" ? error.message : frame.feedback;

    if (recorded?.retryAt !== undefined) {
      // That it is tried again was decided in the drive that made the attempt, and when.
      await waitUntil(recorded.retryAt, path, attempt, frame);
    } else {
      const elapsedMs = (): number => Math.max(0, run.clock.now() - (beganAt as number));
      const failed = (): FailedAttempt => ({ step: node.step, path, input, error, attempt, elapsedMs: elapsedMs() });
      const recovery = await decide(strategies, failed, `${path}:recovery#${attempt}`, frame);
      const retryAt = recovery.action === "retry" ? run.clock.now() + recovery.delayMs : undefined;
      if (recorded === undefined && (recovery.action === "retry" || recovery.action === "fallback")) {
        const facts = { kind: ATTEMPT, name: node.step.name, patches: [], attempts: attempt, startedAt };
        const wait = retryAt === undefined ? {} : { retryAt };
        await run.journal.record({ path: place, outcome, usage: ledger.usage, ...facts, ...wait });
      }
      if (recovery.action !== "retry") return { ...worked, recovery };
      run.events.emit({ type: "step-retry", path, attempt, delayMs: recovery.delayMs, error });
      await waitUntil(retryAt as number, path, attempt, frame);
    }
    if (signal.aborted) return { ...worked, outcome: CANCELLED };
  }
}

/** Waits before the next attempt, as long as is left to wait. */
async function waitUntil(dueAt: number, path: string, attempt: number, { run, signal }: Frame): Promise<void> {
  if (!run.host.ordered && run.clock.now() >= dueAt) return;
  await sleep((onDue) => run.host.timer(`${path}:wait#${attempt}`, dueAt, onDue), signal);
}

/** What is to be done about a failure. What a function of the user's says is recorded, so that it is asked once. */
async function decide(
  strategies: RecoveryStrategies,
  failed: () => FailedAttempt,
  path: string,
  frame: Frame,
): Promise<Recovery> {
  const { run } = frame;
  const ask = async (): Promise<Outcome> => completed(await strategies.decide(failed()));
  if (!strategies.concernAllSteps) return recoveryOf(await operateOn(path, frame, ask));
  const earlier = run.journal.find(path);
  if (earlier !== undefined) return recoveryOf(run.journal.read(earlier).outcome);
  const startedAt = run.clock.now();
  const outcome = await operateOn(path, frame, ask);
  const facts = { kind: DECISION, name: "recovery", patches: [], attempts: 1, startedAt };
  return recoveryOf(await run.journal.record({ path, outcome, ...facts }));
}

function recoveryOf(outcome: Outcome): Recovery {
  return outcome.status === "completed" ? (outcome.output as Recovery) : { action: "fail" };
}
