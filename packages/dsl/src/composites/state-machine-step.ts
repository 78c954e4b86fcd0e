import { checkCount } from "../errors/check-option.ts";
import { InvalidOptionError } from "../errors/invalid-option-error.ts";
import type { StepEdge } from "../graph/edges.ts";
import type { MaybePromise } from "../step/function-step.ts";
import { type AnyStep, type InputOf, type OutputOf, Step, type StepChild, type StepShape } from "../step/step.ts";
import type { IterationScope } from "./loop-step.ts";
import { checkBranches } from "./parallel-step.ts";

type StatesOf = Readonly<Record<string, AnyStep>>;

/** The states that can take what a state gives. */
type Reachable<States extends StatesOf, State extends keyof States> = {
  [Target in keyof States & string]: [OutputOf<States[State]>] extends [InputOf<States[Target]>] ? Target : never;
}[keyof States & string];

/** Where a state leads: a state's name, or a function that names one. */
export type NextState<States extends StatesOf, State extends keyof States, Context> =
  | Reachable<States, State>
  | ((output: OutputOf<States[State]>, scope: IterationScope<Context>) => MaybePromise<Reachable<States, State>>);

export interface StateMachineOptions<
  States extends StatesOf,
  Start extends keyof States & string,
  Final extends keyof States & string,
  Context,
> {
  /** The state that takes the machine's input. */
  readonly start: Start;
  readonly states: States;
  /** Where each state leads that is not final. What it gives is what the next one takes. */
  readonly next: { readonly [State in Exclude<keyof States & string, Final>]: NextState<States, State, Context> };
  /** The states at which the machine ends; it gives what the last one gave. */
  readonly final: readonly Final[];
  /** Most states run. Whole, at least 1, or Infinity. Beyond it the step fails with a `LoopExhaustedError`. */
  readonly maxHops: number;
}

/** How a state machine keeps where a state leads. */
type AnyNext = string | ((output: never, scope: IterationScope<never>) => MaybePromise<string>);

/** Runs states one after another, each leading to the next, until a final one has run. */
export class StateMachineStep<in Input, out Output, in Context = unknown> extends Step<Input, Output, Context> {
  readonly kind = "stateMachine";
  readonly start: string;
  readonly states: Readonly<Record<string, AnyStep>>;
  readonly next: Readonly<Record<string, AnyNext>>;
  readonly final: readonly string[];
  readonly maxHops: number;

  /** @throws {@link InvalidOptionError} naming the first option that can't be used. */
  constructor(
    name: string,
    options: {
      readonly start: string;
      readonly states: Readonly<Record<string, AnyStep>>;
      readonly next: Readonly<Record<string, AnyNext>>;
      readonly final: readonly string[];
      readonly maxHops: number;
    },
  ) {
    super(name);
    this.states = Object.freeze(checkBranches(name, options.states));
    const known = Object.keys(this.states);
    const checkState = (option: string, state: string): string => {
      if (known.includes(state)) return state;
      throw new InvalidOptionError(`${option} of state machine "${name}"`, state, `one of ${known.join(", ")}`);
    };
    this.start = checkState("start", options.start);
    this.final = Object.freeze(options.final.map((state) => checkState("final", state)));
    this.next = Object.freeze({ ...options.next });
    for (const state of known.filter((state) => !this.final.includes(state))) {
      const next = this.next[state];
      if (typeof next === "function") continue;
      if (typeof next !== "string") {
        throw new InvalidOptionError(`next.${state} of state machine "${name}"`, next, "a state's name or a function");
      }
      checkState(`next.${state}`, next);
    }
    this.maxHops = checkCount("maxHops", options.maxHops, 1, true);
    if (new.target === StateMachineStep) Object.freeze(this);
  }

  override children(): readonly StepChild[] {
    return Object.entries(this.states).map(([label, step]) => ({ role: "branch", label, step }));
  }

  override details(): Readonly<Record<string, unknown>> {
    const next = Object.entries(this.next).filter(([state]) => !this.final.includes(state));
    return {
      start: this.start,
      // A set: the order in which final states are listed means nothing.
      final: [...new Set(this.final)].sort(),
      next: Object.fromEntries(next.map(([state, to]) => [state, typeof to === "string" ? { state: to } : "function"])),
      maxHops: this.maxHops === Infinity ? "Infinity" : this.maxHops,
    };
  }

  override get shape(): StepShape {
    return "round";
  }

  /** Each way is named after the state that it leads to. Where a function decides, any state may be next. */
  override edges(): readonly StepEdge[] {
    const states = Object.keys(this.states);
    const ways = states.flatMap((state, from): readonly StepEdge[] => {
      if (this.final.includes(state)) return [{ from, to: "end", label: "final" }];
      const next = this.next[state];
      if (typeof next === "string") return [{ from, to: states.indexOf(next), label: next }];
      return states.map((label, to) => ({ from, to, label, decided: true }));
    });
    return [{ from: "start", to: states.indexOf(this.start), label: `start: ${this.start}` }, ...ways];
  }

  override notes(): readonly string[] {
    return this.maxHops === Infinity ? [] : [`at most ${this.maxHops} states`];
  }
}
