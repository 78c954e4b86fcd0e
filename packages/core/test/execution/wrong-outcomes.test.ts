import { Flujo } from "@flujo/core";
import { type Outcome, StepHandler } from "@flujo/core/protocols";
import { pipeline, Step, step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";

class Odd extends Step<number, number> {
  readonly kind = "test.odd";
}

/** Runs a step whose handler gives `outcome`. */
async function runOdd(outcome: unknown) {
  const handler: StepHandler = { kind: "test.odd", handle: async () => outcome as Outcome };
  await using flujo = new Flujo(new Odd("odd"), {
    modules: [(container) => container.register(StepHandler, { useValue: handler })],
  });
  return await flujo.run(1);
}

describe("a handler that gives what is no outcome", () => {
  test.each([
    [undefined, "undefined"],
    [42, "42"],
    [{ status: "done" }, '{"status":"done"}'],
    [{ status: "cancelled" }, "a cancellation, although nothing was stopped"],
  ])("fails its step and says so: %o", async (outcome, shown) => {
    expect(await runOdd(outcome)).toMatchObject({
      status: "failed",
      error: { code: "invalid_outcome", path: "odd", message: expect.stringContaining(`"test.odd" gave ${shown}`) },
    });
  });
});

test("a fallback value of the outermost pipeline that can't be recorded fails the run", async () => {
  const broken = step("broken", (): unknown => {
    throw new Error("no");
  });
  await using flujo = new Flujo(pipeline("whole", broken).withFallbackValue(() => 1));
  const result = await flujo.run(1 as never);
  expect(result).toMatchObject({ status: "failed", error: { code: "not_serializable" } });
});
