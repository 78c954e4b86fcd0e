import {
  Blake3Hasher,
  builtInHandlers,
  CopyOnWriteContext,
  DefaultErrorClassifier,
  Flujo,
  HandlersByKind,
  JournalTraceManager,
  KeyedEngine,
  LedgerGovernor,
  LoadDegradation,
  LruCacheBackend,
  MemoryStateBackend,
  NoPool,
  OrderedHookDispatcher,
  PolicyRecoveryStrategies,
  resolve,
  SchemaValidator,
  SlidingWindowCircuitBreakers,
  StepWatch,
  StoredJournal,
  StoredRuns,
  SystemClock,
  SystemRandom,
  TaggedJsonSerializer,
  UuidGenerator,
  unwrap,
  WarningLogger,
  WindowRateLimiter,
} from "@flujo/core";
import * as protocols from "@flujo/core/protocols";
import {
  CacheBackend,
  CircuitBreakers,
  Clock,
  ContextManager,
  DurableEngine,
  ErrorClassifier,
  ErrorRule,
  type FlujoModule,
  GracefulDegradation,
  Hasher,
  Hook,
  HookDispatcher,
  IdGenerator,
  Journal,
  Logger,
  ObjectPool,
  Random,
  RateLimiter,
  RecoveryStrategies,
  RecoveryStrategy,
  Serializer,
  type ServiceToken,
  StateBackend,
  StateManager,
  StepCoordinator,
  StepHandler,
  StepHandlerRegistry,
  Telemetry,
  TraceManager,
  TypeValidator,
  token,
  UsageGovernor,
} from "@flujo/core/protocols";
import { type StandardSchema, step } from "@flujo/dsl";
import { container as processContainer } from "tsyringe";
import { describe, expect, test } from "vitest";

type Of = <Service>(token: ServiceToken<Service>) => Service;

/** Of each protocol with one implementation a runner: the default, by plain `new`, out of the parts that it needs. */
const ONE: Readonly<Record<string, readonly [ServiceToken<object>, (of: Of) => object]>> = {
  CacheBackend: [CacheBackend, (of) => new LruCacheBackend({ clock: of(Clock) })],
  CircuitBreakers: [CircuitBreakers, (of) => new SlidingWindowCircuitBreakers({ clock: of(Clock) })],
  Clock: [Clock, () => new SystemClock()],
  ContextManager: [ContextManager, () => new CopyOnWriteContext()],
  DurableEngine: [DurableEngine, (of) => new KeyedEngine({ state: of(StateBackend), clock: of(Clock) })],
  ErrorClassifier: [ErrorClassifier, () => new DefaultErrorClassifier()],
  GracefulDegradation: [GracefulDegradation, () => new LoadDegradation()],
  Hasher: [Hasher, () => new Blake3Hasher()],
  HookDispatcher: [HookDispatcher, (of) => new OrderedHookDispatcher({ hooks: [], logger: of(Logger) })],
  IdGenerator: [IdGenerator, () => new UuidGenerator()],
  Journal: [Journal, (of) => new StoredJournal(stored(of))],
  Logger: [Logger, () => new WarningLogger()],
  ObjectPool: [ObjectPool, () => new NoPool()],
  Random: [Random, () => new SystemRandom()],
  RateLimiter: [RateLimiter, () => new WindowRateLimiter()],
  RecoveryStrategies: [RecoveryStrategies, (of) => new PolicyRecoveryStrategies({ random: of(Random) })],
  Serializer: [Serializer, () => new TaggedJsonSerializer()],
  StateBackend: [StateBackend, () => new MemoryStateBackend()],
  StateManager: [StateManager, (of) => new StoredRuns(stored(of))],
  StepCoordinator: [StepCoordinator, (of) => new StepWatch({ hooks: of(HookDispatcher) })],
  StepHandlerRegistry: [StepHandlerRegistry, () => new HandlersByKind(builtInHandlers())],
  TraceManager: [TraceManager, (of) => new JournalTraceManager(stored(of))],
  TypeValidator: [TypeValidator, () => new SchemaValidator()],
  UsageGovernor: [UsageGovernor, (of) => new LedgerGovernor({ state: of(StateBackend) })],
};

