import type { End } from "./ends.ts";
import type { GraphFinding } from "./finding.ts";
import { isSamePlace } from "./refusals.ts";
import { type Fit, fits, type Spot } from "./schema/fits.ts";
import type { JsonSchema } from "./schema/json-schema.ts";
import { samples } from "./schema/samples.ts";

/** Something to say of values that go from one end to another. */
export interface Mismatch {
  readonly severity: GraphFinding["severity"];
  readonly fit: Exclude<Fit, { readonly fit: "yes" }>;
}

/** What is wrong with values going from one end to the other, if anything is and both say what theirs are. */
export function compareEnds(from: End, to: End): Mismatch | undefined {
  if (from.schema === undefined || to.schema === undefined) return undefined;
  const fit = fits(from.schema, to.schema);
  if (fit.fit === "yes") return undefined;
  // A function that chooses who is given a value may well choose by what fits; what never fits is wrong all the same.
  if (to.chosen && !(fit.fit === "no" && fit.never)) return undefined;
  if (fit.fit === "unknown") return { severity: "note", fit };
  if (fit.cause === "bound" && !fit.never) return { severity: "warning", fit };
  const refused = isRefused(from.schema, to, fit.at);
  if (refused === false) return undefined;
  return { severity: refused && !to.met ? "error" : "warning", fit };
}

/**
 * Whether the check itself, asked with made-up values, refuses one of them there: what it coerces, or catches, it takes,
 * whatever its JSON Schema says. `undefined` if it doesn't answer at once.
 */
function isRefused(given: JsonSchema, { refusals }: End, at: string): boolean | undefined {
  if (refusals === undefined) return true;
  const answers = samples(given).map(refusals);
  if (answers.some((places) => places?.some((refused) => isSamePlace(refused, at)))) return true;
  return answers.includes(undefined) ? undefined : false;
}

/** Where in the values, and why. */
export function reason({ at, why }: Spot): string {
  return at === "" ? why : `at ${at}, ${why}`;
}
