import { InvalidOptionError } from "@flujo/dsl";
import type { BuiltInFeature, DegradationLevel } from "../protocols/graceful-degradation.ts";
import { checkLevel, rankOf } from "./levels.ts";

const BUILT_IN: Readonly<Record<BuiltInFeature, DegradationLevel>> = {
  "payload-capture": "minor",
  "detailed-spans": "minor",
  speculation: "moderate",
  "optional-steps": "moderate",
  admission: "severe",
};

/** Which features there are, and from which level on each is off. */
export class Features {
  /** The rank from which on a feature is off. */
  readonly #offFrom = new Map<string, number>();

  constructor() {
    for (const [name, level] of Object.entries(BUILT_IN)) this.#offFrom.set(name, rankOf(level));
  }

  /** @throws {@link InvalidOptionError} for a name that is blank, or a level that is none. */
  register({ name, disableAt }: { readonly name: string; readonly disableAt: DegradationLevel }): void {
    if (typeof name !== "string" || name.trim() === "") {
      throw new InvalidOptionError("feature.name", name, "a string that is not blank");
    }
    this.#offFrom.set(name, rankOf(checkLevel("feature.disableAt", disableAt)));
  }

  isEnabled(name: string, level: DegradationLevel): boolean {
    const offFrom = this.#offFrom.get(name);
    return offFrom === undefined || rankOf(level) < offFrom;
  }

  /** Those that are on at one of two levels and off at the other, in the order in which they became known. */
  between(one: DegradationLevel, other: DegradationLevel): readonly string[] {
    return [...this.#offFrom.keys()].filter((name) => this.isEnabled(name, one) !== this.isEnabled(name, other));
  }
}
