import type { ServiceToken } from "@flujo/dsl";
import { CacheBackend } from "../protocols/cache-backend.ts";
import { CircuitBreakers } from "../protocols/circuit-breakers.ts";
import { Clock } from "../protocols/clock.ts";
import { ContextManager } from "../protocols/context-manager.ts";
import { ErrorClassifier, ErrorRule } from "../protocols/error-classifier.ts";
import { GracefulDegradation } from "../protocols/graceful-degradation.ts";
import { Hasher } from "../protocols/hasher.ts";
import { Hook } from "../protocols/hook.ts";
import { HookDispatcher } from "../protocols/hook-dispatcher.ts";
import { IdGenerator } from "../protocols/id-generator.ts";
import { Journal } from "../protocols/journal.ts";
import { Logger } from "../protocols/logger.ts";
import { ObjectPool } from "../protocols/object-pool.ts";
import { Random } from "../protocols/random.ts";
import { RateLimiter } from "../protocols/rate-limiter.ts";
import { RecoveryStrategies, RecoveryStrategy } from "../protocols/recovery-strategies.ts";
import { Serializer } from "../protocols/serializer.ts";
import { StateBackend } from "../protocols/state-backend.ts";
import { StateManager } from "../protocols/state-manager.ts";
import { StepCoordinator } from "../protocols/step-coordinator.ts";
import { StepHandler } from "../protocols/step-handler.ts";
import { StepHandlerRegistry } from "../protocols/step-handler-registry.ts";
import { Telemetry } from "../protocols/telemetry.ts";
import { TraceManager } from "../protocols/trace-manager.ts";
import { TypeValidator } from "../protocols/type-validator.ts";
import { UsageGovernor } from "../protocols/usage-governor.ts";

/** Names of what has to be a function. */
export type RequiredMethods = readonly PropertyKey[];

/** Names of the methods that every implementation has. */
type MethodsOf<Service> = {
  [Name in keyof Service]-?: Service[Name] extends (...given: never) => unknown ? Name : never;
}[keyof Service];

/** A token of the core, and what has to be there under it. */
interface ServiceKind {
  readonly token: ServiceToken<unknown>;
  /** Whether any number may be registered. */
  readonly many: boolean;
  readonly methods: RequiredMethods;
}

/** Every protocol with a token, with the methods that it requires: the types see to it that none is missing here. */
export const SERVICES: readonly ServiceKind[] = [
  // What others are made of comes first, so that it is found where it is, and not by who is made of it.
  anyNumber(ErrorRule, { classify: true }),
  anyNumber(Hook, {}),
  anyNumber(RecoveryStrategy, { recover: true }),
  anyNumber(StepHandler, { handle: true }),
  anyNumber(Telemetry, { onEvent: true }),
  one(CacheBackend, { get: true, set: true }),
  one(CircuitBreakers, { get: true, onTransition: true }),
  one(Clock, { now: true, monotonic: true, schedule: true }),
  one(ContextManager, { begin: true, merge: true }),
  one(ErrorClassifier, { classify: true }),
  one(GracefulDegradation, {
    isEnabled: true,
    register: true,
    force: true,
    release: true,
    onChange: true,
    watch: true,
  }),
  one(Hasher, { digest: true }),
  one(HookDispatcher, { listens: true, dispatch: true }),
  one(IdGenerator, { next: true }),
  one(Journal, { open: true }),
  one(Logger, { log: true }),
  one(ObjectPool, { acquire: true, release: true }),
  one(Random, { next: true }),
  one(RateLimiter, { acquire: true }),
  one(RecoveryStrategies, { decide: true }),
  one(Serializer, { stringify: true, parse: true }),
  one(StateBackend, {
    createRun: true,
    getRun: true,
    listRuns: true,
    acquireLease: true,
    renewLease: true,
    releaseLease: true,
    readEntries: true,
    appendEntries: true,
    endRun: true,
    putSignal: true,
    readSignals: true,
    deleteRuns: true,
    [Symbol.asyncDispose]: true,
  }),
  one(StateManager, {
    create: true,
    read: true,
    lease: true,
    keep: true,
    release: true,
    answers: true,
    end: true,
    result: true,
  }),
  one(StepCoordinator, { watches: true, begin: true, end: true }),
  one(StepHandlerRegistry, { get: true }),
  one(TraceManager, { trace: true }),
  one(TypeValidator, { check: true }),
  one(UsageGovernor, { open: true, estimate: true, learn: true }),
];

function one<Service>(token: ServiceToken<Service>, methods: Readonly<Record<MethodsOf<Service>, true>>): ServiceKind {
  return { token, many: false, methods: Reflect.ownKeys(methods) };
}

function anyNumber<Service>(
  token: ServiceToken<Service>,
  methods: Readonly<Record<MethodsOf<Service>, true>>,
): ServiceKind {
  return { token, many: true, methods: Reflect.ownKeys(methods) };
}
