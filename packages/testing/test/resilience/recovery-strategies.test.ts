import { PolicyRecoveryStrategies } from "@flujo/core";
import { StepFailedError } from "@flujo/core/protocols";
import { step } from "@flujo/dsl";
import { describeRecoveryStrategies } from "@flujo/testing";
import { describe, expect, test } from "vitest";

describeRecoveryStrategies({
  name: "policy",
  open: (strategies, random) => new PolicyRecoveryStrategies({ strategies, random }),
});

const failed = {
  step: step("work", (n: number) => n).withRetry({ maxAttempts: 2 }),
  path: "desk/work",
  input: 1,
  error: new StepFailedError("no"),
  attempt: 1,
  elapsedMs: 0,
};

describe("PolicyRecoveryStrategies", () => {
  test("answers at once when no strategy of a user's has to be waited for", () => {
    expect(new PolicyRecoveryStrategies().decide(failed)).toMatchObject({ action: "retry" });
  });

  test("tells its logger of strategies that throw or say what can't be done, by name and place", async () => {
    const logged: unknown[] = [];
    const broken = new Error("broken strategy");
    const odd = { action: "retry" as const, delayMs: Number.NaN };
    const strategies = new PolicyRecoveryStrategies({
      strategies: [
        { name: "odd", recover: () => odd },
        { name: "broken", recover: () => Promise.reject(broken) },
      ],
      logger: { log: (level, message, detail) => void logged.push([level, message, detail]) },
    });
    expect(await strategies.decide(failed)).toMatchObject({ action: "retry" });
    expect(logged).toEqual([
      ["error", expect.stringMatching(/odd.*desk\/work/), odd],
      ["error", expect.stringMatching(/broken.*desk\/work/), broken],
    ]);
  });
});
