import { InvalidOptionError } from "../errors/invalid-option-error.ts";
import { FunctionStep } from "../step/function-step.ts";
import type { Step } from "../step/step.ts";

/**
 * A step that takes one property out of an object: `parallel(…).pipe(pick("title"))`.
 *
 * @param name - default: `pick` and the key
 */
export function pick<Input extends { readonly [Property in Key]: unknown }, const Key extends string>(
  key: Key,
  name: string = `pick ${key}`,
): Step<Input, Input[Key]> {
  const run = (input: Input): Input[Key] => input[key];
  return new FunctionStep<Input, Input[Key]>({ name, run: run as (input: never) => unknown, meta: { pick: key } });
}

/**
 * A step that keeps some properties of an object and leaves the others: `gather(["title", "words"])`.
 *
 * @param name - default: `gather` and the keys
 */
export function gather<Input extends object, const Key extends keyof Input & string>(
  keys: readonly Key[],
  name: string = `gather ${keys.join(" ")}`,
): Step<Input, Pick<Input, Key>> {
  if (keys.length === 0) throw new InvalidOptionError("keys", keys, "a list of at least one key");
  const run = (input: Input): Pick<Input, Key> =>
    Object.fromEntries(keys.map((key) => [key, input[key]])) as Pick<Input, Key>;
  return new FunctionStep<Input, Pick<Input, Key>>({
    name,
    run: run as (input: never) => unknown,
    meta: { gather: keys },
  });
}
