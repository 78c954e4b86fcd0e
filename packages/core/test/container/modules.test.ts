import { Flujo, MemoryStateBackend, resolve, unwrap } from "@flujo/core";
import {
  Clock,
  type Execution,
  type FlujoModule,
  type Outcome,
  type ServiceToken,
  StateBackend,
  StepHandler,
  Telemetry,
  token,
} from "@flujo/core/protocols";
import { type InputOf, map, Step, step } from "@flujo/dsl";
import { inject, injectable, container as processContainer } from "tsyringe";
import { describe, expect, test } from "vitest";

interface Greeter {
  greet(name: string): string;
}
const Greeter: ServiceToken<Greeter> = token<Greeter>("test/Greeter");
const greet = step("greet", (name: string, scope) => scope.resolve(Greeter).greet(name));
const greeter =
  (word: string): FlujoModule =>
  (container) =>
    container.register(Greeter, { useValue: { greet: (name) => `${word} ${name}` } as Greeter });

describe("modules", () => {
  test("belong to one runner: two in a process share nothing", async () => {
    await using polite = new Flujo(greet, { modules: [greeter("Good day")] });
    await using brief = new Flujo(greet, { modules: [greeter("Hi")] });
    expect(unwrap(await polite.run("Ada"))).toBe("Good day Ada");
    expect(unwrap(await brief.run("Ada"))).toBe("Hi Ada");
    expect(polite.state).not.toBe(brief.state);
    expect(processContainer.isRegistered(Greeter)).toBe(false);
    expect(processContainer.isRegistered(StateBackend)).toBe(false);
  });

  test("go before the user's container, which goes before the defaults", async () => {
    const own = processContainer.createChildContainer();
    own.register(Greeter, { useValue: { greet: () => "from the container" } as Greeter });
    const backend = new MemoryStateBackend();
    own.register(StateBackend, { useValue: backend });
    await using plain = new Flujo(greet, { container: own });
    await using overriding = new Flujo(greet, { container: own, modules: [greeter("Hi")] });
    expect(unwrap(await plain.run("Ada"))).toBe("from the container");
    expect(unwrap(await overriding.run("Ada"))).toBe("Hi Ada");
    expect(plain.state).toBe(backend);
  });

  test("that are missing are named by what asks for them", async () => {
    await using flujo = new Flujo(greet);
    expect(await flujo.run("Ada")).toMatchObject({
      status: "failed",
      error: { code: "missing_service", path: "greet", message: expect.stringContaining("@flujo/test/Greeter") },
    });
  });

  test("are disposed of with the runner; what came with the user's container is not", async () => {
    const disposed: string[] = [];
    class Watched extends MemoryStateBackend {
      readonly #name: string;
      constructor(name: string) {
        super();
        this.#name = name;
      }
      override async [Symbol.asyncDispose](): Promise<void> {
        disposed.push(this.#name);
      }
    }
    const own = processContainer.createChildContainer();
    own.register(StateBackend, { useValue: new Watched("the user's") });
    await new Flujo(greet, { container: own })[Symbol.asyncDispose]();
    expect(disposed).toEqual([]);
    const flujo = new Flujo(greet, {
      modules: [(container) => container.register(StateBackend, { useValue: new Watched("a module's") })],
    });
    await flujo[Symbol.asyncDispose]();
    await flujo[Symbol.asyncDispose]();
    expect(disposed).toEqual(["a module's"]);
  });
});

test("a user's decorated class is given our services by token", async () => {
  @injectable()
  class Audit {
    readonly #state: StateBackend;
    readonly #clock: Clock;
    constructor(@inject(StateBackend) state: StateBackend, @inject(Clock) clock: Clock) {
      this.#state = state;
      this.#clock = clock;
    }
    async count(): Promise<number> {
      return this.#clock.now() > 0 ? (await this.#state.listRuns()).runs.length : 0;
    }
  }
  await using flujo = new Flujo(greet, { modules: [greeter("Hi")] });
  await flujo.run("Ada");
  expect(await flujo.container.resolve(Audit).count()).toBe(1);
  expect(resolve(flujo.container, StateBackend)).toBe(flujo.state);
});

describe("a kind of step of one's own", () => {
  /** Runs its body once for each of `times`, and gives the last output. */
  class Repeat<Value> extends Step<Value, Value> {
    readonly kind = "acme.repeat";
    readonly body: Step<Value, Value>;
    readonly times: number;
    constructor(name: string, body: Step<Value, Value>, times: number) {
      super(name);
      this.body = body;
      this.times = times;
    }
    override children() {
      return [{ role: "body", step: this.body }] as const;
    }
    override details() {
      return { times: this.times };
    }
  }
  class RepeatHandler implements StepHandler<Repeat<never>> {
    readonly kind = "acme.repeat";
    async handle(execution: Execution<Repeat<never>>): Promise<Outcome> {
      let outcome: Outcome = { status: "completed", output: execution.input };
      for (let iteration = 1; iteration <= execution.step.times && outcome.status === "completed"; iteration++) {
        const [body] = execution.children;
        if (body !== undefined) outcome = await execution.run(body, outcome.output, { iteration });
      }
      return outcome;
    }
  }
  const double = step("double", (n: number) => n * 2);
  const thrice = new Repeat("thrice", double, 3);
  const module: FlujoModule = (container) =>
    container.register(StepHandler, { useValue: new RepeatHandler() as StepHandler });

  test("stands wherever a step does, and takes the path that all steps take", async () => {
    const pipeline = map("all", thrice.withRetry());
    await using flujo = new Flujo(pipeline, { modules: [module] });
    const result = await flujo.run([1, 2] satisfies InputOf<typeof pipeline>);
    expect(unwrap(result)).toEqual([8, 16]);
    expect(result.steps.map(({ path }) => path)).toContain("all@1/thrice#3/double");
    expect(pipeline.toMermaid()).toContain("double");
  });

  test("wants a handler, and says so by name", () => {
    expect(() => new Flujo(thrice)).toThrow(
      expect.objectContaining({ code: "configuration", message: expect.stringContaining("acme.repeat") }),
    );
  });
});

describe("telemetry", () => {
  test("that throws is heard of once and disturbs nothing", async () => {
    const warnings: string[] = [];
    const onWarning = (warning: Error): void => {
      warnings.push(warning.message);
    };
    process.on("warning", onWarning);
    const seen: string[] = [];
    const broken: Telemetry = {
      onEvent: () => {
        throw new Error("exporter down");
      },
    };
    await using flujo = new Flujo(
      step("work", (n: number) => n),
      {
        modules: [
          (container) => container.register(Telemetry, { useValue: broken }),
          (container) =>
            container.register(Telemetry, { useValue: { onEvent: ({ type }) => seen.push(type) } as Telemetry }),
        ],
      },
    );
    expect(unwrap(await flujo.run(1))).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    expect(seen).toEqual(["run-start", "step-start", "step-end", "run-end"]);
    expect(warnings).toEqual(["A Telemetry threw and is ignored for the rest of the run"]);
  });
});

describe("new Flujo", () => {
  test.each<[string, () => unknown, object]>([
    ["what is not a step", () => new Flujo("pipeline" as never), { code: "invalid_option", option: "pipeline" }],
    [
      "an option that it does not know",
      () => new Flujo(greet, { state: 1 } as never),
      { code: "invalid_option", option: "options.state" },
    ],
    [
      "a context that can't be stored",
      () => new Flujo(greet, { context: { f: () => 1 } }),
      { code: "not_serializable" },
    ],
  ])("refuses %s", (_name, make, error) => {
    expect(make).toThrow(expect.objectContaining(error));
  });
});
