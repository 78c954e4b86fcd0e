import { checkChoice } from "../errors/check-option.ts";

/**
 * How the context changes of parallel branches come together. Branches start from one snapshot;
 * what each changed is applied in declared order, whatever order they finished in.
 *
 * - `errorOnConflict`: two branches that changed the same place to different values fail the step
 * - `lastBranchWins`, `keepFirst`: the last, or the first, declared of them wins
 * - `discard`: all changes are dropped
 * - a function: returns the merged context from the snapshot and each branch's own
 */
export type MergeStrategy<Context = unknown> =
  | "errorOnConflict"
  | "lastBranchWins"
  | "keepFirst"
  | "discard"
  | ((snapshot: Context, branches: Readonly<Record<string, Context>>) => Context);

/**
 * What becomes of the others when one fails: `failFast` aborts them and fails;
 * `collect` lets them end and gives each one's outcome, in the shape of `Promise.allSettled`.
 */
export type FailureMode = "failFast" | "collect";

/** @throws {@link InvalidOptionError} unless it is a strategy's name, a function, or left out. */
export function checkMerge(merge: MergeStrategy<never> | undefined): MergeStrategy<never> {
  if (merge === undefined) return "errorOnConflict";
  if (typeof merge === "function") return merge;
  return checkChoice("merge", merge, ["errorOnConflict", "lastBranchWins", "keepFirst", "discard"] as const);
}

/**
 * A strategy as plain JSON, with the branches in declared order where their order decides what the context becomes.
 */
export function mergeDetails(
  merge: MergeStrategy<never>,
  branches: readonly string[],
): { readonly merge: string; readonly mergeOrder?: readonly string[] } {
  if (merge === "errorOnConflict" || merge === "discard") return { merge };
  return { merge: typeof merge === "function" ? "function" : merge, mergeOrder: branches };
}

/** What a full drawing says of a fan-out's options, where they are not the defaults. */
export function fanOutNotes(options: {
  readonly onFailure: FailureMode;
  readonly merge: MergeStrategy<never>;
}): readonly string[] {
  const merge = typeof options.merge === "function" ? "a function" : options.merge;
  return [
    ...(options.onFailure === "collect" ? ["collects failures"] : []),
    ...(merge === "errorOnConflict" ? [] : [`context merged by ${merge}`]),
  ];
}
