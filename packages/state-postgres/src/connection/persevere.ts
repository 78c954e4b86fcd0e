import { setTimeout as wait } from "node:timers/promises";
import { isConflict, isConnectionLost } from "./postgres-error.ts";

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;
const MOST_CONFLICTS = 20;

/**
 * Does `work`, and does it again: when the connection was lost, until `forMs` milliseconds have passed; when
 * another's transaction got in its way, a few times.
 *
 * An answer that is lost says nothing of the work: it may have been done. So `work` must be such that
 * doing it again changes nothing.
 */
export async function persevere<Result>(forMs: number, work: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + forMs;
  let conflicts = 0;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      const mayHelp = isConflict(error)
        ? ++conflicts <= MOST_CONFLICTS
        : isConnectionLost(error) && performance.now() + pauseMs <= deadline;
      if (!mayHelp) throw error;
      await wait(pauseMs);
    }
  }
}
