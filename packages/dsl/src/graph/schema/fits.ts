import { placeOfKey } from "../refusals.ts";
import {
  acceptsAll,
  alternatives,
  isEmpty,
  isOpaque,
  itemOf,
  mostItems,
  placesOf,
  propertyOf,
  requiredOf,
} from "./alternatives.ts";
import { areDisjoint } from "./disjoint.ts";
import { equal } from "./exactly.ts";
import { type JsonSchema, UNSAID } from "./json-schema.ts";
import { countSpan, isWithin, numberSpan, type Span } from "./span.ts";

/** Whether every value that one schema accepts is accepted by another. */
export type Fit =
  | { readonly fit: "yes" }
  | ({ readonly fit: "unknown" } & Spot)
  | ({
      readonly fit: "no";
      /** `type`: as the types of the language would say; `bound`: a range, a length, a pattern or a step keeps some out. */
      readonly cause: "type" | "bound";
      /** Whether no value at all is accepted. */
      readonly never: boolean;
    } & Spot);

/** Where the first obstacle is, and what it is. */
export interface Spot {
  /** Where in the value, such as `.tags[].name`; empty for the whole of it. */
  readonly at: string;
  /** Such as `a string is given, a number is wanted`. */
  readonly why: string;
}

/** How one part of a schema fits another: `partly` when the types agree, but a bound keeps some values out. */
interface Found extends Spot {
  readonly fit: "yes" | "unknown" | "partly" | "no";
}

const YES: Found = Object.freeze({ fit: "yes", at: "", why: "" });
const ORDER = { yes: 0, unknown: 1, partly: 2, no: 3 };

/** Most pairs of schemas compared, and deepest in each other, before the answer is `unknown`: unions of unions multiply. */
const MOST_PAIRS = 20_000;
const MOST_NESTED = 200;

/**
 * Whether every value that `given` accepts is accepted by `wanted`. `yes` and `no` are certain of what the schemas say;
 * what a library checks beside its JSON Schema is not seen.
 */
export function fits(given: JsonSchema, wanted: JsonSchema): Fit {
  const { fit, at, why } = new Comparison().fit(given, wanted, "");
  if (fit === "yes") return { fit };
  if (fit === "unknown") return { fit, at, why };
  return { fit: "no", cause: fit === "no" ? "type" : "bound", never: areDisjoint(given, wanted), at, why };
}

class Comparison {
  /** The pairs being compared. Met again inside themselves, they are taken to fit: that is what recursion means. */
  readonly #open = new Map<JsonSchema, Set<JsonSchema>>();
  #pairs = 0;
  #nested = 0;

