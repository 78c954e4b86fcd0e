import { CANCELLED } from "../errors/failure.ts";
import type { Outcome } from "../protocols/step-handler.ts";
import { without } from "../usage/usage-of.ts";
import type { Frame } from "./frame.ts";

/** How work went that may hand its input on, to one of the redirects of its step. */
export interface Operated {
  readonly outcome: Outcome;
  /** Which one. */
  readonly redirect?: number;
}

/**
 * Does work on whose outcome it depends how the run goes on, as one operation of the run's host: work of a step's, or a
 * decision. What it changes in the frame's context, and books there, is part of what it came to.
 *
 * Work must not go on to other steps, which have operations of their own.
 */
export async function operate(path: string, frame: Frame, work: () => Promise<Operated>): Promise<Operated> {
  const { host, journal, prices } = frame.run;
  if (!host.ordered) return work();
  const { line, ledger, signal } = frame;
  const [changes, used] = [line.patches.length, ledger.usage];
  let isDone = false;
  const settled = await host.once(
    path,
    async () => {
      isDone = true;
      const operated = signal.aborted ? { outcome: CANCELLED } : await work();
      return { ...operated, patches: line.patches.slice(changes), usage: without(ledger.usage, used) };
    },
    journal.codec(path),
  );
  if (!isDone) {
    if (settled.patches.length > 0) line.replay(settled.patches);
    if (settled.usage.requests > 0) prices.replay(settled.usage, ledger);
  }
  return settled;
}

/** The same, for work that ends where it is. */
export async function operateOn(path: string, frame: Frame, work: () => Promise<Outcome>): Promise<Outcome> {
  if (!frame.run.host.ordered) return work();
  return (await operate(path, frame, async () => ({ outcome: await work() }))).outcome;
}
