import { InvalidOptionError } from "./invalid-option-error.ts";

/**
 * Refuses options that nobody knows: a misspelt one would be without effect. For whatever takes options, step kinds and plugins
 * of your own included.
 *
 * @param owner - what the message calls them: `options`, `retry`
 * @throws {@link InvalidOptionError} unless `options` is an object with no other keys than the known.
 */
export function checkKeys(owner: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) throw new InvalidOptionError(owner, options, "an object");
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new InvalidOptionError(`${owner}.${key}`, key, `one of ${known.join(", ")}`);
  }
}

/** @throws {@link InvalidOptionError} if all of `options` are left out. */
export function checkSome(owner: string, options: Readonly<Record<string, unknown>>): void {
  if (Object.values(options).some((value) => value !== undefined)) return;
  throw new InvalidOptionError(owner, {}, `an object with at least one of ${Object.keys(options).join(", ")}`);
}
