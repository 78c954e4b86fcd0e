import { type ErrorCategory, FlujoError } from "@flujo/dsl";

/** Where walking a run again was not as the run had been. Ends the walk. */
export class Divergence extends FlujoError {
  override readonly name = "Divergence";
  readonly code = "replay_diverged";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    override readonly path: string,
    /** `ran`: a step that nothing is recorded of would run; `settled`: nothing is recorded of what was settled. */
    readonly what: "ran" | "settled" | "outcome" | "context",
    readonly recorded: unknown,
    readonly replayed: unknown,
  ) {
    super(`The run went another way at "${path}"`, { path });
  }
}
