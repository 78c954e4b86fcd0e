import {
  AbortRunError,
  type ErrorCategory,
  FlujoError,
  type Hook,
  type HookDispatcher,
  type HookPayloads,
  type Logger,
  NO_USAGE,
} from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import { RecordingLogger } from "../platform/recording-logger.ts";

/** How the suite gets at the dispatcher under test. */
export interface HookDispatcherHarness {
  /** Of the dispatcher, as the suite's title shows it. */
  readonly name: string;
  /** One that calls `hooks`, registered in this order, and reports to `logger`. */
  readonly open: (parts: {
    readonly hooks: readonly Hook[];
    readonly logger: Logger;
  }) => HookDispatcher | Promise<HookDispatcher>;
}

const EVENTS = ["onRunStart", "onRunEnd", "onPause", "onStepStart", "onStepEnd", "onStepFailure"] as const;

const PAUSE: HookPayloads["onPause"] = { runId: "run", pipeline: "article", tags: {}, awaiting: [], usage: NO_USAGE };

/** The contract of {@link HookDispatcher} as a suite of tests. Call it at the top of a test file that Vitest runs. */
export function describeHookDispatcher({ name, open }: HookDispatcherHarness): void {
  /** A dispatcher of hooks that are all asked at a pause, with what it reports. */
  async function opened(...onPause: readonly NonNullable<Hook["onPause"]>[]) {
    const logger = new RecordingLogger();
    const hooks = onPause.map((call, index): Hook => ({ name: `hook-${index}`, onPause: call }));
    return { dispatcher: await open({ hooks, logger }), logger };
  }

  describe(`The ${name} hook dispatcher`, () => {
    test("calls the hooks in the order of registration, each once the one before is done", async () => {
      const calls: string[] = [];
      const slow = (call: string) => async (): Promise<void> => {
        calls.push(`${call} begins`);
        await nextTurn();
        calls.push(`${call} ends`);
      };
      const { dispatcher } = await opened(slow("first"), () => void calls.push("second"), slow("third"));
      await dispatcher.dispatch("onPause", PAUSE);
      expect(calls).toStrictEqual(["first begins", "first ends", "second", "third begins", "third ends"]);
    });

    test.each(EVENTS)("gives the payload of %s to those who listen to it, and to nobody else", async (event) => {
      const calls: unknown[] = [];
      const all = Object.fromEntries(EVENTS.map((each) => [each, (given: unknown) => void calls.push(each, given)]));
      const others = Object.fromEntries(EVENTS.filter((each) => each !== event).map((each) => [each, all[each]]));
      const dispatcher = await open({ hooks: [others as Hook, all as Hook, {}], logger: new RecordingLogger() });
      const payload = { ...PAUSE } as unknown as HookPayloads[typeof event];
      await dispatcher.dispatch(event, payload);
      expect(calls).toHaveLength(2);
      expect(calls[0]).toBe(event);
      expect(calls[1]).toBe(payload);
    });

    test("knows whether anybody listens", async () => {
      const hooks: Hook[] = [{ onPause: () => undefined }, { onStepEnd: () => undefined }, {}];
      const dispatcher = await open({ hooks, logger: new RecordingLogger() });
      expect(EVENTS.filter((event) => dispatcher.listens(event))).toStrictEqual(["onPause", "onStepEnd"]);
    });

    test("without hooks nobody listens, and dispatching does nothing", async () => {
      const { dispatcher, logger } = await opened();
      expect(EVENTS.filter((event) => dispatcher.listens(event))).toStrictEqual([]);
      await dispatcher.dispatch("onPause", PAUSE);
      expect(logger.entries).toStrictEqual([]);
    });

    test("finds methods of a class, and calls them on their object", async () => {
      class Counter implements Hook {
        #calls = 0;
        get calls(): number {
          return this.#calls;
        }
        onPause(): void {
          this.#calls++;
        }
      }
      const counter = new (class extends Counter {})();
      const logger = new RecordingLogger();
      const dispatcher = await open({ hooks: [counter], logger });
      expect(dispatcher.listens("onPause")).toBe(true);
      await dispatcher.dispatch("onPause", PAUSE);
      expect([counter.calls, logger.entries]).toStrictEqual([1, []]);
    });

    const broken: Readonly<Record<string, (thrown: unknown) => void | Promise<void>>> = {
      throws: (thrown) => {
        throw thrown;
      },
      rejects: async (thrown) => {
        await nextTurn();
        throw thrown;
      },
    };
    const thrown: Readonly<Record<string, unknown>> = {
      "an error": new Error("broken hook"),
      "an error of Flujo's": new OtherFlujoError("not an abort"),
      "what only looks like an abort": Object.assign(new Error("not Flujo's"), { code: "run_aborted" }),
      nothing: undefined,
    };

    for (const [how, fail] of Object.entries(broken)) {
      test.each(Object.entries(thrown))(`a hook that ${how} %s does not disturb, and is reported`, async (_, value) => {
        const calls: string[] = [];
        const { dispatcher, logger } = await opened(
          () => fail(value),
          () => void calls.push("later"),
        );
        await dispatcher.dispatch("onPause", PAUSE);
        await dispatcher.dispatch("onPause", PAUSE);
        expect(calls).toStrictEqual(["later", "later"]);
        expect(logger.entries).toHaveLength(2);
        for (const { level, message, detail } of logger.entries) {
          expect(["warn", "error"]).toContain(level);
          expect(message).toContain("hook-0");
          expect(message).toContain("onPause");
          expect(detail).toBe(value);
        }
      });

      test(`an abort that a hook ${how} comes out at once: later hooks are not called`, async () => {
        for (const abort of [new AbortRunError("enough"), new AbortOfAnotherCopy("enough")]) {
          const calls: string[] = [];
          const { dispatcher, logger } = await opened(
            () => void calls.push("earlier"),
            () => fail(abort),
            () => void calls.push("later"),
          );
          await expect(dispatcher.dispatch("onPause", PAUSE)).rejects.toBe(abort);
          expect(calls).toStrictEqual(["earlier"]);
          expect(logger.entries).toStrictEqual([]);
        }
      });
    }

    test("can be asked again after an abort", async () => {
      let aborts = 1;
      const { dispatcher } = await opened(() => {
        if (aborts-- > 0) throw new AbortRunError("enough");
      });
      await expect(dispatcher.dispatch("onPause", PAUSE)).rejects.toThrow("enough");
      await dispatcher.dispatch("onPause", PAUSE);
      expect(aborts).toBe(-1);
    });

    test("keeps dispatches that overlap apart: one that waits does not hold up another", async () => {
      const calls: string[] = [];
      const gates = new Map<string, () => void>();
      const { dispatcher } = await opened(
        ({ runId }) => new Promise<void>((resolve) => gates.set(runId, resolve)),
        ({ runId }) => void calls.push(runId),
      );
      const slow = dispatcher.dispatch("onPause", { ...PAUSE, runId: "slow" });
      const fast = dispatcher.dispatch("onPause", { ...PAUSE, runId: "fast" });
      gates.get("fast")?.();
      await fast;
      expect(calls).toStrictEqual(["fast"]);
      gates.get("slow")?.();
      await slow;
      expect(calls).toStrictEqual(["fast", "slow"]);
    });
  });
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What `AbortRunError` is where a hook's package brought its own copy of this one. */
class AbortOfAnotherCopy extends FlujoError {
  override readonly name = "AbortRunError";
  readonly code = "run_aborted";
  readonly category: ErrorCategory = "cancelled";
  readonly retryable = false;
}

class OtherFlujoError extends FlujoError {
  override readonly name = "OtherFlujoError";
  readonly code = "other";
  readonly category: ErrorCategory = "cancelled";
  readonly retryable = false;
}
