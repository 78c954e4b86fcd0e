import type { ContextLine } from "../context/context-line.ts";
import { CANCELLED, failure } from "../errors/failure.ts";
import { sleep } from "../platform/sleep.ts";
import { StepTimeoutError } from "../protocols/errors/step-timeout-error.ts";
import type { Outcome } from "../protocols/step-handler.ts";
import { retryDelayMs } from "../resilience/retry-delay.ts";
import { withDeadline } from "../resilience/with-deadline.ts";
import { UsageMeter } from "../usage/usage-meter.ts";
import type { Frame } from "./frame.ts";
import type { PlanNode } from "./plan.ts";

/** How the work at a node went. */
export interface Worked {
  readonly outcome: Outcome;
  readonly attempts: number;
  /** The context as the work left it: a fork of the node's line, which is adopted if the work is of use. */
  readonly line: ContextLine;
}

/**
 * Tries a node as often as its policies allow, each time under its deadline and on a fork of the context that is
 * dropped if the attempt fails.
 *
 * A failed attempt that is followed by more work is recorded first: a crash in that work must not bring
 * back what the attempt did, nor lose what it used. A drive that finds it recorded goes on after it.
 */
export async function makeAttempts(
  node: PlanNode,
  path: string,
  frame: Frame,
  tryOnce: (attempt: number, within: Frame) => Promise<Outcome>,
): Promise<Worked> {
  const { retry, timeoutMs, fallback } = node.step.policies;
  const { run, signal } = frame;
  let feedback: string | undefined;
  for (let attempt = 1; ; attempt++) {
    const place = `${path}:attempt#${attempt}`;
    const recorded = run.journal.find(place);
    const line = frame.line.fork();
    const meter = new UsageMeter(frame.meter);
    const startedAt = run.clock.now();
    if (recorded?.usage !== undefined) meter.add(recorded.usage);
    const outcome =
      recorded !== undefined
        ? run.journal.read(recorded).outcome
        : await withDeadline((deadlined) => tryOnce(attempt, { ...frame, line, meter, signal: deadlined, feedback }), {
            timeoutMs,
            signal,
            clock: run.clock,
            late: () => failure(new StepTimeoutError(timeoutMs as number), path),
          });
    if (outcome.status !== "paused") run.questions.withdraw(path);
    const worked = { outcome, attempts: attempt, line };
    if (outcome.status !== "failed") return worked;
    feedback = outcome.error.category === "validation" ? outcome.error.message : undefined;

    const again = retry !== undefined && outcome.error.retryable && attempt < retry.maxAttempts;
    if (recorded === undefined && (again || fallback?.type === "step")) {
      const facts = { kind: "attempt", name: node.step.name, patches: [], attempts: attempt, startedAt };
      await run.journal.record({ path: place, outcome, usage: meter.usage, ...facts });
    }
    if (!again) return worked;
    // The wait after an attempt that another drive made is over.
    if (recorded !== undefined) continue;
    const delayMs = retryDelayMs(attempt, retry, run.random);
    run.events.emit({ type: "step-retry", path, attempt, delayMs, error: outcome.error });
    await sleep(delayMs, run.clock, signal);
    if (signal.aborted) return { ...worked, outcome: CANCELLED };
  }
}
