import { InvalidOptionError, resolveBudget, type ServiceToken, type Step } from "@flujo/dsl";
import type { DependencyContainer } from "tsyringe";
import { StepCache } from "../caching/step-cache.ts";
import { resolve } from "../container/resolve.ts";
import { CallGuard } from "../execution/call-guard.ts";
import { ExecutionManager } from "../execution/execution-manager.ts";
import { ExecutorCore } from "../execution/executor-core.ts";
import { compilePlan, compileRedirectTarget } from "../execution/plan.ts";
import type { RunServices } from "../execution/run-scope.ts";
import type { ReplayParts } from "../history/replay.ts";
import { checkMigrations } from "../migration/run-migration.ts";
import { RunPlans } from "../migration/run-plans.ts";
import { CacheBackend } from "../protocols/cache-backend.ts";
import { CircuitBreakers } from "../protocols/circuit-breakers.ts";
import { Clock } from "../protocols/clock.ts";
import { ContextManager } from "../protocols/context-manager.ts";
import { DurableEngine } from "../protocols/durable-engine.ts";
import { ErrorClassifier } from "../protocols/error-classifier.ts";
import { GracefulDegradation } from "../protocols/graceful-degradation.ts";
import { Hasher } from "../protocols/hasher.ts";
import { HookDispatcher } from "../protocols/hook-dispatcher.ts";
import { IdGenerator } from "../protocols/id-generator.ts";
import { Journal } from "../protocols/journal.ts";
import { Logger } from "../protocols/logger.ts";
import { Random } from "../protocols/random.ts";
import { RateLimiter } from "../protocols/rate-limiter.ts";
import { RecoveryStrategies } from "../protocols/recovery-strategies.ts";
import { Serializer } from "../protocols/serializer.ts";
import { StateManager } from "../protocols/state-manager.ts";
import { StepCoordinator } from "../protocols/step-coordinator.ts";
import { StepHandlerRegistry } from "../protocols/step-handler-registry.ts";
import { TypeValidator } from "../protocols/type-validator.ts";
import { UsageGovernor } from "../protocols/usage-governor.ts";
import { WindowRateLimiter } from "../resilience/window-rate-limiter.ts";
import type { FlujoOptions } from "./flujo-options.ts";

/** What a runner works with. */
export interface Engine extends ReplayParts {
  readonly manager: ExecutionManager;
  /** The pipeline's description, as runs store it. */
  readonly planText: string;
  readonly plans: RunPlans;
  readonly states: StateManager;
  readonly types: TypeValidator;
  readonly clock: Clock;
  readonly degradation: GracefulDegradation;
  readonly breakers: CircuitBreakers;
}

/**
 * Puts a runner's parts together, out of a container that has them all.
 *
 * @throws {@link ConfigurationError} for a kind of step without a handler, `InvalidOptionError` for a budget or a concurrency
 * that can't be
 */
export function assembleEngine(
  container: DependencyContainer,
  pipeline: Step<never, unknown, never>,
  { budget, concurrency = Infinity, migrations }: Pick<FlujoOptions<unknown>, "budget" | "concurrency" | "migrations">,
): Engine {
  if (concurrency !== Infinity && !(Number.isSafeInteger(concurrency) && concurrency >= 1)) {
    throw new InvalidOptionError("options.concurrency", concurrency, "a whole number from 1, or Infinity");
  }
  const of = <Service>(token: ServiceToken<Service>): Service => resolve(container, token);
  const [clock, serializer, logger, ids] = [of(Clock), of(Serializer), of(Logger), of(IdGenerator)];
  const [states, types, degradation, governor] = [
    of(StateManager),
    of(TypeValidator),
    of(GracefulDegradation),
    of(UsageGovernor),
  ];
  const [handlers, hasher, journal, strategies] = [
    of(StepHandlerRegistry),
    of(Hasher),
    of(Journal),
    of(RecoveryStrategies),
  ];
  const services: RunServices = {
    clock,
    random: of(Random),
    contexts: of(ContextManager),
    types,
    classifier: of(ErrorClassifier),
    degradation,
    resolve: of,
  };
  const breakers = of(CircuitBreakers);
  const limiter = of(RateLimiter);
  const places = concurrency === Infinity ? undefined : new WindowRateLimiter({ clock });
  const core = new ExecutorCore({
    coordinator: of(StepCoordinator),
    cache: new StepCache({ backend: of(CacheBackend), hasher, serializer }),
    strategies,
    guard: new CallGuard({
      governor,
      breakers,
      limiter,
      places,
      concurrency,
    }),
    plan: (target, from) => compileRedirectTarget(target, from, handlers),
  });
  const plan = compilePlan(pipeline, handlers);
  const planText = JSON.stringify(pipeline.describe());
  const plans = new RunPlans({ plan, planText, migrations: checkMigrations(migrations), serializer, clock });
  const manager = new ExecutionManager({
    states,
    durable: of(DurableEngine),
    journal,
    governor,
    hooks: of(HookDispatcher),
    serializer,
    ids,
    logger,
    core,
    plans,
    services,
    budget: budget === undefined ? undefined : resolveBudget(budget, "options.budget"),
    queue: {
      get queued() {
        return limiter.queued + (places?.queued ?? 0);
      },
    },
  });
  return {
    plan,
    planText,
    plans,
    manager,
    journal,
    states,
    handlers,
    services,
    strategies,
    hasher,
    serializer,
    types,
    clock,
    ids,
    logger,
    degradation,
    breakers,
  };
}
