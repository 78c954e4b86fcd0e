import type { FlujoError, RunResult } from "@flujo/core/protocols";
import { EXIT, type ExitCode } from "../exit-code.ts";

/** How a drive of a run ended: as the run did, or because this process was told to stop. */
export type Outcome = RunResult<unknown> | Interrupted;

export interface Interrupted {
  readonly status: "interrupted";
  readonly runId: string;
  readonly error: FlujoError;
}

export function exitCodeOf({ status }: Outcome): ExitCode {
  switch (status) {
    case "completed":
      return EXIT.done;
    case "paused":
      return EXIT.paused;
    case "interrupted":
      return EXIT.interrupted;
    case "failed":
    case "cancelled":
      return EXIT.failed;
  }
}