  fit(a: JsonSchema, b: JsonSchema, at: string): Found {
    if (a === b || a === UNSAID || acceptsAll(b) || isEmpty(a)) return YES;
    if (++this.#pairs > MOST_PAIRS || this.#nested > MOST_NESTED)
      return unknown(at, "the schemas are too large to compare");
    const open = this.#open.get(a) ?? new Set();
    if (open.has(b)) return YES;
    this.#open.set(a, open.add(b));
    this.#nested++;
    const found = this.#whole(a, b, at);
    this.#nested--;
    open.delete(b);
    return found;
  }

  #whole(a: JsonSchema, b: JsonSchema, at: string): Found {
    if (isEmpty(b)) return no(at, "nothing is accepted there");
    if (Array.isArray(b.allOf)) {
      const { allOf, ...base } = b;
      return worst([base, ...(allOf as JsonSchema[])].map((part) => this.fit(a, part, at)));
    }
    if (Array.isArray(a.allOf)) {
      const { allOf, ...base } = a;
      const parts = [base, ...(allOf as JsonSchema[])].map((part) => this.fit(part, b, at));
      return parts.some(({ fit }) => fit === "yes") ? YES : certainly(a, b, worst(parts));
    }
    const choices = alternatives(b);
    const given = alternatives(a).filter((choice) => !isEmpty(choice));
    const found = worst(given.map((choice) => this.#choice(choice, choices, b.oneOf !== undefined, at)));
    // A value that two members of a `oneOf` accept is refused by it.
    const overlaps =
      a.oneOf !== undefined && !given.every((x, i) => given.every((y, j) => i >= j || areDisjoint(x, y)));
    return overlaps || isOpaque(a) ? certainly(a, b, found) : found;
  }

  /** One alternative against all that are accepted. */
  #choice(a: JsonSchema, choices: readonly JsonSchema[], exclusive: boolean, at: string): Found {
    if (a.allOf !== undefined && choices.length > 1) {
      return worstUnless(
        choices.map((b) => this.fit(a, b, at)),
        at,
      );
    }
    const rivals = choices.filter((b) => !areDisjoint(a, b));
    const [only] = rivals;
    if (only === undefined) return this.#mismatch(a, choices, at);
    if (rivals.length === 1) return this.#plain(a, only, at);
    if (!exclusive && rivals.some((b) => this.#plain(a, b, at).fit === "yes")) return YES;
    const exact = rivals.filter((b) => "const" in b);
    if (exact.length === rivals.length && valuesOf(a) > exact.length) return no(at, `only ${list(exact)} are accepted`);
    const variants = split(a);
    if (variants.length === 1) return unknown(at, "the members of a union overlap");
    return worst(variants.map((variant) => this.#choice(variant, choices, exclusive, at)));
  }

  /** For what shares no value with any alternative: says why of the likeliest. */
  #mismatch(a: JsonSchema, choices: readonly JsonSchema[], at: string): Found {
    const alike = choices.filter((b) => kind(b) === kind(a) && !isOpaque(b));
    const [only] = alike;
    if (only !== undefined && alike.length === 1) {
      const found = this.#plain(a, only, at);
      if (found.fit === "no" || found.fit === "partly") return found;
    }
    return no(at, `${show(a)} is given, ${choices.length > 8 ? "something else" : list(choices)} is wanted`);
  }

  /** For schemas of one type or one value each. */
  #plain(a: JsonSchema, b: JsonSchema, at: string): Found {
    if ([a, b].some((schema) => (schema.allOf ?? schema.anyOf ?? schema.oneOf) !== undefined))
      return this.fit(a, b, at);
    if (typeof a.type !== "string") {
      return "const" in a && "const" in b && equal(a.const, b.const)
        ? YES
        : unknown(at, "what is given there has no type");
    }
    if (b.type !== undefined && kind(a) !== kind(b)) return no(at, `${show(a)} is given, ${show(b)} is wanted`);
    if ("const" in b) {
      if ("const" in a) return equal(a.const, b.const) ? YES : no(at, `${show(a)} is given, ${show(b)} is wanted`);
      return valuesOf(a) > 1
        ? no(at, `${show(a)} is given, ${show(b)} is wanted`)
        : unknown(at, `it may be ${show(b)}`);
    }
    const found = this.#within(a, b, at);
    const whole = isOpaque(b) ? worst([found, unknown(at, "not all of what is wanted can be weighed")]) : found;
    return isOpaque(a) ? certainly(a, b, whole) : whole;
  }

  #within(a: JsonSchema, b: JsonSchema, at: string): Found {
    switch (kind(a)) {
      case "number":
        return number(a, b, at);
      case "string":
        return string(a, b, at);
      case "array":
        return this.#array(a, b, at);
      case "object":
        return this.#object(a, b, at);
      default:
        return YES;
    }
  }

  #array(a: JsonSchema, b: JsonSchema, at: string): Found {
    const found: Found[] = [];
    const most = mostItems(a);
    const given = { ...countSpan(a, "minItems", "maxItems"), max: most };
    const wanted = { ...countSpan(b, "minItems", "maxItems"), max: mostItems(b) };
    if (!isWithin(given, wanted))
      found.push(partly(at, `${span(given, "items")} are given, ${span(wanted, "items")} are wanted`));
    const places = Math.max(placesOf(a), placesOf(b));
    for (let index = 0; index <= places && index < Math.min(most, wanted.max); index++) {
      const where = index === places ? `${at}[]` : `${at}[${index}]`;
      found.push(this.fit(itemOf(a, index), itemOf(b, index), where));
    }
    if (b.uniqueItems === true && a.uniqueItems !== true && most > 1) found.push(unknown(at, "items may be equal"));
    return worst(found);
  }

  #object(a: JsonSchema, b: JsonSchema, at: string): Found {
    const given = Object.keys((a.properties ?? {}) as object);
    const wanted = Object.keys((b.properties ?? {}) as object);
    const required = requiredOf(a);
    const found = requiredOf(b)
      .filter((key) => !required.includes(key))
      .map((key) => no(at + placeOfKey(key), isEmpty(propertyOf(a, key)) ? "it is missing" : "it may be missing"));
    for (const key of new Set([...given, ...wanted])) {
      const property = propertyOf(a, key);
      if (isEmpty(property)) continue;
      const value = this.fit(property, propertyOf(b, key), at + placeOfKey(key));
      // Types let what is optional pass where it isn't known; only the check at run time refuses it.
      found.push(wanted.includes(key) || required.includes(key) ? value : lessened(value));
    }
    const accepted = (b.additionalProperties ?? {}) as JsonSchema;
    const beside = this.fit((a.additionalProperties ?? {}) as JsonSchema, accepted, `${at}.*`);
    // A schema that doesn't mention other properties mostly means that they are dropped: nothing is certain of them.
    const certain = a.additionalProperties !== undefined || beside.fit === "yes";
    const others = isEmpty(accepted) ? lessened(beside) : beside;
    found.push(certain ? others : unknown(`${at}.*`, "there may be other properties"));
    return worst(found);
  }
}

