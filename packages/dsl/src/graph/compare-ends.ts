import type { End } from "./ends.ts";
import type { GraphFinding } from "./finding.ts";
import { type Fit, fits, type Spot } from "./schema/fits.ts";

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
  return { severity: (fit.cause === "type" || fit.never) && !to.met ? "error" : "warning", fit };
}

/** Where in the values, and why. */
export function reason({ at, why }: Spot): string {
  return at === "" ? why : `at ${at}, ${why}`;
}
