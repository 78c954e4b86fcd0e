export { gather, pick } from "./adapters/pick.ts";
export {
  type Refined,
  type Refinement,
  type RefineOptions,
  refineUntil,
  type Verdict,
} from "./adapters/refine-until.ts";
export {
  type CaseKey,
  type ChooseCase,
  ConditionalStep,
  type CoverEveryKey,
} from "./composites/conditional-step.ts";
export type { FailureMode, MergeStrategy } from "./composites/fan-out.ts";
export { type HumanOptions, HumanStep } from "./composites/human-step.ts";
export { type IterationScope, type LoopOptions, LoopStep } from "./composites/loop-step.ts";
export { type MapOptions, type MapOutput, MapStep } from "./composites/map-step.ts";
export { type NestedOptions, NestedStep } from "./composites/nested-step.ts";
export { type ParallelOptions, type ParallelOutput, ParallelStep } from "./composites/parallel-step.ts";
export { type HaveEveryRoute, type RouterOutput, RouterStep, type SelectRoutes } from "./composites/router-step.ts";
export { type NextState, type StateMachineOptions, StateMachineStep } from "./composites/state-machine-step.ts";
export type { UnseenKey } from "./composites/unseen-key.ts";
export { checkKeys } from "./errors/check-keys.ts";
export { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "./errors/flujo-error.ts";
export { InvalidOptionError } from "./errors/invalid-option-error.ts";
export type { ChildDescription, PolicyDescription, StepDescription } from "./graph/describe.ts";
export type { StepEdge } from "./graph/edges.ts";
export type { GraphFinding } from "./graph/finding.ts";
export type { MermaidDetail } from "./graph/mermaid/detail.ts";
export type { MermaidOptions } from "./graph/mermaid/draw-mermaid.ts";
export type { RunOverlay, RunOverlayStep } from "./graph/mermaid/run-overlay.ts";
export {
  type GraphPlace,
  graphPath,
  joinPath,
  pathSegment,
  placeOfFallback,
  placeOfRedirect,
  placeOfRoot,
  placesOfChildren,
} from "./graph/path.ts";
export type { PluginOutcome, PluginScope, RedirectsFit, ValidationPlugin } from "./plugins/validation-plugin.ts";
export type { Validator, ValidatorVerdict } from "./plugins/validator.ts";
export { describeSchema } from "./schema/describe-schema.ts";
export {
  isStandardSchema,
  type SchemaInput,
  type SchemaIssue,
  type SchemaOutput,
  type SchemaResult,
  type StandardSchema,
  toJsonSchema,
} from "./schema/standard-schema.ts";
export { resolveBudget } from "./step/budget.ts";
export type { ContextOfAll, InputOfAll, LastOutput, Linked, Offered, TakenBy } from "./step/chain.ts";
export { FunctionStep, type MaybePromise, type StepOptions } from "./step/function-step.ts";
export type { StepAfter, WrongLink } from "./step/link.ts";
export type {
  BudgetPolicy,
  CachePolicy,
  CircuitBreakerPolicy,
  EstimatePolicy,
  Fallback,
  LimitsPolicy,
  OneOrMany,
  Processor,
  ProcessorsPolicy,
  ResolvedBudget,
  ResolvedCachePolicy,
  ResolvedCircuitBreakerPolicy,
  ResolvedLimits,
  ResolvedRetryPolicy,
  RetryPolicy,
  StepPolicies,
} from "./step/policies.ts";
export { CIRCUIT_BREAKER_DEFAULTS } from "./step/resolve-policies.ts";
export type { ServiceToken } from "./step/service-token.ts";
export {
  type AnyStep,
  type ContextOf,
  IdentityStep,
  type InputOf,
  isStep,
  type OutputOf,
  Pipeline,
  Step,
  type StepChild,
  type StepFinding,
  type StepShape,
  type StepTypes,
} from "./step/step.ts";
export type { DecisionScope, StepLog, StepScope } from "./step/step-scope.ts";
export type { CallPurpose, PriceNote, UsageReport } from "./step/usage-report.ts";
export {
  branch,
  human,
  identity,
  loop,
  map,
  nested,
  parallel,
  pipeline,
  router,
  type Steps,
  stateMachine,
  step,
  steps,
  tap,
} from "./steps.ts";
