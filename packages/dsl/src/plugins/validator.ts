import type { MaybePromise } from "../step/function-step.ts";
import type { PluginScope } from "./validation-plugin.ts";

/**
 * Says whether what a step gave will do, and what is wrong with it. Unlike a plugin it changes nothing, and all validators
 * of a step are asked: an attempt that fails is told of everything at once.
 */
export interface Validator<Output, Context = unknown> {
  readonly name: string;
  readonly validate: (output: Output, scope: PluginScope<Context>) => MaybePromise<ValidatorVerdict>;
}

/** `true`, or what is wrong; `false` leaves that unsaid. */
export type ValidatorVerdict = boolean | string;
