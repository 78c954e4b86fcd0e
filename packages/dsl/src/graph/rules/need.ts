import type { StateMachineStep } from "../../composites/state-machine-step.ts";
import type { AnyStep } from "../../step/step.ts";
import { amountOf, type Resource } from "./amounts.ts";

/** What the work that an attempt comes to in any case is estimated to use. */
export interface Need {
  /** What the dearest step of it is. */
  readonly most: bigint;
  /** That step. */
  readonly owner: string;
  /** What all of it is together. */
  readonly sum: bigint;
}

const NOTHING: Need = { most: 0n, owner: "", sum: 0n };

/** By estimates that are data. What a function estimates, or chooses, counts for nothing; and so does what may be left out. */
export function needOf(step: AnyStep, resource: Resource): Need {
  const { cache, optional, estimate } = step.policies;
  // An outcome from the cache uses nothing.
  if (cache !== undefined || optional !== undefined) return NOTHING;
  const children = step.children().map((child) => needOf(child.step, resource));
  switch (step.kind) {
    case "pipeline":
    case "parallel":
    case "loop":
    case "nested":
      return children.reduce(both, NOTHING);
    case "branch":
      return children.length > 0 ? children.reduce(lesser) : NOTHING;
    case "stateMachine": {
      const { states, start } = step as StateMachineStep<never, unknown>;
      return needOf(states[start] as AnyStep, resource);
    }
    default: {
      // Room is made for leaves alone.
      const amount = children.length > 0 || typeof estimate === "function" ? undefined : amountOf(estimate, resource);
      return amount === undefined ? NOTHING : { most: amount, owner: step.name, sum: amount };
    }
  }
}

function both(a: Need, b: Need): Need {
  return { ...(a.most >= b.most ? a : b), sum: a.sum + b.sum };
}

function lesser(a: Need, b: Need): Need {
  const { sum } = a.sum < b.sum ? a : b;
  return { ...(a.most <= b.most ? a : b), sum };
}
