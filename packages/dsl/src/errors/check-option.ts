import { InvalidOptionError } from "./invalid-option-error.ts";

/** @throws {@link InvalidOptionError} unless `value` is a whole number of at least `least`, or Infinity where allowed. */
export function checkCount(option: string, value: number, least: number, allowInfinity = false): number {
  if ((Number.isInteger(value) || (allowInfinity && value === Infinity)) && value >= least) return value;
  throw new InvalidOptionError(option, value, `a whole number from ${least}${allowInfinity ? ", or Infinity" : ""}`);
}

/** @throws {@link InvalidOptionError} unless `value` is a finite number above `above` (or equal to it, if `orEqual`). */
export function checkAmount(option: string, value: number, above: number, orEqual = false): number {
  if (Number.isFinite(value) && (orEqual ? value >= above : value > above)) return value;
  throw new InvalidOptionError(option, value, `a number ${orEqual ? `of at least ${above}` : `above ${above}`}`);
}

/** @throws {@link InvalidOptionError} unless `value` is one of `choices`. */
export function checkChoice<Choice extends string>(option: string, value: unknown, choices: readonly Choice[]): Choice {
  if ((choices as readonly unknown[]).includes(value)) return value as Choice;
  throw new InvalidOptionError(option, value, `one of ${choices.map((choice) => `"${choice}"`).join(", ")}`);
}

/** @throws {@link InvalidOptionError} unless `value` is a function. */
export function checkFunction<Fn>(option: string, value: Fn): Fn {
  if (typeof value === "function") return value;
  throw new InvalidOptionError(option, value, "a function");
}

/** @throws {@link InvalidOptionError} unless `value` is a string with something visible in it. */
export function checkName(option: string, value: string): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new InvalidOptionError(option, value, "a string that is not blank");
}
