import type { NumberNode } from "../text/source-node.ts";
import type { FitChange, Place } from "./fitted.ts";

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEXADECIMAL = /^0[xX][\da-fA-F]+$/;
const UNDERSCORED = /^[+-]?\d+(?:_\d+)+$/;
const OCTAL = /^[+-]?0[0-7]+$/;
const GROUPED = /^[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/;

/**
 * The number that a token without quotes is, or `undefined` if it is none, has more digits than a number can keep, or
 * might be another one: `010` is 8 to some, and `007` is 7 to all.
 */
export function numberOf(raw: string): number | undefined {
  if (JSON_NUMBER.test(raw)) return isRounded(raw, Number(raw)) ? undefined : finite(Number(raw));
  if (mayBeOctal(raw)) return undefined;
  if (GROUPED.test(raw)) return numberInText(raw);
  if (DECIMAL.test(raw) || HEXADECIMAL.test(raw)) return finite(Number(raw));
  return UNDERSCORED.test(raw) ? finite(Number(raw.replaceAll("_", ""))) : undefined;
}

/** What has to be said of a token that is a number. */
export function numberChanges({ raw, at }: NumberNode, place: Place | undefined): readonly FitChange[] {
  return JSON_NUMBER.test(raw) ? [] : [{ kind: "number-form", place, at }];
}

/**
 * The number that a text is, and nothing but that: no unit, no words, no digits lost. Commas may stand between groups
 * of three digits.
 */
export function numberInText(text: string): number | undefined {
  const trimmed = text.trim();
  const raw = GROUPED.test(trimmed) ? trimmed.replaceAll(",", "") : trimmed;
  if (!DECIMAL.test(raw) || mayBeOctal(raw)) return undefined;
  const value = finite(Number(raw));
  return value === undefined || isRounded(raw, value) ? undefined : value;
}

/** Whether a whole number has more digits than a number can keep, and is not just as one that it can keep is written. */
export function isRounded(raw: string, value: number): boolean {
  if (!Number.isFinite(value)) return true;
  if (Number.isSafeInteger(value) || String(value) === raw || !/^[+-]?\d+$/.test(raw)) return false;
  return BigInt(raw.replace("+", "")) !== BigInt(value);
}

function mayBeOctal(raw: string): boolean {
  return OCTAL.test(raw) && Number.parseInt(raw, 8) !== Number(raw);
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
