import { checkChoice, checkCount } from "../errors/check-option.ts";
import { InvalidOptionError } from "../errors/invalid-option-error.ts";
import type { StepEdge } from "../graph/edges.ts";
import { type AnyStep, isStep, Step, type StepChild, type StepShape } from "../step/step.ts";
import { checkMerge, type FailureMode, fanOutNotes, type MergeStrategy } from "./fan-out.ts";

export interface MapOptions<Mode extends FailureMode = FailureMode, Context = unknown> {
  /** Default `failFast`. */
  readonly onFailure?: Mode;
  /** How the items' context changes come together, in the order of the items. Default `errorOnConflict`. */
  readonly merge?: MergeStrategy<Context>;
  /** Most items at a time. Whole, at least 1, or Infinity. Default 16. */
  readonly concurrency?: number;
}

/** What `map` gives for each item. */
export type MapOutput<Output, Mode extends FailureMode> = Mode extends "collect"
  ? PromiseSettledResult<Output>[]
  : Output[];

/** Runs its body on each item of a list. Results are in the order of the items. */
export class MapStep<in Input, out Output, in Context = unknown> extends Step<Input, Output, Context> {
  readonly kind = "map";
  readonly body: AnyStep;
  readonly onFailure: FailureMode;
  readonly merge: MergeStrategy<never>;
  readonly concurrency: number;

  /** @throws {@link InvalidOptionError} naming the first option that can't be used. */
  constructor(name: string, body: AnyStep, options: MapOptions<FailureMode, never> = {}) {
    super(name);
    if (!isStep(body)) throw new InvalidOptionError(`body of map "${name}"`, body, "a step");
    this.body = body;
    this.onFailure = checkChoice("onFailure", options.onFailure ?? "failFast", ["failFast", "collect"]);
    this.merge = checkMerge(options.merge);
    this.concurrency = checkCount("concurrency", options.concurrency ?? 16, 1, true);
    if (new.target === MapStep) Object.freeze(this);
  }

  override children(): readonly StepChild[] {
    return [{ role: "body", step: this.body }];
  }

  override details(): Readonly<Record<string, unknown>> {
    return { onFailure: this.onFailure, merge: typeof this.merge === "function" ? "function" : this.merge };
  }

  override get shape(): StepShape {
    return "round";
  }

  override edges(): readonly StepEdge[] {
    return [
      { from: "start", to: 0, label: "each" },
      { from: 0, to: "end" },
    ];
  }

  override notes(): readonly string[] {
    return [...(this.concurrency === Infinity ? [] : [`${this.concurrency} at a time`]), ...fanOutNotes(this)];
  }
}
