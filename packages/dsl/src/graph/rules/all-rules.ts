import type { Rule } from "../place.ts";
import { duplicateNames } from "./flj-001-duplicate-names.ts";
import { incompatibleNeighbours } from "./flj-004-incompatible-neighbours.ts";
import { unfitFallbackStep } from "./flj-005-unfit-fallback-step.ts";
import { unfitFallbackValue } from "./flj-006-unfit-fallback-value.ts";
import { fallbackToItself } from "./flj-007-fallback-to-itself.ts";
import { unreachableState } from "./flj-008-unreachable-state.ts";
import { noWayToTheEnd } from "./flj-009-no-way-to-the-end.ts";
import { noFinalState } from "./flj-010-no-final-state.ts";
import { nextOfFinalState } from "./flj-011-next-of-final-state.ts";
import { sameStepInEveryCase } from "./flj-012-same-step-in-every-case.ts";
import { retryWithoutRetry } from "./flj-013-retry-without-retry.ts";
import { retryAroundPerson } from "./flj-014-retry-around-person.ts";
import { timeoutAroundPerson } from "./flj-015-timeout-around-person.ts";
import { timeoutNeverReached } from "./flj-016-timeout-never-reached.ts";
import { waitsBeyondTimeout } from "./flj-017-waits-beyond-timeout.ts";
import { onlyOnce } from "./flj-018-only-once.ts";
import { lookAlikeNames } from "./flj-019-look-alike-names.ts";
import { encodedName } from "./flj-020-encoded-name.ts";
import { schemaNotComparable } from "./flj-021-schema-not-comparable.ts";
import { answerWithoutShape } from "./flj-022-answer-without-shape.ts";
import { rivalWriters } from "./flj-023-rival-writers.ts";
import { cachedEffects } from "./flj-024-cached-effects.ts";
import { cachedAnswer } from "./flj-025-cached-answer.ts";
import { redirectToItself } from "./flj-026-redirect-to-itself.ts";
import { unfitRedirect } from "./flj-027-unfit-redirect.ts";
import { budgetBelowNeed } from "./flj-028-budget-below-need.ts";
import { budgetNeverReached } from "./flj-029-budget-never-reached.ts";
import { limitsWithinLimits } from "./flj-030-limits-within-limits.ts";
import { personWhereNothingPauses } from "./flj-031-person-where-nothing-pauses.ts";

/** The rules that look at a step in its place. What a kind knows of itself alone is in its `findings()`: FLJ002, FLJ003. */
export const ALL_RULES: readonly Rule[] = [
  duplicateNames,
  incompatibleNeighbours,
  unfitFallbackStep,
  unfitFallbackValue,
  fallbackToItself,
  unreachableState,
  noWayToTheEnd,
  noFinalState,
  nextOfFinalState,
  sameStepInEveryCase,
  retryWithoutRetry,
  retryAroundPerson,
  timeoutAroundPerson,
  timeoutNeverReached,
  waitsBeyondTimeout,
  onlyOnce,
  lookAlikeNames,
  encodedName,
  schemaNotComparable,
  answerWithoutShape,
  rivalWriters,
  cachedEffects,
  cachedAnswer,
  redirectToItself,
  unfitRedirect,
  budgetBelowNeed,
  budgetNeverReached,
  limitsWithinLimits,
  personWhereNothingPauses,
];
