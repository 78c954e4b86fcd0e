export { ManualClock } from "./clock/manual-clock.ts";
export { type CircuitBreakersHarness, describeCircuitBreakers } from "./resilience/describe-circuit-breakers.ts";
export { describeRateLimiter, type RateLimiterHarness } from "./resilience/describe-rate-limiter.ts";
export { describeStateBackend, type StateBackendHarness } from "./state/describe-state-backend.ts";
