import { InvalidArgumentError } from "commander";

/** A number of at least 0, with or without a fraction. */
export function amount(text: string): number {
  if (!/^\d+(?:\.\d+)?$/.test(text)) throw new InvalidArgumentError("It must be an amount such as 0.5.");
  return Number(text);
}
