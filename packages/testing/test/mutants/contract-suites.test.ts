import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { failuresOfMutants } from "../support/failures-of-mutants.ts";
import { CACHES } from "./caches.ts";
import { CIRCUIT_BREAKERS } from "./circuit-breakers.ts";
import { CLOCKS } from "./clocks.ts";
import { CONTEXT_MANAGERS } from "./context-managers.ts";
import { COST_CALCULATORS } from "./cost-calculators.ts";
import { DEGRADATIONS } from "./degradations.ts";
import { DURABLE_ENGINES } from "./durable-engines.ts";
import { ERROR_CLASSIFIERS } from "./error-classifiers.ts";
import { HASHERS } from "./hashers.ts";
import { HOOK_DISPATCHERS } from "./hook-dispatchers.ts";
import { ID_GENERATORS } from "./id-generators.ts";
import { JOURNALS } from "./journals.ts";
import { LOGGERS } from "./loggers.ts";
import { OBJECT_POOLS } from "./object-pools.ts";
import { PRICE_CATALOGS } from "./price-catalogs.ts";
import { RANDOMS } from "./randoms.ts";
import { RATE_LIMITERS } from "./rate-limiters.ts";
import { RECOVERY_STRATEGIES } from "./recovery-strategies.ts";
import { SERIALIZERS } from "./serializers.ts";
import { SHARED_STATE_BACKENDS, STATE_BACKENDS } from "./state-backends.ts";
import { STATE_MANAGERS } from "./state-managers.ts";
import { STEP_COORDINATORS } from "./step-coordinators.ts";
import { STEP_HANDLER_REGISTRIES } from "./step-handler-registries.ts";
import { TRACE_MANAGERS } from "./trace-managers.ts";
import { TYPE_VALIDATORS } from "./type-validators.ts";
import { USAGE_GOVERNORS } from "./usage-governors.ts";

const PROTOCOLS: Readonly<
  Record<string, { readonly noun: string; readonly mutants: Readonly<Record<string, unknown>> }>
> = {
  CacheBackend: { noun: "cache", mutants: CACHES },
  CircuitBreakers: { noun: "circuit breakers", mutants: CIRCUIT_BREAKERS },
  Clock: { noun: "clock", mutants: CLOCKS },
  ContextManager: { noun: "context manager", mutants: CONTEXT_MANAGERS },
  CostCalculator: { noun: "cost calculator", mutants: COST_CALCULATORS },
  DurableEngine: { noun: "engine", mutants: DURABLE_ENGINES },
  ErrorClassifier: { noun: "error classifier", mutants: ERROR_CLASSIFIERS },
  GracefulDegradation: { noun: "degradation", mutants: DEGRADATIONS },
  Hasher: { noun: "hasher", mutants: HASHERS },
  HookDispatcher: { noun: "hook dispatcher", mutants: HOOK_DISPATCHERS },
  IdGenerator: { noun: "id generator", mutants: ID_GENERATORS },
  Journal: { noun: "journal", mutants: JOURNALS },
  Logger: { noun: "logger", mutants: LOGGERS },
  ObjectPool: { noun: "object pool", mutants: OBJECT_POOLS },
  PriceCatalog: { noun: "price catalog", mutants: PRICE_CATALOGS },
  Random: { noun: "source of randomness", mutants: RANDOMS },
  RateLimiter: { noun: "rate limiter", mutants: RATE_LIMITERS },
  RecoveryStrategies: { noun: "recovery strategies", mutants: RECOVERY_STRATEGIES },
  Serializer: { noun: "serializer", mutants: SERIALIZERS },
  StateBackend: { noun: "state backend", mutants: { ...STATE_BACKENDS, ...SHARED_STATE_BACKENDS } },
  StateManager: { noun: "state manager", mutants: STATE_MANAGERS },
  StepCoordinator: { noun: "step coordinator", mutants: STEP_COORDINATORS },
  StepHandlerRegistry: { noun: "step handler registry", mutants: STEP_HANDLER_REGISTRIES },
  TraceManager: { noun: "trace manager", mutants: TRACE_MANAGERS },
  UsageGovernor: { noun: "usage governor", mutants: USAGE_GOVERNORS },
  TypeValidator: { noun: "type validator", mutants: TYPE_VALIDATORS },
};

let failures: readonly string[] = [];
beforeAll(async () => {
  failures = await failuresOfMutants(join(import.meta.dirname, "vitest.config.ts"));
}, 600_000);

test.each(Object.entries(PROTOCOLS))(
  "The contract suite of %s notices each promise that is broken, in the test that is about it",
  (_, { noun, mutants }) => {
    const unnoticed = Object.keys(mutants).filter((broken) => {
      const suite = `The ${broken} ${noun} `;
      return !failures.some((name) => name.startsWith(suite) && name.slice(suite.length).includes(broken));
    });
    expect(unnoticed).toStrictEqual([]);
  },
);
