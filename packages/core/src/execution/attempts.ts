import { CANCELLED, failure } from "../errors/failure.ts";
import { sleep } from "../platform/sleep.ts";
import type { ContextLine } from "../protocols/context-manager.ts";
import { StepTimeoutError } from "../protocols/errors/step-timeout-error.ts";
import type { FailedAttempt, Recovery, RecoveryStrategies } from "../protocols/recovery-strategies.ts";
import type { Outcome } from "../protocols/step-handler.ts";
import { withDeadline } from "../resilience/with-deadline.ts";
import type { Frame } from "./frame.ts";
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
 * Tries a node as often as it is worth it, each time under its deadline and on a fork of the context that is
 * dropped if the attempt fails.
 *
 * A failed attempt that is followed by more work is recorded first: a crash in that work must not bring
 * back what the attempt did, nor lose what it used. A drive that finds it recorded goes on after it.
 */
export async function makeAttempts(
  node: PlanNode,
  path: string,
  input: unknown,
  frame: Frame,
  strategies: RecoveryStrategies,
  tryOnce: (attempt: number, within: Frame) => Promise<Outcome>,
): Promise<Worked> {
  const { timeoutMs } = node.step.policies;
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
        : await withDeadline(
            (deadlined) =>
              tryOnce(attempt, { run, line, ledger, signal: deadlined, feedback, redirects: frame.redirects }),
            {
              timeoutMs,
              signal,
              clock: run.clock,
              late: () => failure(new StepTimeoutError(timeoutMs as number), path),
            },
          );
    if (outcome.status !== "paused") run.questions.withdraw(path);
    const worked = { outcome, attempts: attempt, line };
    if (outcome.status !== "failed") return worked;
    const { error } = outcome;
    feedback = error.category === "validation" ? error.message : frame.feedback;

    const elapsedMs = Math.max(0, run.clock.now() - beganAt);
    const recovery = await decide(strategies, { step: node.step, path, input, error, attempt, elapsedMs }, frame);
    if (recorded === undefined && (recovery.action === "retry" || recovery.action === "fallback")) {
      const facts = { kind: "attempt", name: node.step.name, patches: [], attempts: attempt, startedAt };
      await run.journal.record({ path: place, outcome, usage: ledger.usage, ...facts });
    }
    if (recovery.action !== "retry") return { ...worked, recovery };
    // The wait after an attempt that another drive made is over.
    if (recorded !== undefined) continue;
    const { delayMs } = recovery;
    run.events.emit({ type: "step-retry", path, attempt, delayMs, error });
    await sleep(delayMs, run.clock, signal);
    if (signal.aborted) return { ...worked, outcome: CANCELLED };
  }
}

/** What is to be done about a failure. What a function of the user's says is recorded, so that it is asked once. */
async function decide(strategies: RecoveryStrategies, failed: FailedAttempt, { run }: Frame): Promise<Recovery> {
  if (!strategies.concernAllSteps) return strategies.decide(failed);
  const path = `${failed.path}:recovery#${failed.attempt}`;
  const earlier = run.journal.find(path);
  if (earlier !== undefined) return recoveryOf(run.journal.read(earlier).outcome);
  const startedAt = run.clock.now();
  const outcome: Outcome = { status: "completed", output: await strategies.decide(failed) };
  const facts = { kind: "decision", name: "recovery", patches: [], attempts: 1, startedAt };
  return recoveryOf(await run.journal.record({ path, outcome, ...facts }));
}

function recoveryOf(outcome: Outcome): Recovery {
  return outcome.status === "completed" ? (outcome.output as Recovery) : { action: "fail" };
}
