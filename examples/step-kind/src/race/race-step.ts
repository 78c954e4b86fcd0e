import {
  type AnyStep,
  InvalidOptionError,
  isStep,
  Step,
  type StepChild,
  type StepFinding,
  type StepShape,
} from "@flujo/dsl";

/** Runs branches on the same input at the same time; the first to complete wins, the others are aborted. */
export class RaceStep<in Input, out Output, in Context = unknown> extends Step<Input, Output, Context> {
  readonly kind = "example.race";
  readonly branches: Readonly<Record<string, AnyStep>>;

  /** @throws {@link InvalidOptionError} naming the first branch that is not a step. */
  constructor(name: string, branches: Readonly<Record<string, AnyStep>>) {
    super(name);
    for (const [label, branch] of Object.entries(branches)) {
      if (!isStep(branch)) throw new InvalidOptionError(`"${label}" of race "${name}"`, branch, "a step");
    }
    this.branches = Object.freeze({ ...branches });
    if (new.target === RaceStep) Object.freeze(this);
  }

  override children(): readonly StepChild[] {
    return Object.entries(this.branches).map(([label, step]) => ({ role: "branch", label, step }));
  }

  override findings(): readonly StepFinding[] {
    const count = Object.keys(this.branches).length;
    if (count > 1) return [];
    return [
      {
        rule: "EXAMPLE001",
        severity: count === 0 ? "error" : "warning",
        message: `race "${this.name}" has ${count === 0 ? "no branches" : "one branch, which always wins"}`,
        fix: "give it at least two branches",
      },
    ];
  }

  override get shape(): StepShape {
    return "hexagon";
  }
}
