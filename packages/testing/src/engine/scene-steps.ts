import type { Execution, Outcome, StepHandler } from "@flujo/core/protocols";
import { type AnyStep, type StandardSchema, Step, type StepChild, type Steps, steps } from "@flujo/dsl";

export interface SceneContext {
  seen: string[];
  total: number;
}

/** Called by each step that does something, with its idempotency key. */
export type Effect = (key: string) => void;

/** The factories for steps that share this context. */
export const shared: Steps<SceneContext> = steps<SceneContext>();
const { step: stepOf } = shared;

/** Resolves soon, and not always in the order in which it was asked. */
export const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const anything: StandardSchema<unknown> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) },
};

/** Adds one, and says so in the context. */
export function work(name: string, effect: Effect): Step<number, number, SceneContext> {
  return stepOf(name, async (n: number, { idempotencyKey, update }) => {
    effect(idempotencyKey);
    await soon();
    update((draft) => {
      draft.seen.push(name);
      draft.total += 1;
    });
    return n + 1;
  });
}

/** Fails so many times, then gives what it was given. What a failed attempt changed must not be seen. */
export function failing(name: string, times: number, effect: Effect): Step<number, number, SceneContext> {
  return stepOf(name, async (n: number, { path, attempt, update }) => {
    // Around the step may be another that is tried again: its second attempt is in the path.
    const tried = attempt + (path.includes("!2") ? 1 : 0);
    update((draft) => {
      draft.seen.push(`${name} ${tried}`);
    });
    await soon();
    if (tried <= times) throw new Error(`${name} fails`);
    effect(path);
    return n;
  });
}

/** Costs ten cents. */
export function pays(name: string, effect: Effect): Step<number, number, SceneContext> {
  return stepOf(name, async (n: number, { idempotencyKey, reportUsage }) => {
    effect(idempotencyKey);
    await soon();
    reportUsage({ costUsd: 0.1, inputTokens: 7, outputTokens: 3 });
    return n + 1;
  });
}

export function sum(name: string): Step<Readonly<Record<string, number>>, number, SceneContext> {
  return stepOf(name, (parts: Readonly<Record<string, number>>) =>
    Object.values(parts).reduce((total, part) => total + part, 0),
  );
}

/** Never ends by itself. */
export function untilAborted(signal: AbortSignal): Promise<number> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

/** A kind that makes do with the first of its lanes, and gives how many it took. */
class FirstOfStep extends Step<number, unknown, SceneContext> {
  readonly kind = "test.firstOf";
  readonly lanes: readonly AnyStep[];

  constructor(name: string, lanes: readonly AnyStep[]) {
    super(name);
    this.lanes = lanes;
  }

  override children(): readonly StepChild[] {
    return this.lanes.map((lane) => ({ role: "branch", label: lane.name, step: lane }));
  }

  override get handler(): StepHandler<FirstOfStep> {
    return { kind: this.kind, handle: takeFirst };
  }
}

export function firstOf(name: string, lanes: readonly AnyStep[]): Step<number, unknown, SceneContext> {
  return new FirstOfStep(name, lanes);
}

async function takeFirst(execution: Execution<FirstOfStep>): Promise<Outcome> {
  const { children, input, step } = execution;
  const laneName = (index: number): string => (step.lanes[index] as AnyStep).name;
  const lanes = children.map((child, index) => ({ child, input, place: { branch: laneName(index) } }));
  const outcomes = await execution.fanOut(lanes, {
    concurrency: lanes.length,
    failFast: false,
    merge: "lastBranchWins",
    laneName,
    enough: { decision: "winner", reached: (settled) => settled.some((outcome) => outcome?.status === "completed") },
  });
  return { status: "completed", output: outcomes.filter(({ status }) => status === "completed").length };
}
