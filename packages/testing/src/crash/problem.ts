/**
 * What went wrong with a run that was killed:
 * - `ran-again`: a step began or had an effect after it had settled
 * - `effects`: an effect is missing, is new, came too often, or came with another idempotency key
 * - `status`, `output`, `error`, `context`, `usage`: it came to something else
 * - `steps`: what is recorded of its steps is something else
 * - `lost-entry`, `lost-answer`, `lost-ending`: something was acknowledged, and is not in the store
 * - `stuck`: it could not be gone on with
 * - `unsteady`: two undisturbed runs differ, so that nothing can be said of killed ones
 */
export type ProblemKind =
  | "ran-again"
  | "effects"
  | "status"
  | "output"
  | "error"
  | "context"
  | "usage"
  | "steps"
  | "lost-entry"
  | "lost-answer"
  | "lost-ending"
  | "stuck"
  | "unsteady";

export interface Problem {
  readonly kind: ProblemKind;
  /** Of the step that it is about. */
  readonly path?: string;
  /** One line, for people. */
  readonly message: string;
}
