import { InvalidOptionError } from "../errors/invalid-option-error.ts";
import type { MaybePromise } from "../step/function-step.ts";
import type { AnyStep, InputOf, Step } from "../step/step.ts";
import type { StepScope } from "../step/step-scope.ts";

/**
 * Looks at what a step gave before anybody else does: lets it pass, puts something else in its place, sends the
 * attempt back with a word on what is wrong, or hands the input to another step.
 *
 * @typeParam Output - what it can look at
 * @typeParam RedirectInput - what the steps that it redirects to take; left out, that is not checked
 * @typeParam Context - what it needs the run's context to be
 */
export interface ValidationPlugin<Output, RedirectInput = never, Context = unknown> {
  readonly name: string;
  /** Plugins of a higher one run first; those of the same in the order given. Default 0. */
  readonly priority?: number;
  /**
   * The steps that it may redirect to, so that they are checked, described and drawn with the step. It may redirect to others
   * too, of which nothing is known before it does.
   */
  readonly redirects?: readonly Step<RedirectInput, Output, Context>[];
  readonly validate: (
    output: Output,
    scope: PluginScope<Context>,
  ) => MaybePromise<PluginOutcome<Output, RedirectInput, Context>>;
}

/** What a plugin is given beside the output. */
export interface PluginScope<Context = unknown> extends StepScope<Context> {
  /** What the step was given. */
  readonly input: unknown;
}

export type PluginOutcome<Output, RedirectInput = never, Context = unknown> =
  | {
      readonly success: true;
      /** Takes the output's place, `undefined` and `null` included; later plugins see it. */
      readonly newSolution?: Output;
    }
  | {
      readonly success: false;
      /** What is wrong. The attempt fails with it, and the next one finds it in `scope.feedback`. */
      readonly feedback?: string;
      /** Mends it: takes the output's place, and the next plugin goes on from there. */
      readonly newSolution?: Output;
      /** Is given the step's input, and its outcome is the step's. Goes before `newSolution`. */
      readonly redirectTo?: Step<RedirectInput, Output, Context>;
    };

/** `Plugins` if each redirects only to steps that can take `Input`; else what the first wrong one should redirect to. */
export type RedirectsFit<Plugins extends readonly unknown[], Input, Output> = {
  readonly [Index in keyof Plugins]: Plugins[Index] extends {
    readonly validate: (output: never, scope: never) => infer Returned;
  }
    ? CheckRedirect<RedirectOf<Awaited<Returned>> | DeclaredBy<Plugins[Index]>, Plugins[Index], Input, Output>
    : Plugins[Index];
};

type RedirectOf<Outcome> = Outcome extends { readonly redirectTo?: infer Target } ? Extract<Target, AnyStep> : never;

type DeclaredBy<Plugin> = Plugin extends { readonly redirects?: readonly (infer Target)[] }
  ? Extract<Target, AnyStep>
  : never;

type CheckRedirect<Target, Plugin, Input, Output> = [Misfit<Target, Input>] extends [never]
  ? Plugin
  : ValidationPlugin<Output, Input>;

/** Those of several steps that can't take `Input`. */
type Misfit<Target, Input> = Target extends AnyStep
  ? [InputOf<Target>] extends [never]
    ? never
    : [Input] extends [InputOf<Target>]
      ? never
      : Target
  : never;

/** In the order in which they run. @throws {@link InvalidOptionError} for what is no plugin, and for one name twice. */
export function orderPlugins(plugins: readonly ValidationPlugin<never, never, never>[]): typeof plugins {
  const names = new Set<string>();
  for (const plugin of plugins) {
    if (typeof plugin?.name !== "string" || typeof plugin.validate !== "function") {
      throw new InvalidOptionError("plugins", plugin, "a plugin, with a name and a validate function");
    }
    if (names.has(plugin.name)) throw new InvalidOptionError("plugins", plugin.name, "a list without one name twice");
    names.add(plugin.name);
    if (plugin.priority !== undefined && !Number.isFinite(plugin.priority)) {
      throw new InvalidOptionError(`priority of plugin "${plugin.name}"`, plugin.priority, "a number");
    }
  }
  return Object.freeze([...plugins].sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0)));
}
