import { effectInWords } from "./different-effects.ts";
import type { Happening } from "./happening.ts";
import type { Problem } from "./problem.ts";
import { SettledPaths } from "./settled-paths.ts";

/** What began or had an effect although it had settled. */
export function repetitions(happenings: readonly Happening[]): readonly Problem[] {
  const settled = new SettledPaths();
  const problems: Problem[] = [];
  for (const seen of happenings) {
    if (seen.type === "settled") settled.add(seen.paths);
    else if (seen.type === "begun" && settled.covers(seen.path)) {
      problems.push({ kind: "ran-again", path: seen.path, message: `"${seen.path}" began again after it had settled` });
    } else if (seen.type === "effect" && settled.coversAttempt(seen.path, seen.attempt)) {
      const { path } = seen;
      problems.push({ kind: "ran-again", path, message: `${effectInWords(seen)} came after that attempt had settled` });
    }
  }
  return problems;
}
