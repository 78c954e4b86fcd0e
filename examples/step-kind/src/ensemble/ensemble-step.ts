import {
  type AnyStep,
  type DecisionScope,
  InvalidOptionError,
  isStep,
  type MaybePromise,
  Step,
  type StepChild,
  type StepEdge,
  type StepFinding,
  type StepShape,
} from "@flujo/dsl";

/** What the constructor takes: `ensemble` knows the types. */
interface EnsembleParts {
  readonly body: AnyStep;
  readonly times: number;
  readonly quorum?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly vote: (outputs: never, scope: DecisionScope<never>) => unknown;
}

/** Runs its body several times on the same input and makes one result of what it gives. */
export class EnsembleStep<in Input, out Output, in Context = unknown> extends Step<Input, Output, Context> {
  readonly kind = "example.ensemble";
  readonly body: AnyStep;
  readonly times: number;
  readonly quorum: number;
  readonly concurrency: number;
  readonly vote: (outputs: never, scope: DecisionScope<never>) => MaybePromise<unknown>;

  /** @throws {@link InvalidOptionError} naming the first option that can't be used. */
  constructor(name: string, { body, times, quorum = times, concurrency = times, vote }: EnsembleParts) {
    super(name);
    if (!isStep(body)) throw new InvalidOptionError(`body of ensemble "${name}"`, body, "a step");
    if (typeof vote !== "function") throw new InvalidOptionError(`vote of ensemble "${name}"`, vote, "a function");
    this.body = body;
    this.vote = vote;
    this.times = checkWhole("times", times, Infinity);
    this.quorum = checkWhole("quorum", quorum, times);
    this.concurrency = checkWhole("concurrency", concurrency, Infinity);
    if (new.target === EnsembleStep) Object.freeze(this);
  }

  override children(): readonly StepChild[] {
    return [{ role: "body", step: this.body }];
  }

  /** How many run at a time is left out: a run means the same with another number. */
  override details(): Readonly<Record<string, unknown>> {
    return { times: this.times, quorum: this.quorum };
  }

  override findings(): readonly StepFinding[] {
    if (this.times > 1) return [];
    return [
      {
        rule: "EXAMPLE002",
        severity: "warning",
        message: `ensemble "${this.name}" has one member: its vote decides nothing`,
        fix: "give it times above 1, or use its body alone",
      },
    ];
  }

  // Drawings: the members stand side by side, where a body is otherwise taken to come round again.
  override edges(): readonly StepEdge[] {
    return [
      { from: "start", to: 0, label: `${this.times} members` },
      { from: 0, to: "end", label: "vote" },
    ];
  }

  override get shape(): StepShape {
    return "round";
  }
}

/** @throws {@link InvalidOptionError} unless `value` is a whole number from 1 to `most`. */
function checkWhole(option: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  const upTo = most === Infinity ? "" : ` to ${most}`;
  throw new InvalidOptionError(option, value, `a whole number from 1${upTo}`);
}
