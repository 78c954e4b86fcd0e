import type { Account } from "./account.ts";
import { differentEffects } from "./different-effects.ts";
import { differentResult } from "./different-result.ts";
import { differentSteps } from "./different-steps.ts";
import { lostAnswers } from "./lost-writes.ts";
import type { Problem } from "./problem.ts";
import { repetitions } from "./repetitions.ts";

/** What is wrong with a run that was killed, held against the same run undisturbed. */
export function judge(undisturbed: Account, killed: Account): readonly Problem[] {
  return [
    ...repetitions(killed.happenings),
    ...lostAnswers(killed),
    ...differentEffects(undisturbed, killed),
    ...differentResult(undisturbed, killed),
    ...differentSteps(undisturbed, killed),
  ];
}