/** Of each protocol with any number of implementations: one that does nothing of its own. */
const MANY: Readonly<Record<string, readonly [ServiceToken<object>, () => object]>> = {
  ErrorRule: [ErrorRule, () => ({ classify: () => undefined })],
  Hook: [Hook, () => ({ onStepStart: () => undefined })],
  RecoveryStrategy: [RecoveryStrategy, () => ({ name: "none", recover: () => undefined })],
  StepHandler: [StepHandler, () => builtInHandlers().find(({ kind }) => kind === "step") as StepHandler],
  Telemetry: [Telemetry, () => ({ onEvent: () => undefined })],
};

/** A shared budget is a value: nothing of it is called. What calls of models cost is asked by steps of `@flujo/agents` alone. */
const NOT_CALLED: ReadonlySet<string> = new Set(["AgentRunner", "CostCalculator", "PriceCatalog", "SharedBudget"]);

const stored = (of: Of) => ({ state: of(StateBackend), serializer: of(Serializer), clock: of(Clock) });

/** Parts that a run does not ask for: somebody else does. */
const ASKED_BESIDES: Readonly<Record<string, (of: Of, runId: string) => unknown>> = {
  TraceManager: (of, runId) => of(TraceManager).trace(runId),
  ObjectPool: (of) => of(ObjectPool).acquire({ name: "list", make: () => [], reset: () => undefined }),
};

const refusing: Hook = {
  onRunStart: () => {
    throw new Error("a hook that is heard of by the logger");
  },
};

const numbers: StandardSchema<number> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as number }) },
};

/** Needs every part there is: a schema, a cache, a retry with jitter, limits, a breaker, and the context. */
function demanding() {
  return step({
    name: "demanding",
    input: numbers,
    run: (n: number, { attempt, update }) => {
      update(() => undefined);
      if (attempt === 1) throw new Error("once");
      return n * 2;
    },
  })
    .withRetry({ maxAttempts: 2, initialDelayMs: 1, maxDelayMs: 1 })
    .withCache()
    .withLimits({ concurrency: 1 })
    .withCircuitBreaker();
}

/** The object itself, with every call of a method noted. */
function spied<Service extends object>(service: Service, calls: PropertyKey[]): Service {
  return new Proxy(service, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]): unknown => {
        calls.push(property);
        return Reflect.apply(value, target, given);
      };
    },
  });
}

describe("every part of a runner", () => {
  const tokens = Object.entries(protocols).filter(([, value]) => typeof value === "symbol");

  test("is in the tables of this test", () => {
    const names = tokens.map(([name]) => name).filter((name) => !NOT_CALLED.has(name));
    expect([...Object.keys(ONE), ...Object.keys(MANY)].toSorted()).toStrictEqual(names.toSorted());
  });

  test.each(Object.entries(ONE))(
    "can be one of a module's, which a run then uses, built by plain new: %s",
    async (name, [of, make]) => {
      const calls: PropertyKey[] = [];
      let service: object | undefined;
      const module: FlujoModule = (container) => {
        container.register(of, {
          useFactory: (parts) => {
            service ??= spied(
              make((part) => resolve(parts, part)),
              calls,
            );
            return service;
          },
        });
      };
      await using flujo = new Flujo(demanding(), { modules: [module], hooks: name === "Logger" ? [refusing] : [] });
      // Who handles which kind is asked when the runner is made.
      if (of !== StepHandlerRegistry) calls.length = 0;
      const result = await flujo.run(21);
      expect(unwrap(result)).toBe(42);
      await ASKED_BESIDES[name]?.((part) => resolve(flujo.container, part), result.runId);
      expect(calls).not.toStrictEqual([]);
      expect(resolve(flujo.container, of)).toBe(service);
    },
  );

  test.each(Object.entries(MANY))("can be added to by a module: %s", async (_, [of, make]) => {
    const calls: PropertyKey[] = [];
    const module: FlujoModule = (container) => {
      container.register(of, { useValue: spied(make(), calls) });
    };
    await using flujo = new Flujo(demanding(), { modules: [module] });
    expect(unwrap(await flujo.run(21))).toBe(42);
    expect(calls).not.toStrictEqual([]);
  });

  test.each(Object.entries({ ...ONE, ...MANY }).filter(([name]) => name !== "Hook"))(
    "is refused, with its token and the missing method, if it is meant for another: %s",
    (name, [of]) => {
      const wrong: FlujoModule = (container) => container.register(of, { useValue: { acquit: () => undefined } });
      expect(() => new Flujo(demanding(), { modules: [wrong] })).toThrow(
        expect.objectContaining({
          code: "configuration",
          message: expect.stringMatching(new RegExp(`@flujo/${name} has no method \\w`)),
        }),
      );
    },
  );

  test.each([[null], [undefined], ["sqlite"], [7]])("is refused if it is no object: %s", (value) => {
    for (const of of [StateBackend, Hook]) {
      const wrong: FlujoModule = (container) => container.register(of, { useFactory: () => value as never });
      expect(() => new Flujo(demanding(), { modules: [wrong] })).toThrow(
        expect.objectContaining({
          code: "configuration",
          message: expect.stringContaining(`${of.description} is ${value}, and no object`),
        }),
      );
    }
  });

  test("may be found wrong in the user's own container too", () => {
    const own = processContainer.createChildContainer();
    own.register(Telemetry, { useValue: { onEnd: () => undefined } as unknown as Telemetry });
    expect(() => new Flujo(demanding(), { container: own })).toThrow("@flujo/Telemetry has no method onEvent");
  });
});

