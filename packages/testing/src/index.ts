export { type CacheBackendHarness, describeCacheBackend } from "./caching/describe-cache-backend.ts";
export { type ClockHarness, describeClock } from "./clock/describe-clock.ts";
export { ManualClock } from "./clock/manual-clock.ts";
export { describeHasher, type HasherHarness } from "./hashing/describe-hasher.ts";
export { describeIdGenerator, type IdGeneratorHarness } from "./platform/describe-id-generator.ts";
export { describeRandom, type RandomHarness } from "./platform/describe-random.ts";
export { describeSerializer, type SerializerHarness } from "./serialization/describe-serializer.ts";
export { describeStateBackend, type StateBackendHarness } from "./state/describe-state-backend.ts";
