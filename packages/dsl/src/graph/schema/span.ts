import type { JsonSchema } from "./json-schema.ts";

/** The numbers that a schema lets through. */
export interface Span {
  readonly min: number;
  readonly max: number;
  /** Whether `min`, or `max`, itself is left out. */
  readonly minOpen: boolean;
  readonly maxOpen: boolean;
  /** All of them are multiples of it, where it is given. */
  readonly step: number | undefined;
}

/** Of a numeric schema. The limits of what a double can count exactly, which libraries add to integers, are no limits here. */
export function numberSpan(schema: JsonSchema): Span {
  const multiple = numberOr(schema.multipleOf, undefined);
  const step = schema.type === "integer" ? (Number.isInteger(multiple) ? multiple : 1) : multiple;
  const [min, minOpen] = bound(numberOr(schema.minimum, -Infinity), numberOr(schema.exclusiveMinimum, -Infinity), 1);
  const [max, maxOpen] = bound(numberOr(schema.maximum, Infinity), numberOr(schema.exclusiveMaximum, Infinity), -1);
  if (step === undefined || !Number.isInteger(step)) return { min, max, minOpen, maxOpen, step };
  // Among whole steps an open end is the next step's closed one.
  const first = Math.ceil(min / step) * step;
  const last = Math.floor(max / step) * step;
  return {
    min: minOpen && first === min ? first + step : first,
    max: maxOpen && last === max ? last - step : last,
    minOpen: false,
    maxOpen: false,
    step,
  };
}

/** Of a length or a count: `minLength`, `maxItems` and their like. */
export function countSpan(schema: JsonSchema, minKeyword: string, maxKeyword: string): Span {
  return {
    min: numberOr(schema[minKeyword], 0),
    max: numberOr(schema[maxKeyword], Infinity),
    minOpen: false,
    maxOpen: false,
    step: 1,
  };
}

/** Whether no number is in the span. */
export function isVoid({ min, max, minOpen, maxOpen }: Span): boolean {
  return min > max || (min === max && (minOpen || maxOpen));
}

/** The numbers that are in both; steps left out. */
export function overlap(a: Span, b: Span): Span {
  const lower = a.min > b.min || (a.min === b.min && a.minOpen) ? a : b;
  const upper = a.max < b.max || (a.max === b.max && a.maxOpen) ? a : b;
  return { min: lower.min, minOpen: lower.minOpen, max: upper.max, maxOpen: upper.maxOpen, step: undefined };
}

/** Whether the ends of `a` lie in those of `b`. */
export function isWithin(a: Span, b: Span): boolean {
  const both = overlap(a, b);
  return both.min === a.min && both.max === a.max && both.minOpen === a.minOpen && both.maxOpen === a.maxOpen;
}

function bound(closed: number, open: number, sign: 1 | -1): readonly [number, boolean] {
  const isOpen = sign * open >= sign * closed && Number.isFinite(open);
  const value = isOpen ? open : closed;
  return sign * value <= -Number.MAX_SAFE_INTEGER ? [-sign * Infinity, false] : [value, isOpen];
}

function numberOr<Default>(value: unknown, otherwise: Default): number | Default {
  return typeof value === "number" ? value : otherwise;
}
