import { InvalidOptionError } from "@flujo/core/protocols";

/** @throws {@link InvalidOptionError} unless `value` is a whole number of at least `least`. */
export function checkCount(option: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new InvalidOptionError(option, value, `a whole number from ${least}`);
}

/** @throws {@link InvalidOptionError} unless `value` is a finite number from 0 to `most`. */
export function checkAmount(option: string, value: number, most: number = Number.MAX_VALUE): number {
  if (Number.isFinite(value) && value >= 0 && value <= most) return value;
  const range = most === Number.MAX_VALUE ? "a finite number from 0" : `a number from 0 to ${most}`;
  throw new InvalidOptionError(option, value, range);
}

/** @throws {@link InvalidOptionError} unless `value` is one of `choices`. */
export function checkChoice<Choice extends string>(option: string, value: unknown, choices: readonly Choice[]): Choice {
  if ((choices as readonly unknown[]).includes(value)) return value as Choice;
  throw new InvalidOptionError(option, value, `one of ${choices.map((choice) => `"${choice}"`).join(", ")}`);
}

/** @throws {@link InvalidOptionError} unless `value` is a string with something visible in it. */
export function checkName(option: string, value: string): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new InvalidOptionError(option, value, "a string that is not blank");
}
