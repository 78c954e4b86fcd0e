import {
  type FailedAttempt,
  type Random,
  type Recovery,
  type RecoveryStrategies,
  type RecoveryStrategy,
  StepFailedError,
  StepTimeoutError,
} from "@flujo/core/protocols";
import { type AnyStep, InvalidOptionError, type RetryPolicy, step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";

/** How the suite gets at the strategies under test. */
export interface RecoveryStrategiesHarness {
  /** Of the implementation, as the suite's title shows it. */
  readonly name: string;
  /** Has `strategies` for all steps, in this order, and takes its jitter from `random`. */
  readonly open: (strategies: readonly RecoveryStrategy[], random: Random) => RecoveryStrategies;
}

const work = step("work", (n: number) => n);
const spare = step("spare", (n: number) => -n);
const RETRY: RetryPolicy = { maxAttempts: 4, initialDelayMs: 100, factor: 2, maxDelayMs: 300 };

/**
 * The contract of {@link RecoveryStrategies} as a suite of tests. Call it at the top of a test file that Vitest runs; every
 * implementation has to pass all of it.
 */
export function describeRecoveryStrategies(harness: RecoveryStrategiesHarness): void {
  function decide(
    of: AnyStep,
    more: Partial<FailedAttempt> = {},
    { strategies = [], random = 0.5 }: { strategies?: readonly RecoveryStrategy[]; random?: number } = {},
  ): Recovery | Promise<Recovery> {
    const error = new StepFailedError("no");
    const failed = { step: of, path: "work", input: 1, error, attempt: 1, elapsedMs: 0, ...more };
    return harness.open(strategies, { next: () => random }).decide(failed);
  }

  describe(`The ${harness.name} recovery strategies`, () => {
    test("let a step fail that asks for nothing", async () => {
      expect(await decide(work)).toStrictEqual({ action: "fail" });
    });

    describe("retry:", () => {
      const retried = work.withRetry(RETRY);

      test("waits between nothing and a limit that grows up to its cap", async () => {
        const waits = [];
        for (const random of [0, 0.5, 0.999]) {
          for (const attempt of [1, 2, 3]) waits.push(await decide(retried, { attempt }, { random }));
        }
        const expected = [0, 0, 0, 50, 100, 150, 99.9, 199.8, 299.7];
        expect(waits).toStrictEqual(expected.map((ms) => ({ action: "retry", delayMs: expect.closeTo(ms, 9) })));
      });

      test("waits exactly the limit without jitter", async () => {
        const steady = work.withRetry({ ...RETRY, jitter: "none" });
        expect(await decide(steady, { attempt: 2 })).toStrictEqual({ action: "retry", delayMs: 200 });
      });

      test("ends when the attempts are used up", async () => {
        expect(await decide(retried, { attempt: 3 })).toMatchObject({ action: "retry" });
        expect(await decide(retried, { attempt: 4 })).toStrictEqual({ action: "fail" });
      });

      test("does not try again what another try can't mend", async () => {
        const error = new InvalidOptionError("n", 1, "more");
        expect(await decide(retried, { error })).toStrictEqual({ action: "fail" });
      });

      test("waits at least as long as it was asked to", async () => {
        const asked = new StepFailedError("busy", { retryAfterMs: 5_000 });
        expect(await decide(retried, { error: asked })).toStrictEqual({ action: "retry", delayMs: 5_000 });
        const hardly = new StepFailedError("busy", { retryAfterMs: 10 });
        expect(await decide(retried, { error: hardly })).toStrictEqual({ action: "retry", delayMs: 50 });
      });

      test("begins no attempt later than it may", async () => {
        const brief = work.withRetry({ ...RETRY, maxElapsedMs: 1_000 });
        expect(await decide(brief, { elapsedMs: 950 })).toStrictEqual({ action: "retry", delayMs: 50 });
        expect(await decide(brief, { elapsedMs: 951 })).toStrictEqual({ action: "fail" });
        expect(await decide(brief, { elapsedMs: 2_000 }, { random: 0 })).toStrictEqual({ action: "fail" });
      });

      test("does not wait in vain for what comes too late", async () => {
        const brief = work.withRetry({ ...RETRY, maxElapsedMs: 1_000 });
        const late = new StepFailedError("busy", { retryAfterMs: 901 });
        expect(await decide(brief, { error: late, elapsedMs: 100 })).toStrictEqual({ action: "fail" });
        const inTime = new StepFailedError("busy", { retryAfterMs: 900 });
        const recovery = { action: "retry", delayMs: 900 };
        expect(await decide(brief, { error: inTime, elapsedMs: 100 })).toStrictEqual(recovery);
      });
    });

    describe("fallback:", () => {
      test("gives the step's value, whatever it is", async () => {
        for (const value of [7, 0, "", false, null, undefined]) {
          const cushioned = step("work", (n: number): unknown => n).withFallbackValue(value);
          expect(await decide(cushioned)).toStrictEqual({ action: "value", value });
        }
      });

      test("hands over to the step's other step", async () => {
        expect(await decide(work.withFallback(spare))).toStrictEqual({ action: "fallback" });
      });

      test("also for what another try can't mend", async () => {
        const error = new InvalidOptionError("n", 1, "more");
        expect(await decide(work.withRetry(RETRY).withFallback(spare), { error })).toStrictEqual({
          action: "fallback",
        });
      });

      test("comes after the last retry", async () => {
        const both = work.withFallback(spare).withRetry(RETRY);
        expect(await decide(both, { attempt: 3 })).toMatchObject({ action: "retry" });
        expect(await decide(both, { attempt: 4 })).toStrictEqual({ action: "fallback" });
      });
    });

    describe("strategies for all steps:", () => {
      const saying = (said: unknown): RecoveryStrategy => ({ name: "saying", recover: () => said as Recovery });

      test("are said to be there if they are", () => {
        const random = { next: () => 0 };
        expect(harness.open([], random).concernAllSteps).toBe(false);
        expect(harness.open([saying(undefined)], random).concernAllSteps).toBe(true);
      });

      test("are asked first, in order, and the first that has something to say decides", async () => {
        const asked: string[] = [];
        const noting = (name: string, said?: Recovery): RecoveryStrategy => ({
          name,
          recover: async () => {
            asked.push(name);
            return said;
          },
        });
        const value: Recovery = { action: "value", value: undefined };
        const strategies = [noting("first"), noting("second", value), noting("third", { action: "fail" })];
        const step = work.withRetry(RETRY).withFallback(spare);
        expect(await decide(step, {}, { strategies })).toStrictEqual(value);
        expect(asked).toStrictEqual(["first", "second"]);
      });

      test("see what happened", async () => {
        const seen: FailedAttempt[] = [];
        const seeing: RecoveryStrategy = { name: "seeing", recover: (failed) => void seen.push(failed) };
        const error = new StepTimeoutError(5);
        await decide(work, { error, attempt: 3, elapsedMs: 17 }, { strategies: [seeing] });
        expect(seen).toStrictEqual([{ step: work, path: "work", input: 1, error, attempt: 3, elapsedMs: 17 }]);
      });

      test("leave the rest to what the step asks for", async () => {
        const strategies = [saying(undefined)];
        expect(await decide(work.withFallback(spare), {}, { strategies })).toStrictEqual({ action: "fallback" });
        expect(await decide(work, {}, { strategies })).toStrictEqual({ action: "fail" });
      });

      test("may let fail what the step would recover from", async () => {
        const strategies = [saying({ action: "fail" })];
        expect(await decide(work.withFallback(spare), {}, { strategies })).toStrictEqual({ action: "fail" });
      });

      test("that throw have nothing to say", async () => {
        const throwing: RecoveryStrategy = {
          name: "throwing",
          recover: () => {
            throw new Error("broken strategy");
          },
        };
        const rejecting: RecoveryStrategy = { name: "rejecting", recover: () => Promise.reject(new Error("broken")) };
        const strategies = [throwing, rejecting];
        expect(await decide(work.withFallback(spare), {}, { strategies })).toStrictEqual({ action: "fallback" });
      });

      test("that say what can't be done have nothing to say", async () => {
        for (const said of [
          null,
          "retry",
          {},
          { action: "escalate" },
          { action: "retry" },
          { action: "retry", delayMs: -1 },
          { action: "retry", delayMs: Number.NaN },
          { action: "retry", delayMs: Infinity },
        ]) {
          expect(await decide(work.withFallback(spare), {}, { strategies: [saying(said)] })).toMatchObject({
            action: "fallback",
          });
        }
        const fallback = saying({ action: "fallback" });
        expect(await decide(work, {}, { strategies: [fallback] })).toStrictEqual({ action: "fail" });
        const value = { action: "value", value: 1 };
        const valued = work.withFallbackValue(1);
        expect(await decide(valued, {}, { strategies: [fallback] })).toStrictEqual(value);
      });
    });
  });
}
