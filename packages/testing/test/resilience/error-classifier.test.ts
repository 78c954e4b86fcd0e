import { DefaultErrorClassifier, Flujo } from "@flujo/core";
import { ErrorClassifier, ErrorRule } from "@flujo/core/protocols";
import { step } from "@flujo/dsl";
import { describeErrorClassifier } from "@flujo/testing";
import { describe, expect, test } from "vitest";

describeErrorClassifier({ name: "default", open: (rules, clock) => new DefaultErrorClassifier({ rules, clock }) });

describe("DefaultErrorClassifier", () => {
  test("tells its logger of rules that throw or say what makes no sense", () => {
    const logged: unknown[] = [];
    const broken = new Error("broken rule");
    const odd = { category: "odd" } as object;
    const classifier = new DefaultErrorClassifier({
      rules: [
        { classify: () => odd },
        {
          classify: () => {
            throw broken;
          },
        },
      ],
      logger: { log: (level, _message, detail) => void logged.push([level, detail]) },
    });
    expect(classifier.classify("no")).toEqual({ category: "unknown", retryable: true });
    expect(logged).toEqual([
      ["error", odd],
      ["error", broken],
    ]);
  });

  test("looks at the beginning of a message alone", () => {
    const page = `${"-".repeat(1_000)} rate limit`;
    expect(new DefaultErrorClassifier().classify(new Error(page)).category).toBe("unknown");
  });

  test("is what a runner's steps get, with the rules that were registered", async () => {
    const ask = step("ask", (_: number, scope) => scope.resolve(ErrorClassifier).classify({ code: "BUSY" }));
    await using flujo = new Flujo(ask, {
      modules: [
        (container) => {
          const busy: ErrorRule = { classify: () => ({ category: "rateLimit" }) };
          container.register(ErrorRule, { useValue: busy });
        },
      ],
    });
    expect(await flujo.run(1)).toMatchObject({ output: { category: "rateLimit", retryable: true } });
  });
});