function number(a: JsonSchema, b: JsonSchema, at: string): Found {
  const [given, wanted] = [numberSpan(a), numberSpan(b)];
  const whole = (step: number | undefined): boolean => step === undefined || Number.isInteger(step);
  const found: Found[] = [];
  // The step of what is wanted is weighed below: here its ends count as they were given.
  if (!isWithin(given, numberSpan({ ...b, type: "number", multipleOf: undefined }))) {
    const why = `${span(given, "")} is given, ${span(wanted, "")} is wanted`;
    found.push(whole(given.step) || "const" in a ? partly(at, why) : unknown(at, why));
  }
  if (wanted.step === undefined || wanted.step === given.step) return worst(found);
  const why = wanted.step === 1 ? "a whole number is wanted" : `a multiple of ${wanted.step} is wanted`;
  if (!whole(wanted.step) || !whole(given.step)) found.push(unknown(at, why));
  else if ("const" in a) found.push((a.const as number) % wanted.step === 0 ? YES : partly(at, why));
  else if (given.step === undefined || given.step % wanted.step !== 0) {
    const several = given.max - given.min >= (given.step ?? 0) && given.max > given.min;
    found.push(several ? partly(at, why) : unknown(at, why));
  }
  return worst(found);
}

/** Strings of several shapes, one of which most patterns refuse. */
const SAMPLES = ["", " ", "a", "A", "0", "-", "~ ~", "a a a a a a a a a a", "\u2603".repeat(20)];

function string(a: JsonSchema, b: JsonSchema, at: string): Found {
  const found: Found[] = [];
  const given = countSpan(a, "minLength", "maxLength");
  const wanted = countSpan(b, "minLength", "maxLength");
  // A pattern or a format may keep the length in bounds without saying so.
  const free = a.pattern === undefined && a.format === undefined && !isOpaque(a);
  if (!isWithin(given, wanted)) {
    const why = `${span(given, "characters")} are given, ${span(wanted, "characters")} are wanted`;
    found.push(free ? partly(at, why) : unknown(at, why));
  }
  if (b.format !== undefined && b.format !== a.format) found.push(unknown(at, `the format ${b.format} is wanted`));
  if (typeof b.pattern === "string" && b.pattern !== a.pattern) {
    const why = `the pattern ${b.pattern} is wanted`;
    const samples =
      "const" in a ? [a.const as string] : SAMPLES.filter((text) => free && within([...text].length, given));
    const matches = matcher(b.pattern);
    if (matches !== undefined && samples.some((text) => !matches(text))) found.push(partly(at, why));
    else if (matches === undefined || !("const" in a)) found.push(unknown(at, why));
  }
  return worst(found);
}

