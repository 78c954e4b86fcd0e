import "reflect-metadata/lite";
import { type DependencyContainer, instanceCachingFactory } from "tsyringe";
import { LruCacheBackend } from "./caching/lru-cache-backend.ts";
import { resolveEach } from "./container/resolve.ts";
import { CopyOnWriteContext } from "./context/copy-on-write-context.ts";
import { StepWatch } from "./coordination/step-watch.ts";
import { LoadDegradation } from "./degradation/load-degradation.ts";
import { builtInHandlers } from "./handlers/built-in-handlers.ts";
import { HandlersByKind } from "./handlers/handlers-by-kind.ts";
import { Blake3Hasher } from "./hashing/blake3-hasher.ts";
import { OrderedHookDispatcher } from "./hooks/ordered-hook-dispatcher.ts";
import { KeyedEngine } from "./hosts/keyed-engine.ts";
import { StoredJournal } from "./journal/stored-journal.ts";
import { SystemClock } from "./platform/system-clock.ts";
import { SystemRandom } from "./platform/system-random.ts";
import { UuidGenerator } from "./platform/uuid-generator.ts";
import { WarningLogger } from "./platform/warning-logger.ts";
import { NoPool } from "./pooling/no-pool.ts";
import { CacheBackend } from "./protocols/cache-backend.ts";
import { CircuitBreakers } from "./protocols/circuit-breakers.ts";
import { Clock } from "./protocols/clock.ts";
import { ContextManager } from "./protocols/context-manager.ts";
import { DurableEngine } from "./protocols/durable-engine.ts";
import { ErrorClassifier, ErrorRule } from "./protocols/error-classifier.ts";
import { GracefulDegradation } from "./protocols/graceful-degradation.ts";
import { Hasher } from "./protocols/hasher.ts";
import { Hook } from "./protocols/hook.ts";
import { HookDispatcher } from "./protocols/hook-dispatcher.ts";
import { IdGenerator } from "./protocols/id-generator.ts";
import { Journal } from "./protocols/journal.ts";
import { Logger } from "./protocols/logger.ts";
import { ObjectPool } from "./protocols/object-pool.ts";
import { Random } from "./protocols/random.ts";
import { RateLimiter } from "./protocols/rate-limiter.ts";
import { RecoveryStrategies, RecoveryStrategy } from "./protocols/recovery-strategies.ts";
import { Serializer } from "./protocols/serializer.ts";
import { SharedBudget } from "./protocols/shared-budget.ts";
import { StateBackend } from "./protocols/state-backend.ts";
import { StateManager } from "./protocols/state-manager.ts";
import { StepCoordinator } from "./protocols/step-coordinator.ts";
import { StepHandler } from "./protocols/step-handler.ts";
import { StepHandlerRegistry } from "./protocols/step-handler-registry.ts";
import type { ServiceToken } from "./protocols/token.ts";
import { TraceManager } from "./protocols/trace-manager.ts";
import { TypeValidator } from "./protocols/type-validator.ts";
import { UsageGovernor } from "./protocols/usage-governor.ts";
import { DefaultErrorClassifier } from "./resilience/default-error-classifier.ts";
import { PolicyRecoveryStrategies } from "./resilience/policy-recovery-strategies.ts";
import { SlidingWindowCircuitBreakers } from "./resilience/sliding-window-circuit-breakers.ts";
import { WindowRateLimiter } from "./resilience/window-rate-limiter.ts";
import { TaggedJsonSerializer } from "./serialization/tagged-json-serializer.ts";
import { MemoryStateBackend } from "./state/memory-state-backend.ts";
import type { StoredParts } from "./state/stored-parts.ts";
import { StoredRuns } from "./state/stored-runs.ts";
import { JournalTraceManager } from "./tracing/journal-trace-manager.ts";
import { LedgerGovernor } from "./usage/ledger-governor.ts";
import { SchemaValidator } from "./validation/schema-validator.ts";

/**
 * The map of this package: what stands behind each token unless somebody registers something else.
 *
 * @param parent - the user's own container, whose hooks, rules, strategies and handlers count as well
 */
export function coreDefaults(container: DependencyContainer, parent?: DependencyContainer): void {
  const each = <Service>(token: ServiceToken<Service>): readonly Service[] => resolveEach(container, parent, token);

  fill(container, Clock, () => new SystemClock());
  fill(container, Random, () => new SystemRandom());
  fill(container, IdGenerator, () => new UuidGenerator());
  fill(container, Logger, () => new WarningLogger());

  fill(container, ObjectPool, () => new NoPool());

  fill(container, Serializer, () => new TaggedJsonSerializer());
  fill(container, Hasher, () => new Blake3Hasher());
  fill(container, CacheBackend, (of) => new LruCacheBackend({ clock: of(Clock) }));
  fill(container, StateBackend, (of) => new MemoryStateBackend({ clock: of(Clock) }));
  const stored = (of: Of): StoredParts => ({
    state: of(StateBackend),
    serializer: of(Serializer),
    clock: of(Clock),
  });
  fill(container, StateManager, (of) => new StoredRuns(stored(of)));
  fill(container, DurableEngine, (of) => new KeyedEngine({ state: of(StateBackend), clock: of(Clock) }));
  fill(container, Journal, (of) => new StoredJournal({ serializer: of(Serializer), clock: of(Clock) }));
  fill(container, TraceManager, (of) => new JournalTraceManager(stored(of)));

  fill(container, StepHandlerRegistry, () => new HandlersByKind([...builtInHandlers(), ...each(StepHandler)]));
  fill(container, HookDispatcher, (of) => new OrderedHookDispatcher({ hooks: each(Hook), logger: of(Logger) }));
  fill(container, StepCoordinator, (of) => new StepWatch({ hooks: of(HookDispatcher) }));
  fill(container, TypeValidator, () => new SchemaValidator());
  fill(container, ContextManager, () => new CopyOnWriteContext());
  fill(
    container,
    UsageGovernor,
    (of) => new LedgerGovernor({ budgets: each(SharedBudget), state: of(StateBackend), clock: of(Clock) }),
  );

  fill(
    container,
    ErrorClassifier,
    (of) => new DefaultErrorClassifier({ rules: each(ErrorRule), clock: of(Clock), logger: of(Logger) }),
  );
  fill(
    container,
    RecoveryStrategies,
    (of) =>
      new PolicyRecoveryStrategies({ strategies: each(RecoveryStrategy), random: of(Random), logger: of(Logger) }),
  );
  fill(container, CircuitBreakers, (of) => new SlidingWindowCircuitBreakers({ clock: of(Clock), logger: of(Logger) }));
  fill(container, RateLimiter, (of) => new WindowRateLimiter({ clock: of(Clock) }));
  fill(container, GracefulDegradation, (of) => new LoadDegradation({ clock: of(Clock), logger: of(Logger) }));
}

type Of = <Needed>(token: ServiceToken<Needed>) => Needed;

function fill<Service>(container: DependencyContainer, token: ServiceToken<Service>, make: (of: Of) => Service): void {
  if (container.isRegistered(token, true)) return;
  container.register(token, { useFactory: instanceCachingFactory(() => make((needed) => container.resolve(needed))) });
}
