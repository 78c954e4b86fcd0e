import {
  describeCircuitBreakers,
  describeErrorClassifier,
  describeRateLimiter,
  describeRecoveryStrategies,
} from "@flujo/testing";
import { BROKEN_CIRCUIT_BREAKERS } from "./broken-circuit-breakers.ts";
import { BROKEN_ERROR_CLASSIFIERS } from "./broken-error-classifiers.ts";
import { BROKEN_RATE_LIMITERS } from "./broken-rate-limiters.ts";
import { BROKEN_RECOVERY_STRATEGIES } from "./broken-recovery-strategies.ts";

for (const [name, open] of Object.entries(BROKEN_CIRCUIT_BREAKERS)) describeCircuitBreakers({ name, open });
for (const [name, open] of Object.entries(BROKEN_ERROR_CLASSIFIERS)) describeErrorClassifier({ name, open });
for (const [name, open] of Object.entries(BROKEN_RATE_LIMITERS)) describeRateLimiter({ name, open });
for (const [name, open] of Object.entries(BROKEN_RECOVERY_STRATEGIES)) describeRecoveryStrategies({ name, open });
