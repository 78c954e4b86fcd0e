import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** A plugin redirected to a step that it does not declare in `redirects`, where only declared ones can be gone on with. */
export class UndeclaredRedirectError extends FlujoError {
  override readonly name = "UndeclaredRedirectError";
  readonly code = "undeclared_redirect";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    /** Name of the step whose plugin it is. */
    readonly step: string,
    /** Name of the step that it redirected to. */
    readonly target: string,
    options?: FlujoErrorOptions,
  ) {
    super(
      `A plugin of "${step}" redirected to "${target}", which it has to declare where runs are executed again from their journal: list it in the plugin's \`redirects\``,
      options,
    );
  }
}
