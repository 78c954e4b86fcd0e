import type { AnyStep, PluginOutcome, ValidationPlugin } from "@flujo/dsl";
import { completed, failure } from "../errors/failure.ts";
import { PluginRejectedError } from "../protocols/errors/plugin-rejected-error.ts";
import type { Outcome } from "../protocols/step-handler.ts";

/**
 * Shows an output to plugins, one after another.
 *
 * @param redirect - hands the step's input to another step
 * @returns the output, or what was put in its place; the failure that a plugin saw; or what a redirect came to
 */
export async function judge(
  output: unknown,
  plugins: readonly ValidationPlugin<never, never, never>[],
  scope: { readonly path: string },
  redirect: (target: AnyStep) => Promise<Outcome>,
): Promise<Outcome> {
  let value = output;
  for (const plugin of plugins) {
    const said: PluginOutcome<unknown, never, never> = await plugin.validate(value as never, scope as never);
    if (!said.success && said.redirectTo !== undefined) return redirect(said.redirectTo);
    if ("newSolution" in said) value = said.newSolution;
    else if (!said.success) return failure(new PluginRejectedError(plugin.name, said.feedback), scope.path);
  }
  return completed(value);
}
