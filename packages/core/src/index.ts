export { FlujoError, InvalidOptionError } from "@flujo/dsl";
export { LruCacheBackend, type LruCacheOptions } from "./caching/lru-cache-backend.ts";
export { resolve } from "./container/resolve.ts";
export { RecordedError } from "./errors/recorded-error.ts";
export { Blake3Hasher } from "./hashing/blake3-hasher.ts";
export { SystemClock } from "./platform/system-clock.ts";
export { SystemRandom } from "./platform/system-random.ts";
export { UuidGenerator } from "./platform/uuid-generator.ts";
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
  DEFAULT_CIRCUIT_BREAKER_POLICY,
  SlidingWindowCircuitBreakers,
  type SlidingWindowCircuitBreakersOptions,
} from "./resilience/sliding-window-circuit-breakers.ts";
export { WindowRateLimiter, type WindowRateLimiterOptions } from "./resilience/window-rate-limiter.ts";
export { Flujo } from "./runner/flujo.ts";
export type { FlujoArguments, FlujoOptions, ResumeOptions, RunOptions } from "./runner/flujo-options.ts";
export type { RunHandle } from "./runner/run-handle.ts";
export { unwrap } from "./runner/unwrap.ts";
export { TaggedJsonSerializer } from "./serialization/tagged-json-serializer.ts";
export { MemoryStateBackend } from "./state/memory-state-backend.ts";
export { type ConsoleTracerOptions, consoleTracer } from "./tracing/console-tracer.ts";
