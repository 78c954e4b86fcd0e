import {
  AbortRunError,
  type HookDispatcher,
  type HookPayloads,
  NO_USAGE,
  type Outcome,
  type RunEventBody,
  StateError,
  type StepCoordinator,
  type WatchedEnd,
  type WatchedStep,
} from "@flujo/core/protocols";
import { step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";

/** How the suite gets at the coordinator under test. */
export interface StepCoordinatorHarness {
  /** Of the coordinator, as the suite's title shows it. */
  readonly name: string;
  /** One that calls hooks through `hooks`, which stay the same for as long as it lives. */
  readonly open: (parts: { readonly hooks: HookDispatcher }) => StepCoordinator | Promise<StepCoordinator>;
}

type HookName = keyof HookPayloads;

const STEP_HOOKS = ["onStepStart", "onStepEnd", "onStepFailure"] as const;
const FAILED: Outcome = { status: "failed", error: new StateError("no room") };
const COMPLETED: Outcome = { status: "completed", output: undefined };

/** What was told, in order: events by their type, hooks by their name. */
interface Told {
  readonly what: string;
  readonly payload: unknown;
}

/** The contract of {@link StepCoordinator} as a suite of tests. Call it at the top of a test file that Vitest runs. */
export function describeStepCoordinator({ name, open }: StepCoordinatorHarness): void {
  /** A coordinator with somebody who listens to `listened` and who, if `active`, watches events. */
  async function opened({
    listened = STEP_HOOKS,
    active = true,
    call = () => undefined,
  }: {
    readonly listened?: readonly HookName[];
    readonly active?: boolean;
    readonly call?: () => void | Promise<void>;
  } = {}) {
    const told: Told[] = [];
    const hooks: HookDispatcher = {
      listens: (to) => listened.includes(to),
      dispatch: async (what, payload) => {
        await call();
        told.push({ what, payload });
      },
    };
    const events = {
      active,
      emit: (event: RunEventBody) => {
        if (!active) throw new Error("Nobody watches, and an event was sent");
        told.push({ what: event.type, payload: event });
      },
    };
    const watched: WatchedStep = {
      runId: "run",
      path: "pages@3/double",
      step: step("double", (n: number) => n * 2),
      input: 21,
      context: { a: 1 },
      signal: new AbortController().signal,
      events,
    };
    const end = (outcome: Outcome, more: Partial<WatchedEnd> = {}): WatchedEnd => ({
      outcome,
      attempts: 2,
      durationMs: 5,
      usage: NO_USAGE,
      replayed: false,
      ...more,
    });
    return { coordinator: await open({ hooks }), watched, end, told };
  }

  const whats = (told: readonly Told[]): readonly string[] => told.map(({ what }) => what);

  describe(`The ${name} step coordinator`, () => {
    test("tells where a step begins: events first, then hooks", async () => {
      const { coordinator, watched, told } = await opened();
      await coordinator.begin(watched);
      const { events: _, ...payload } = watched;
      expect(told).toStrictEqual([
        {
          what: "step-start",
          payload: { type: "step-start", path: "pages@3/double", name: "double", kind: "step", input: 21 },
        },
        { what: "onStepStart", payload },
      ]);
    });

    test("tells where a step completes, with its output, undefined included", async () => {
      const { coordinator, watched, end, told } = await opened();
      await coordinator.end(watched, end(COMPLETED));
      const { events: _, ...step } = watched;
      const over = { attempts: 2, durationMs: 5, usage: NO_USAGE, output: undefined };
      const { path } = watched;
      expect(told).toStrictEqual([
        {
          what: "step-end",
          payload: {
            type: "step-end",
            path,
            name: "double",
            kind: "step",
            status: "completed",
            replayed: false,
            ...over,
          },
        },
        { what: "onStepEnd", payload: { ...step, ...over } },
      ]);
    });

    test("tells where a step fails, with its error", async () => {
      const { coordinator, watched, end, told } = await opened();
      await coordinator.end(watched, end(FAILED));
      expect(told).toMatchObject([
        { what: "step-end", payload: { status: "failed", error: { code: "state" } } },
        { what: "onStepFailure", payload: { path: "pages@3/double", attempts: 2, error: { code: "state" } } },
      ]);
    });

    test.each(["paused", "cancelled"] as const)("tells events, and no hook, where a step is %s", async (status) => {
      const { coordinator, watched, end, told } = await opened();
      await coordinator.end(watched, end({ status }));
      expect(whats(told)).toStrictEqual(["step-end"]);
      expect(told[0]?.payload).toMatchObject({ status });
      expect(told[0]?.payload).not.toHaveProperty("output");
    });

    test("calls no hook for what was recorded before", async () => {
      const { coordinator, watched, end, told } = await opened();
      for (const outcome of [COMPLETED, FAILED]) await coordinator.end(watched, end(outcome, { replayed: true }));
      expect(whats(told)).toStrictEqual(["step-end", "step-end"]);
      expect(told[0]?.payload).toMatchObject({ replayed: true });
    });

    test("waits for hooks", async () => {
      const call = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
      const { coordinator, watched, end, told } = await opened({ call });
      await coordinator.begin(watched);
      expect(whats(told)).toStrictEqual(["step-start", "onStepStart"]);
      await coordinator.end(watched, end(FAILED));
      expect(whats(told).slice(2)).toStrictEqual(["step-end", "onStepFailure"]);
    });

    test("lets an abort out that a hook throws, once events are sent", async () => {
      const abort = new AbortRunError("enough");
      const call = (): Promise<void> => Promise.reject(abort);
      const { coordinator, watched, end, told } = await opened({ call });
      await expect((async () => coordinator.begin(watched))()).rejects.toBe(abort);
      await expect((async () => coordinator.end(watched, end(COMPLETED)))()).rejects.toBe(abort);
      await expect((async () => coordinator.end(watched, end(FAILED)))()).rejects.toBe(abort);
      expect(whats(told)).toStrictEqual(["step-start", "step-end", "step-end"]);
    });

    test("sends no events where nobody watches, and calls hooks all the same", async () => {
      const { coordinator, watched, end, told } = await opened({ active: false });
      await coordinator.begin(watched);
      await coordinator.end(watched, end(COMPLETED));
      expect(whats(told)).toStrictEqual(["onStepStart", "onStepEnd"]);
    });

    test("dispatches nothing that nobody listens to, and sends events all the same", async () => {
      const { coordinator, watched, end, told } = await opened({ listened: ["onRunEnd"] });
      await coordinator.begin(watched);
      await coordinator.end(watched, end(COMPLETED));
      await coordinator.end(watched, end(FAILED));
      expect(whats(told)).toStrictEqual(["step-start", "step-end", "step-end"]);
    });

    test.each(STEP_HOOKS)("knows that somebody watches if %s is listened to", async (hook) => {
      const { coordinator, watched } = await opened({ listened: [hook], active: false });
      expect(coordinator.watches(watched.events)).toBe(true);
    });

    test("knows whether anybody watches a run, of two that differ", async () => {
      const { coordinator, watched } = await opened({ listened: ["onRunStart", "onRunEnd", "onPause"] });
      expect(coordinator.watches(watched.events)).toBe(true);
      expect(coordinator.watches({ active: false, emit: () => undefined })).toBe(false);
    });
  });
}
