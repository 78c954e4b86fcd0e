export { checkKeys, type ErrorCategory, FlujoError, type FlujoErrorOptions, InvalidOptionError } from "@flujo/dsl";
export {
  type AgentAnswer,
  type AgentAnswerPart,
  type AgentCall,
  type AgentRequest,
  AgentRunner,
} from "./agent-runner.ts";
export { CacheBackend } from "./cache-backend.ts";
export {
  type CircuitBreaker,
  CircuitBreakers,
  type CircuitPass,
  type CircuitState,
  type CircuitTransition,
} from "./circuit-breakers.ts";
export { Clock, type TimerOptions } from "./clock.ts";
export { type BranchLine, type ContextLine, ContextManager, type ContextPatch } from "./context-manager.ts";
export { type CallCost, CostCalculator, type KnownCost, type PricedCall, type UnknownCost } from "./cost-calculator.ts";
export {
  type Codec,
  DurableEngine,
  type DurableHost,
  type Encoded,
  type HostDrive,
  type HostedRun,
  type Waited,
} from "./durable-engine.ts";

export { type ErrorClass, ErrorClassifier, ErrorRule } from "./error-classifier.ts";
export { AbortRunError } from "./errors/abort-run-error.ts";
export { AnswerOverdueError } from "./errors/answer-overdue-error.ts";
export { CircuitOpenError } from "./errors/circuit-open-error.ts";
export { ConfigurationError } from "./errors/configuration-error.ts";
export { ContextConflictError } from "./errors/context-conflict-error.ts";
export { GraphValidationError } from "./errors/graph-validation-error.ts";
export { InvalidOutcomeError } from "./errors/invalid-outcome-error.ts";
export { LeaseLostError } from "./errors/lease-lost-error.ts";
export { LoopExhaustedError } from "./errors/loop-exhausted-error.ts";
export { MissingServiceError } from "./errors/missing-service-error.ts";
export { NoSuchCaseError } from "./errors/no-such-case-error.ts";
export { OverloadedError } from "./errors/overloaded-error.ts";
export { PipelineChangedError } from "./errors/pipeline-changed-error.ts";
export { PluginRejectedError } from "./errors/plugin-rejected-error.ts";
export { RedirectLoopError } from "./errors/redirect-loop-error.ts";
export { RunCancelledError } from "./errors/run-cancelled-error.ts";
export { RunConflictError } from "./errors/run-conflict-error.ts";
export { RunInterruptedError } from "./errors/run-interrupted-error.ts";
export { RunNotFoundError } from "./errors/run-not-found-error.ts";
export { RunPausedError } from "./errors/run-paused-error.ts";
export { SchemaMismatchError } from "./errors/schema-mismatch-error.ts";
export { SerializationError } from "./errors/serialization-error.ts";
export { SignalRefusedError } from "./errors/signal-refused-error.ts";
export { StateError } from "./errors/state-error.ts";
export { StateFormatError } from "./errors/state-format-error.ts";
export { StepFailedError } from "./errors/step-failed-error.ts";
export { StepTimeoutError } from "./errors/step-timeout-error.ts";
export { UndeclaredRedirectError } from "./errors/undeclared-redirect-error.ts";
export { UsageLimitExceededError } from "./errors/usage-limit-exceeded-error.ts";
export { ValidationFailedError } from "./errors/validation-failed-error.ts";
export type { FlujoModule } from "./flujo-module.ts";
export { BELOW, foldedNodeOf, unfoldedOf } from "./folding.ts";
export {
  type BuiltInFeature,
  type DegradationChange,
  type DegradationLevel,
  GracefulDegradation,
  type QueueDepth,
} from "./graceful-degradation.ts";
export { Hasher } from "./hasher.ts";
export {
  Hook,
  type HookPayloads,
  type PausePayload,
  type RunEndPayload,
  type RunStartPayload,
  type StepEndPayload,
  type StepFailurePayload,
  type StepStartPayload,
} from "./hook.ts";
export { HookDispatcher } from "./hook-dispatcher.ts";
export { IdGenerator } from "./id-generator.ts";
export { Journal, type RunJournal, type Settled, type Settlement } from "./journal.ts";
export type { JournalEntry } from "./journal-entry.ts";
export { isOwnerDead, isOwnerOfAnotherBoot, newLeaseOwner } from "./lease-owner.ts";
export { Logger } from "./logger.ts";
export { ObjectPool, type PooledKind } from "./object-pool.ts";
export { type ModelPrice, PriceCatalog, type PricedModel, type RateTier, type TokenRate } from "./price-catalog.ts";
export { Random } from "./random.ts";
export { RateLimiter, type RatePermit, type RateRequest } from "./rate-limiter.ts";
export { type FailedAttempt, type Recovery, RecoveryStrategies, RecoveryStrategy } from "./recovery-strategies.ts";
export type {
  LoadChange,
  ResourceChange,
  RunEnd,
  RunEvent,
  RunEventBody,
  RunInterrupt,
  RunPause,
  RunStart,
  StepChunk,
  StepDecision,
  StepEnd,
  StepFanOut,
  StepLogged,
  StepRetry,
  StepStart,
  StepUsage,
} from "./run-event.ts";
export type { Awaiting, EndedStatus, NewRun, RunEnding, RunRecord, RunStatus, StoredError } from "./run-record.ts";
export type { RunResult, StepReport } from "./run-result.ts";
export { type ResolvedRunRetention, resolveRunRetention } from "./run-retention.ts";
export { Serializer } from "./serializer.ts";
export { type BudgetPeriod, SharedBudget } from "./shared-budget.ts";
export {
  type Lease,
  type ReadEntriesOptions,
  type RunPage,
  type RunQuery,
  type RunRetention,
  type Signal,
  StateBackend,
  type StateCapabilities,
} from "./state-backend.ts";
export { type RunBeginning, type RunConclusion, StateManager } from "./state-manager.ts";
export { type EventSink, StepCoordinator, type WatchedEnd, type WatchedStep } from "./step-coordinator.ts";
export {
  type Enough,
  type Execution,
  type FanOutOptions,
  type Lane,
  type Outcome,
  type Place,
  type PlannedStep,
  type Question,
  StepHandler,
} from "./step-handler.ts";
export { StepHandlerRegistry } from "./step-handler-registry.ts";
export { Telemetry } from "./telemetry.ts";
export { type ServiceToken, token } from "./token.ts";
export type { TokenUsage } from "./token-usage.ts";
export {
  type RunTrace,
  type TraceAttempt,
  type TraceDecision,
  TraceManager,
  type TraceSpan,
} from "./trace-manager.ts";
export { type CheckedSide, TypeValidator } from "./type-validator.ts";
export { type KnownTotals, NO_USAGE, type Usage } from "./usage.ts";
export { type GovernedRun, type Ledger, type RunLedger, type UsageBreach, UsageGovernor } from "./usage-governor.ts";
