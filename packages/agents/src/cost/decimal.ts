/** 1 is 10 to this power of the unit that amounts are kept in: a dollar of pico-dollars. */
const DIGITS = 12;

/**
 * A decimal number times 10¹², by its digits: 0.1 is not a tenth as a number, and is as a text. What is less than half a unit
 * is lost. `undefined` for what is no finite amount of at least 0.
 */
export function toPico(amount: unknown): bigint | undefined {
  if (typeof amount !== "number" && typeof amount !== "string") return undefined;
  const parts = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/i.exec(String(amount));
  if (parts === null) return undefined;
  const [, whole = "", fraction = "", exponent = "0"] = parts;
  const all = BigInt(whole + fraction);
  const zeros = DIGITS + Number(exponent) - fraction.length;
  return zeros >= 0 ? all * 10n ** BigInt(zeros) : divideRounded(all, 10n ** BigInt(-zeros));
}

/** To the nearest whole number; half goes up. Neither may be below 0. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor / 2n) / divisor;
}

/** A number for those who want one, the nearest there is. */
export function toUsd(pico: bigint): number {
  return Number(`${pico}e-${DIGITS}`);
}
