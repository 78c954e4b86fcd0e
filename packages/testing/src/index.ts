export { ManualClock } from "./clock/manual-clock.ts";
export {
  describeGracefulDegradation,
  type GracefulDegradationHarness,
  type OpenedDegradation,
} from "./degradation/describe-graceful-degradation.ts";
export { describeHookDispatcher, type HookDispatcherHarness } from "./hooks/describe-hook-dispatcher.ts";
export { describeLogger, type LoggerHarness } from "./platform/describe-logger.ts";
export { type LogEntry, RecordingLogger } from "./platform/recording-logger.ts";
export { describeObjectPool, type ObjectPoolHarness } from "./pooling/describe-object-pool.ts";
export { type CircuitBreakersHarness, describeCircuitBreakers } from "./resilience/describe-circuit-breakers.ts";
export { describeErrorClassifier, type ErrorClassifierHarness } from "./resilience/describe-error-classifier.ts";
export { describeRateLimiter, type RateLimiterHarness } from "./resilience/describe-rate-limiter.ts";
export {
  describeRecoveryStrategies,
  type RecoveryStrategiesHarness,
} from "./resilience/describe-recovery-strategies.ts";
export { describeStateBackend, type StateBackendHarness } from "./state/describe-state-backend.ts";
