export { FlujoError, InvalidOptionError } from "@flujo/dsl";
export { LruCacheBackend, type LruCacheOptions } from "./caching/lru-cache-backend.ts";
export { resolve } from "./container/resolve.ts";
export { CopyOnWriteContext } from "./context/copy-on-write-context.ts";
export { StepWatch } from "./coordination/step-watch.ts";
export { LoadDegradation } from "./degradation/load-degradation.ts";
export type { LoadDegradationOptions, LoadThresholds } from "./degradation/load-degradation-options.ts";
export type { LoadProbe, LoadReading } from "./degradation/load-probe.ts";
export { ProcessLoadProbe } from "./degradation/process-load-probe.ts";
export { RecordedError } from "./errors/recorded-error.ts";
export { builtInHandlers } from "./handlers/built-in-handlers.ts";
export { HandlersByKind } from "./handlers/handlers-by-kind.ts";
export { Blake3Hasher } from "./hashing/blake3-hasher.ts";
export { diffRuns, type Pair, type RunDiff, type StepDiff, type StoredRunHistory } from "./history/diff.ts";
export type { ReplayResult } from "./history/replay.ts";
export { OrderedHookDispatcher } from "./hooks/ordered-hook-dispatcher.ts";
export { inLanes } from "./hosts/in-lanes.ts";
export { KeyedEngine } from "./hosts/keyed-engine.ts";
export { type PathEnd, type PlaceKind, parentPath, pathEnd, stepPath } from "./journal/step-path.ts";
export { StoredJournal, type StoredJournalParts } from "./journal/stored-journal.ts";
export type { RunMigration } from "./migration/run-migration.ts";
export { SystemClock } from "./platform/system-clock.ts";
export { SystemRandom } from "./platform/system-random.ts";
export { UuidGenerator } from "./platform/uuid-generator.ts";
export { WarningLogger } from "./platform/warning-logger.ts";
export {
  BoundedObjectPool,
  type BoundedObjectPoolOptions,
  type ObjectPoolStats,
} from "./pooling/bounded-object-pool.ts";
export { NoPool } from "./pooling/no-pool.ts";
export type { RunEvent } from "./protocols/run-event.ts";
export type { Awaiting } from "./protocols/run-record.ts";
export type { RunResult, StepReport } from "./protocols/run-result.ts";
export type { Usage } from "./protocols/usage.ts";
export { DefaultErrorClassifier, type DefaultErrorClassifierOptions } from "./resilience/default-error-classifier.ts";
export {
  PolicyRecoveryStrategies,
  type PolicyRecoveryStrategiesOptions,
} from "./resilience/policy-recovery-strategies.ts";
export {
  SlidingWindowCircuitBreakers,
  type SlidingWindowCircuitBreakersOptions,
} from "./resilience/sliding-window-circuit-breakers.ts";
export { WindowRateLimiter, type WindowRateLimiterOptions } from "./resilience/window-rate-limiter.ts";
export { Flujo } from "./runner/flujo.ts";
export type { FlujoArguments, FlujoOptions, ForkOptions, ResumeOptions, RunOptions } from "./runner/flujo-options.ts";
export type { RunHandle } from "./runner/run-handle.ts";
export { unwrap } from "./runner/unwrap.ts";
export { CompiledSerializer, type CompiledSerializerOptions } from "./serialization/compiled-serializer.ts";
export { TaggedJsonSerializer } from "./serialization/tagged-json-serializer.ts";
export { fileState } from "./state/file/file-state.ts";
export { FileStateBackend } from "./state/file/file-state-backend.ts";
export type { FileStateOptions } from "./state/file/file-state-options.ts";
export { MemoryStateBackend } from "./state/memory-state-backend.ts";
export type { StoredParts } from "./state/stored-parts.ts";
export { StoredRuns } from "./state/stored-runs.ts";
export { type ConsoleTracerOptions, consoleTracer } from "./tracing/console-tracer.ts";
export { JournalTraceManager, type JournalTraceParts } from "./tracing/journal-trace-manager.ts";
export { LedgerGovernor, type LedgerGovernorOptions } from "./usage/ledger-governor.ts";
export { sharedBudget } from "./usage/shared-budget.ts";
export { usageByPurpose } from "./usage/usage-by-purpose.ts";
export { SchemaValidator } from "./validation/schema-validator.ts";
