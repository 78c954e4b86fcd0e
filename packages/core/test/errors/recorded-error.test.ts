import { Flujo, MemoryStateBackend, RecordedError, TaggedJsonSerializer } from "@flujo/core";
import {
  type ErrorCategory,
  FlujoError,
  type FlujoModule,
  StateBackend,
  StepFailedError,
  type StoredError,
  type UsageLimitExceededError,
} from "@flujo/core/protocols";
import { pipeline, type Step, step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { toStoredError } from "../../src/errors/recorded-error.ts";

class VendorError extends FlujoError {
  override readonly name = "VendorError";
  readonly code = "vendor";
  readonly category: ErrorCategory = "rateLimit";
  readonly retryable = false;

  constructor(fields: Readonly<Record<string, unknown>>, options?: ConstructorParameters<typeof StepFailedError>[1]) {
    super("the vendor refused", options);
    for (const [key, value] of Object.entries(fields)) {
      Object.defineProperty(this, key, { value, enumerable: true, configurable: true });
    }
  }
}

const serializer = new TaggedJsonSerializer();
const stringify = (value: unknown): string => serializer.stringify(value);

/** An error, stored and read back. */
const recorded = (error: unknown): RecordedError =>
  new RecordedError(serializer.parse(stringify(toStoredError(error, stringify))) as StoredError);

/** A store that outlives the runners on it. */
class Disk extends MemoryStateBackend {
  override async [Symbol.asyncDispose](): Promise<void> {}
}
const on =
  (state: StateBackend): FlujoModule =>
  (container) =>
    container.register(StateBackend, { useValue: state });

describe("an error that was recorded", () => {
  test("has its class's own fields again, and how long to wait", () => {
    const at = new Date(0);
    const error = recorded(new VendorError({ statusCode: 429, at, spent: 3n }, { retryAfterMs: 1_500, path: "fetch" }));
    expect(error).toMatchObject({ code: "vendor", path: "fetch", retryAfterMs: 1_500 });
    expect(error).toMatchObject({ statusCode: 429, at, spent: 3n });
    // And again, once a resumed run has ended by it.
    expect(recorded(error)).toMatchObject({ statusCode: 429, at, spent: 3n, retryAfterMs: 1_500 });
  });

  test("has those of what caused it, too", () => {
    const cause = new VendorError({ statusCode: 503 });
    expect(recorded(new StepFailedError("no", { cause })).cause).toMatchObject({ code: "vendor", statusCode: 503 });
    const value = serializer.parse(stringify({ error: new StepFailedError("no", { cause }) }));
    expect(value).toMatchObject({ error: { cause: { statusCode: 503 } } });
  });

  test("is recorded without what can't be written or is too long", () => {
    const hostile = new VendorError({ call: () => 1, long: "x".repeat(20_000), short: "kept", none: undefined });
    Object.defineProperty(hostile, "self", { value: hostile, enumerable: true });
    Object.defineProperty(hostile, "broken", {
      enumerable: true,
      get: () => {
        throw new Error("this getter throws");
      },
    });
    expect(toStoredError(hostile, stringify).fields).toHaveProperty("short", "kept");
    const back = recorded(hostile);
    expect(back).toMatchObject({ short: "kept" });
    for (const key of ["call", "long", "broken", "none"]) expect(back).not.toHaveProperty(key);
    expect(serializer.parse(stringify({ hostile }))).toMatchObject({ hostile: { short: "kept" } });
  });

  test("is of a bounded size, however errors hold one another", () => {
    let error = new VendorError({});
    for (let depth = 0; depth < 60; depth++) error = new VendorError({ inner: error, cause: error });
    expect(stringify(toStoredError(error, stringify)).length).toBeLessThan(400_000);
    expect(stringify({ error }).length).toBeLessThan(400_000);
  });

  test("does not let storage say what an error is, nor reach its prototype", () => {
    const fields = JSON.parse(
      '{"__proto__":{"polluted":1},"code":"other","constructor":1,"toString":2,"statusCode":4}',
    );
    const stored = { name: "E", code: "e", category: "unknown", retryable: true, message: "m", fields };
    const error = new RecordedError(stored);
    expect(error).toMatchObject({ code: "e", statusCode: 4 });
    expect(error.constructor).toBe(RecordedError);
    expect(String(error)).toBe("E: m");
    expect(Object.getPrototypeOf(error)).toBe(RecordedError.prototype);
    expect("polluted" in error).toBe(false);
  });

  test("is read as ever if it was stored before there were fields", () => {
    const stored = { name: "E", code: "e", category: "timeout", retryable: true, message: "m", path: "p" };
    expect(new RecordedError(stored)).toMatchObject(stored);
    const text = `{"$flujo":"FlujoError","value":${JSON.stringify(stored)}}`;
    expect(serializer.parse(text)).toMatchObject(stored);
  });
});

describe("a run that has failed", () => {
  test("by its budget still says which, in another process; the steps are in the result alone", async () => {
    const state = new Disk();
    const pay = step("pay", (_: number, { reportUsage }) => reportUsage({ costUsd: 2 }));
    {
      await using flujo = new Flujo(pay, { budget: { costUsd: 1 }, modules: [on(state)] });
      const first = await flujo.run(1, { runId: "r" });
      const { error } = first as unknown as { readonly error: UsageLimitExceededError };
      expect(error.steps).toEqual(first.steps);
      expect(error.breach).toEqual({ scope: "", limit: "costUsd", allowed: 1, used: 2 });
    }
    expect((await state.getRun("r"))?.error).not.toContain('"steps"');
    await using later = new Flujo(pay, { budget: { costUsd: 1 }, modules: [on(state)] });
    const again = await later.resume("r");
    expect(again).toMatchObject({ error: { breach: { scope: "", allowed: 1, used: 2 }, usage: { costUsd: 2 } } });
  });

  test("and a step of it, have their errors' fields", async () => {
    const state = new Disk();
    const refuse: Step<number, number> = step("refuse", () => {
      throw new VendorError({ statusCode: 418, issues: [{ path: ["a"], message: "no" }] });
    });
    await using flujo = new Flujo(pipeline("all", refuse), { modules: [on(state)] });
    await flujo.run(1, { runId: "r" });
    const fields = { statusCode: 418, issues: [{ path: ["a"], message: "no" }] };
    expect(await flujo.resume("r")).toMatchObject({ error: fields, steps: [{ path: "refuse", error: fields }] });
  });
});
