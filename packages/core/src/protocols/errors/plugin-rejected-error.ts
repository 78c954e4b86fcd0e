import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** A plugin refused what a step gave. The message is the plugin's feedback. */
export class PluginRejectedError extends FlujoError {
  override readonly name = "PluginRejectedError";
  readonly code = "plugin_rejected";
  readonly category: ErrorCategory = "validation";
  readonly retryable = true;

  constructor(
    readonly plugin: string,
    feedback: string | undefined,
    options?: FlujoErrorOptions,
  ) {
    super(feedback ?? `The plugin "${plugin}" refused it`, options);
  }
}
