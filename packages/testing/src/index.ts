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
export { describeStateProcesses, type StateProcessesHarness } from "./state/describe-state-processes.ts";
export { describeTraceManager, type TraceManagerHarness } from "./tracing/describe-trace-manager.ts";
export {
  describeUsageGovernor,
  type UsageGovernorHarness,
  type UsageGovernorParts,
} from "./usage/describe-usage-governor.ts";
export { describeTypeValidator, type TypeValidatorHarness } from "./validation/describe-type-validator.ts";