/** Parts whose state one runner's runs leave behind. */
const WITH_STATE = [CacheBackend, CircuitBreakers, RateLimiter, UsageGovernor, GracefulDegradation, StateBackend];

describe("two runners", () => {
  test("share no part", async () => {
    await using one = new Flujo(demanding());
    await using two = new Flujo(demanding());
    for (const [of] of Object.values(ONE)) expect(resolve(one.container, of)).not.toBe(resolve(two.container, of));
  });

  test("share what a parent container has of each, and nothing else", async () => {
    for (const shared of WITH_STATE as readonly ServiceToken<object>[]) {
      const parent = processContainer.createChildContainer();
      const service = defaultOf(shared);
      parent.register(shared, { useValue: service });
      await using one = new Flujo(demanding(), { container: parent });
      await using two = new Flujo(demanding(), { container: parent });
      for (const of of WITH_STATE as readonly ServiceToken<object>[]) {
        expect(resolve(one.container, of) === resolve(two.container, of)).toBe(of === shared);
      }
      expect(resolve(one.container, shared)).toBe(service);
    }
  });

  test("learn, cache and break each for itself, unless they share the part that does", async () => {
    let calls = 0;
    const counted = () =>
      step("counted", () => {
        calls++;
      }).withCache();
    const parent = processContainer.createChildContainer();
    parent.register(CacheBackend, { useValue: new LruCacheBackend() });
    for (const [options, expected] of [
      [{}, 2],
      [{ container: parent }, 1],
    ] as const) {
      calls = 0;
      for (const _ of [1, 2]) {
        await using flujo = new Flujo(counted(), options);
        await flujo.run(undefined as never);
      }
      expect(calls).toBe(expected);
    }
  });

  test("force levels and breakers each for itself", async () => {
    await using one = new Flujo(demanding());
    await using two = new Flujo(demanding());
    resolve(one.container, GracefulDegradation).force("severe");
    resolve(one.container, CircuitBreakers).get("demanding").force("open");
    await expect(one.run(1)).rejects.toMatchObject({ code: "overloaded" });
    expect(unwrap(await two.run(1))).toBe(2);
  });
});

describe("a part that is missing", () => {
  test("is named, with the package that has one", () => {
    const Ledger = token<object>("AcmeLedger", "@acme/ledger");
    expect(() => resolve(processContainer.createChildContainer(), Ledger)).toThrow(
      expect.objectContaining({
        code: "missing_service",
        token: Ledger,
        message: expect.stringMatching(/@flujo\/AcmeLedger.*@acme\/ledger/),
      }),
    );
  });
});

function defaultOf<Service>(of: ServiceToken<Service>): Service {
  const [, make] = Object.values({ ...ONE, ...MANY }).find(([each]) => each === of) ?? [];
  return make?.(defaultOf) as Service;
}
