import { type ErrorCategory, FlujoError, type FlujoErrorOptions, type GraphFinding } from "@flujo/dsl";

/** A pipeline has findings of severity `error`, so it can't be run. */
export class GraphValidationError extends FlujoError {
  override readonly name = "GraphValidationError";
  readonly code = "graph_invalid";
  readonly category: ErrorCategory = "validation";
  readonly retryable = false;

  constructor(
    readonly pipeline: string,
    readonly findings: readonly GraphFinding[],
    options?: FlujoErrorOptions,
  ) {
    super(`The pipeline "${pipeline}" can't be run:\n${findings.map(show).join("\n")}`, options);
  }
}

function show({ rule, path, message, fix }: GraphFinding): string {
  return `  ${rule} at ${path}: ${message} (${fix})`;
}
