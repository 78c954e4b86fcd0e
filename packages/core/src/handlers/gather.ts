import type { FailureMode, MergeStrategy } from "@flujo/dsl";
import { unhappy } from "../execution/fan-out.ts";
import type { Execution, Lane, Outcome } from "../protocols/step-handler.ts";

/**
 * Runs lanes and gathers what they gave, in their order: the outputs themselves under `failFast`, results in
 * the shape of `Promise.allSettled` under `collect`; or the outcome that stands for them all if they did not all settle.
 */
export async function gather(
  execution: Execution,
  mode: { readonly onFailure: FailureMode; readonly merge: MergeStrategy<never>; readonly concurrency: number },
  lanes: readonly Lane[],
  laneName: (index: number) => string,
): Promise<unknown[] | Outcome> {
  const failFast = mode.onFailure === "failFast";
  const outcomes = await execution.fanOut(lanes, {
    concurrency: mode.concurrency,
    failFast,
    merge: mode.merge,
    laneName,
  });
  const instead = unhappy(failFast ? outcomes : outcomes.filter(({ status }) => status !== "failed"));
  if (instead !== undefined) return instead;
  return outcomes.map((outcome) => {
    if (outcome.status === "failed") return { status: "rejected", reason: outcome.error };
    const value = outcome.status === "completed" ? outcome.output : undefined;
    return failFast ? value : { status: "fulfilled", value };
  });
}
