import { Flujo, type RunResult, resolve, unwrap } from "@flujo/core";
import type { RunEvent, StateBackend as StateBackendType } from "@flujo/core/protocols";
import { StateBackend } from "@flujo/core/protocols";
import { step, steps } from "@flujo/dsl";
import { describe, expectTypeOf, test } from "vitest";

const count = step("count", (text: string) => text.length);
const s = steps<{ seen: string[] }>();
const remember = s.step("remember", (text: string) => text);

describe("new Flujo", () => {
  test("needs no options for steps that need no context", () => {
    const flujo = new Flujo(count);
    expectTypeOf(flujo.run).parameter(0).toEqualTypeOf<string>();
    expectTypeOf(flujo.run("x")).resolves.toEqualTypeOf<RunResult<number, unknown>>();
  });

  test("wants the context that its steps need", () => {
    // @ts-expect-error a context is needed
    new Flujo(remember);
    // @ts-expect-error and one that fits
    new Flujo(remember, { context: { seen: [1] } });
    const flujo = new Flujo(remember, { context: { seen: [] } });
    expectTypeOf(flujo.run("x")).resolves.toHaveProperty("context").toEqualTypeOf<{ seen: string[] }>();
  });
});

describe("a result", () => {
  const result = {} as RunResult<number>;

  test("has its output only when completed", () => {
    if (result.status === "completed") expectTypeOf(result.output).toEqualTypeOf<number>();
    // @ts-expect-error it may not be completed
    void result.output;
    expectTypeOf(result.status).toEqualTypeOf<"completed" | "paused" | "failed" | "cancelled">();
    expectTypeOf(unwrap(result)).toEqualTypeOf<number>();
  });

  test("has usage that may be unknown", () => {
    expectTypeOf(result.usage.costUsd).toEqualTypeOf<number | undefined>();
    expectTypeOf(result.usage.known.costPico).toEqualTypeOf<bigint>();
  });
});

test("events are told apart by type", () => {
  const event = {} as RunEvent;
  if (event.type === "step-end")
    expectTypeOf(event.status).toEqualTypeOf<"completed" | "failed" | "paused" | "cancelled">();
  if (event.type === "step-chunk") expectTypeOf(event.chunk).toEqualTypeOf<unknown>();
});

test("a token gives its interface", () => {
  expectTypeOf(resolve(new Flujo(count).container, StateBackend)).toEqualTypeOf<StateBackendType>();
});
