export { ManualClock } from "./clock/manual-clock.ts";
export { type CircuitBreakersHarness, describeCircuitBreakers } from "./resilience/describe-circuit-breakers.ts";
export { describeErrorClassifier, type ErrorClassifierHarness } from "./resilience/describe-error-classifier.ts";
export { describeRateLimiter, type RateLimiterHarness } from "./resilience/describe-rate-limiter.ts";
export {
  describeRecoveryStrategies,
  type RecoveryStrategiesHarness,
} from "./resilience/describe-recovery-strategies.ts";
export { describeStateBackend, type StateBackendHarness } from "./state/describe-state-backend.ts";
