import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** Two parallel branches changed the same place of the context to different values. */
export class ContextConflictError extends FlujoError {
  override readonly name = "ContextConflictError";
  readonly code = "context_conflict";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    /** Where in the context: `totals.words`; empty for the whole of it. */
    readonly place: string,
    /** The two branches. */
    readonly branches: readonly [string, string],
    options?: FlujoErrorOptions,
  ) {
    super(
      `The branches "${branches[0]}" and "${branches[1]}" both changed context${place === "" ? "" : `.${place}`}: give the step a merge strategy`,
      options,
    );
  }
}
