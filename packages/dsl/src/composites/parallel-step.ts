import { checkChoice, checkCount } from "../errors/check-option.ts";
import { InvalidOptionError } from "../errors/invalid-option-error.ts";
import {
  type AnyStep,
  isStep,
  type OutputOf,
  Step,
  type StepChild,
  type StepFinding,
  type StepShape,
} from "../step/step.ts";
import { checkMerge, type FailureMode, fanOutNotes, type MergeStrategy, mergeDetails } from "./fan-out.ts";

export interface ParallelOptions<Mode extends FailureMode = FailureMode, Context = unknown> {
  /** Default `failFast`. */
  readonly onFailure?: Mode;
  /** Default `errorOnConflict`. */
  readonly merge?: MergeStrategy<Context>;
  /** Most branches at a time. Whole, at least 1. Default: all at once. */
  readonly concurrency?: number;
}

/**
 * What `parallel` gives: one property a branch.
 *
 * A condition around the object, not in its properties: the compiler then shows `{ words: string[] }` in hovers and
 * messages, and not this type's name with all the branches' types.
 */
export type ParallelOutput<Branches, Mode extends FailureMode> = Mode extends "collect"
  ? {
      -readonly [Name in keyof Branches]: Branches[Name] extends AnyStep
        ? PromiseSettledResult<OutputOf<Branches[Name]>>
        : never;
    }
  : { -readonly [Name in keyof Branches]: Branches[Name] extends AnyStep ? OutputOf<Branches[Name]> : never };

/** Runs named branches on the same input, at the same time. */
export class ParallelStep<in Input, out Output, in Context = unknown> extends Step<Input, Output, Context> {
  readonly kind = "parallel";
  readonly branches: Readonly<Record<string, AnyStep>>;
  readonly onFailure: FailureMode;
  readonly merge: MergeStrategy<never>;
  readonly concurrency: number;

  /** @throws {@link InvalidOptionError} naming the first option that can't be used. */
  constructor(
    name: string,
    branches: Readonly<Record<string, AnyStep>>,
    options: ParallelOptions<FailureMode, never> = {},
  ) {
    super(name);
    this.branches = Object.freeze(checkBranches(name, branches));
    this.onFailure = checkChoice("onFailure", options.onFailure ?? "failFast", ["failFast", "collect"]);
    this.merge = checkMerge(options.merge);
    this.concurrency = checkCount("concurrency", options.concurrency ?? Infinity, 1, true);
    if (new.target === ParallelStep) Object.freeze(this);
  }

  override children(): readonly StepChild[] {
    return Object.entries(this.branches).map(([label, step]) => ({ role: "branch", label, step }));
  }

  override details(): Readonly<Record<string, unknown>> {
    return { onFailure: this.onFailure, ...mergeDetails(this.merge, Object.keys(this.branches)) };
  }

  override findings(): readonly StepFinding[] {
    if (Object.keys(this.branches).length > 0) return [];
    return [
      {
        rule: "FLJ002",
        severity: "error",
        message: `parallel "${this.name}" has no branches`,
        fix: "give it at least one branch",
      },
    ];
  }

  override get shape(): StepShape {
    return "hexagon";
  }

  override notes(): readonly string[] {
    return [...(this.concurrency === Infinity ? [] : [`${this.concurrency} at a time`]), ...fanOutNotes(this)];
  }
}

/** A copy of a record of steps. @throws {@link InvalidOptionError} for what is not a step. */
export function checkBranches(owner: string, branches: Readonly<Record<string, AnyStep>>): Record<string, AnyStep> {
  for (const [label, step] of Object.entries(branches)) {
    if (!isStep(step)) throw new InvalidOptionError(`"${label}" of "${owner}"`, step, "a step");
  }
  return { ...branches };
}
