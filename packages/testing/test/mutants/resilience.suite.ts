import {
  describeCircuitBreakers,
  describeErrorClassifier,
  describeRateLimiter,
  describeRecoveryStrategies,
} from "@flujo/testing";
import { CIRCUIT_BREAKERS } from "./circuit-breakers.ts";
import { ERROR_CLASSIFIERS } from "./error-classifiers.ts";
import { RATE_LIMITERS } from "./rate-limiters.ts";
import { RECOVERY_STRATEGIES } from "./recovery-strategies.ts";

for (const [name, open] of Object.entries(CIRCUIT_BREAKERS)) describeCircuitBreakers({ name, open });
for (const [name, open] of Object.entries(ERROR_CLASSIFIERS)) describeErrorClassifier({ name, open });
for (const [name, open] of Object.entries(RATE_LIMITERS)) describeRateLimiter({ name, open });
for (const [name, open] of Object.entries(RECOVERY_STRATEGIES)) describeRecoveryStrategies({ name, open });