function within(length: number, { min, max }: Span): boolean {
  return length >= min && length <= max;
}

function matcher(pattern: string): ((text: string) => boolean) | undefined {
  try {
    const expression = new RegExp(pattern, "u");
    return (text) => expression.test(text);
  } catch {
    // Not an expression of this language: nothing is known of it.
    return undefined;
  }
}

/** How many values a schema has at least; 1 where that can't be told. */
function valuesOf(schema: JsonSchema): number {
  if ("const" in schema || isOpaque(schema)) return 1;
  if (kind(schema) === "number") {
    const { min, max, step } = numberSpan(schema);
    if (step === undefined) return max > min ? Infinity : 1;
    return Math.max(1, Math.floor((max - min) / step));
  }
  if (schema.type !== "string" || schema.pattern !== undefined || schema.format !== undefined) return 1;
  return countSpan(schema, "minLength", "maxLength").max > 0 ? Infinity : 1;
}

/** An object once for each value of a property that has few: the members of a union are mostly told apart by one. */
function split(schema: JsonSchema): readonly JsonSchema[] {
  if (schema.type !== "object") return [schema];
  for (const key of requiredOf(schema)) {
    const choices = alternatives(propertyOf(schema, key));
    if (choices.length < 2 || !choices.every((choice) => "const" in choice)) continue;
    return choices.map((choice) => ({
      ...schema,
      properties: { ...(schema.properties as object), [key]: choice },
    }));
  }
  return [schema];
}

/** `found`, if it holds whatever else is asked of the values of `a`. */
function certainly(a: JsonSchema, b: JsonSchema, found: Found): Found {
  if (found.fit === "yes" || found.fit === "unknown") return found;
  return areDisjoint(a, b) ? found : { ...found, fit: "unknown" };
}

function worst(fits: readonly Found[]): Found {
  return fits.reduce((most, fit) => (ORDER[fit.fit] > ORDER[most.fit] ? fit : most), YES);
}

function worstUnless(fits: readonly Found[], at: string): Found {
  return fits.some(({ fit }) => fit === "yes") ? YES : unknown(at, "the members of a union overlap");
}

/** What may be there but need not, and isn't known on the other side, is no matter of types. */
function lessened(fit: Found): Found {
  return fit.fit === "no" ? { ...fit, fit: "partly" } : fit;
}

function no(at: string, why: string): Found {
  return { fit: "no", at, why };
}

function partly(at: string, why: string): Found {
  return { fit: "partly", at, why };
}

function unknown(at: string, why: string): Found {
  return { fit: "unknown", at, why };
}

function kind(schema: JsonSchema): unknown {
  return schema.type === "integer" ? "number" : schema.type;
}

function show(schema: JsonSchema): string {
  if ("const" in schema) return JSON.stringify(schema.const) ?? "a value";
  if (typeof schema.type !== "string") return "something";
  if (schema.type === "null") return "null";
  return `${/^[aio]/.test(schema.type) ? "an" : "a"} ${schema.type}`;
}

function list(schemas: readonly JsonSchema[]): string {
  return [...new Set(schemas.map(show))].join(" or ");
}

function span({ min, max }: Span, unit: string): string {
  const text =
    min === max ? `${min}` : max === Infinity ? `from ${min}` : min === -Infinity ? `up to ${max}` : `${min} to ${max}`;
  return `${text === "from -Infinity" ? "any number" : text} ${unit}`.trim();
}
