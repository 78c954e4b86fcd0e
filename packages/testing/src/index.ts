export { ManualClock } from "./clock/manual-clock.ts";
export { describeStateBackend, type StateBackendHarness } from "./state/describe-state-backend.ts";
