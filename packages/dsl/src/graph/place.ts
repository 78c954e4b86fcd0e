import type { AnyStep, StepFinding } from "../step/step.ts";

/** A step where it stands in a graph. */
export interface Place {
  readonly step: AnyStep;
  /** Names from the outermost step inwards. */
  readonly path: string;
  /** The steps whose attempts this one is part of, outermost first. What stands for a step is not listed as within it. */
  readonly within: readonly AnyStep[];
}

/** Looks at one step, what is in it and what it is in. */
export type Rule = (place: Place) => readonly StepFinding[];
