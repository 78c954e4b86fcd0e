export { type CacheBackendHarness, describeCacheBackend } from "./caching/describe-cache-backend.ts";
export { type ClockHarness, describeClock } from "./clock/describe-clock.ts";
export { ManualClock } from "./clock/manual-clock.ts";
export { type ContextManagerHarness, describeContextManager } from "./context/describe-context-manager.ts";
export { describeStepCoordinator, type StepCoordinatorHarness } from "./coordination/describe-step-coordinator.ts";
export {
  type Answers,
  type Books,
  ChildProgram,
  type CrashFinding,
  type CrashProcessesOptions,
  type CrashProgram,
  type CrashReport,
  CrashTestError,
  type CrashTestOptions,
  crashProcesses,
  crashTest,
  demandingProgram,
  driveAsProcess,
  type EffectSource,
  type Effects,
  type PipelineUnderTest,
  type Problem,
  type ProblemKind,
  type ProgramEnd,
  type RunUnderTest,
} from "./crash/index.ts";
export {
  describeGracefulDegradation,
  type GracefulDegradationHarness,
  type OpenedDegradation,
} from "./degradation/describe-graceful-degradation.ts";
export {
  type DurableEngineHarness,
  describeDurableEngine,
  type HostedRuns,
} from "./engine/describe-durable-engine.ts";
export { JournalMismatchError } from "./engine/journal-mismatch-error.ts";
export { OrderedEngine, type OrderedEngineOptions } from "./engine/ordered-engine.ts";
export type { IssuedEvent, OrderedEvent, SettledEvent } from "./engine/ordered-event.ts";
export {
  describeStepHandlerRegistry,
  type StepHandlerRegistryHarness,
} from "./handlers/describe-step-handler-registry.ts";
export { describeHasher, type HasherHarness } from "./hashing/describe-hasher.ts";
export { describeHookDispatcher, type HookDispatcherHarness } from "./hooks/describe-hook-dispatcher.ts";
export {
  type Cassette,
  type CassetteMode,
  type CassetteOptions,
  cassette,
} from "./models/cassette/cassette.ts";
export { CassetteMissError } from "./models/cassette/cassette-miss-error.ts";
export type { RecordedRequest } from "./models/cassette/recorded-request.ts";
export { UnusedRecordingsError } from "./models/cassette/unused-recordings-error.ts";
export { countTokens } from "./models/script/count-tokens.ts";
export type {
  ModelRequest,
  RequestMessage,
  RequestToolCall,
  RequestToolResult,
} from "./models/script/model-request.ts";
export { type ReplyRule, replyRules } from "./models/script/reply-rules.ts";
export type { CountedUsage } from "./models/script/resolved-reply.ts";
export type { ModelScript, ReplyFunction } from "./models/script/script.ts";
export type {
  Break,
  Reply,
  ScriptedAnswer,
  ScriptedBody,
  ScriptedFailure,
  ScriptedFinish,
  ScriptedToolCall,
  ScriptedUsage,
} from "./models/script/scripted-answer.ts";
export { UnscriptedCallError } from "./models/script/unscripted-call-error.ts";
export type {
  ModelCallOptions,
  ModelContent,
  ModelFinish,
  ModelResult,
  ModelStreamPart,
  PromptMessage,
  ReportedUsage,
  ScriptedLanguageModel,
} from "./models/scripted-model/language-model.ts";
export {
  type ScriptedCall,
  type ScriptedModel,
  type ScriptedModelOptions,
  scriptedModel,
} from "./models/scripted-model/scripted-model.ts";
export type { FaultKind, FaultPlan } from "./models/server/fault-plan.ts";
export {
  type ScriptedServer,
  type ScriptedServerOptions,
  type ServerSettings,
  scriptedServer,
} from "./models/server/scripted-server.ts";
export type { ServedCall, ServedTotals } from "./models/server/served-call.ts";
export type { TokenPrices } from "./models/server/token-prices.ts";
export { type LoopbackGuard, type LoopbackOnlyOptions, loopbackOnly } from "./network/loopback-only.ts";
export { NetworkRefusedError } from "./network/network-refused-error.ts";
export { describeIdGenerator, type IdGeneratorHarness } from "./platform/describe-id-generator.ts";
export { describeLogger, type LoggerHarness } from "./platform/describe-logger.ts";
export { describeRandom, type RandomHarness } from "./platform/describe-random.ts";
export { type LogEntry, RecordingLogger } from "./platform/recording-logger.ts";
export { describeObjectPool, type ObjectPoolHarness } from "./pooling/describe-object-pool.ts";
export { type CircuitBreakersHarness, describeCircuitBreakers } from "./resilience/describe-circuit-breakers.ts";
export { describeErrorClassifier, type ErrorClassifierHarness } from "./resilience/describe-error-classifier.ts";
export { describeRateLimiter, type RateLimiterHarness } from "./resilience/describe-rate-limiter.ts";
export {
  describeRecoveryStrategies,
  type RecoveryStrategiesHarness,
} from "./resilience/describe-recovery-strategies.ts";
export { describeJournal, type JournalHarness } from "./runs/describe-journal.ts";
export { describeStateManager, type StateManagerHarness } from "./runs/describe-state-manager.ts";
export { describeSerializer, type SerializerHarness } from "./serialization/describe-serializer.ts";
export { describeStateBackend, type StateBackendHarness } from "./state/describe-state-backend.ts";
export { describeStateFaults, type StateFault, type StateFaultsHarness } from "./state/describe-state-faults.ts";
export { describeStateProcesses, type StateProcessesHarness } from "./state/describe-state-processes.ts";
export { describeTraceManager, type TraceManagerHarness } from "./tracing/describe-trace-manager.ts";
export { type CostCalculatorHarness, describeCostCalculator } from "./usage/describe-cost-calculator.ts";
export { describePriceCatalog, type PriceCatalogHarness } from "./usage/describe-price-catalog.ts";
export {
  describeUsageGovernor,
  type UsageGovernorHarness,
  type UsageGovernorParts,
} from "./usage/describe-usage-governor.ts";
export { describeTypeValidator, type TypeValidatorHarness } from "./validation/describe-type-validator.ts";
