import { InvalidOptionError } from "../errors/invalid-option-error.ts";
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

/** In the order given. @throws {@link InvalidOptionError} for what is no validator, and for one name twice. */
export function checkValidators(validators: readonly Validator<never, never>[]): typeof validators {
  const names = new Set<string>();
  for (const validator of validators) {
    if (typeof validator?.name !== "string" || typeof validator.validate !== "function") {
      throw new InvalidOptionError("validators", validator, "a validator, with a name and a validate function");
    }
    if (names.has(validator.name)) {
      throw new InvalidOptionError("validators", validator.name, "a list without one name twice");
    }
    names.add(validator.name);
  }
  return Object.freeze([...validators]);
}
