import { MemoryStateBackend, TaggedJsonSerializer } from "@flujo/core";
import {
  type Awaiting,
  type Clock,
  type FlujoError,
  type Lease,
  NO_USAGE,
  RunCancelledError,
  type RunConclusion,
  type Serializer,
  type StateBackend,
  StateError,
  type StateManager,
  StepFailedError,
} from "@flujo/core/protocols";
import { afterEach, describe, expect, test } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";
import { MOMENT, SPENT, sampleEntry } from "../state/contract/samples.ts";

/** How the suite gets at the state manager under test. */
export interface StateManagerHarness {
  /** Of the state manager, as the suite's title shows it. */
  readonly name: string;
  /** One that keeps its runs in `state`, written by `serializer`, and tells time by `clock`. The suite disposes of `state`. */
  readonly open: (parts: {
    readonly state: StateBackend;
    readonly serializer: Serializer;
    readonly clock: Clock;
  }) => StateManager | Promise<StateManager>;
}

const MINUTE_MS = 60_000;

/** A backend that can't be reached for a while. */
class ShakyBackend extends MemoryStateBackend {
  reachable = true;

  override async renewLease(lease: Lease, ttlMs: number): Promise<boolean> {
    if (!this.reachable) throw new StateError("no connection");
    return super.renewLease(lease, ttlMs);
  }
}

/** The contract of {@link StateManager} as a suite of tests. Call it at the top of a test file that Vitest runs. */
export function describeStateManager({ name, open }: StateManagerHarness): void {
  const opened: MemoryStateBackend[] = [];
  const serializer = new TaggedJsonSerializer();
  const run = { pipeline: "article", plan: "{}", input: "1", context: '{"seen":0}', tags: { team: "docs" } };

  async function begun() {
    const clock = new ManualClock(MOMENT);
    const state = new ShakyBackend({ clock });
    opened.push(state);
    const states = await open({ state, serializer, clock });
    await states.create({ runId: "run", ...run });
    /** Lets time pass, and what is done at its turns be done. */
    const pass = async (ms: number): Promise<void> => {
      for (let passed = 0; passed < ms; passed += 1_000) {
        clock.advance(1_000);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    return { clock, state, states, pass };
  }

  async function leased(states: StateManager): Promise<Lease> {
    const lease = await states.lease("run");
    if (lease === undefined) throw new Error("The run is free, and its lease was not given");
    return lease;
  }

  /** The result of a run that ended so. */
  async function resultOf(conclusion: RunConclusion) {
    const { states, state } = await begun();
    expect(await states.end(await leased(states), conclusion)).toBe(true);
    return { result: await states.result(await states.read("run")), record: await state.getRun("run") };
  }

  const context = { seen: new Map([["a", undefined]]) };
  const ended = { context, usage: SPENT };

  describe(`The ${name} state manager`, () => {
    afterEach(async () => {
      for (const state of opened.splice(0)) await state[Symbol.asyncDispose]();
    });

    test("writes a new run down, dated by its clock", async () => {
      const { states, state } = await begun();
      const record = await states.read("run");
      expect(record).toMatchObject({ runId: "run", ...run, status: "running", driven: false, createdAt: MOMENT });
      expect(record).toStrictEqual(await state.getRun("run"));
    });

    test("says that an id is taken, and writes nothing", async () => {
      const { states } = await begun();
      const before = await states.read("run");
      expect(await states.create({ runId: "run", ...run, input: "2" })).toBe(false);
      expect(await states.read("run")).toStrictEqual(before);
    });

    test("says of a run that is not there that it is not found", async () => {
      const { states } = await begun();
      await expect(states.read("nowhere")).rejects.toMatchObject({ code: "run_not_found", runId: "nowhere" });
    });

    test("gives the lease of a run to one at a time", async () => {
      const { states } = await begun();
      const held = await leased(states);
      expect(await states.lease("run")).toBeUndefined();
      await states.release(held);
      expect((await leased(states)).epoch).toBeGreaterThan(held.epoch);
      expect(await states.lease("nowhere")).toBeUndefined();
    });

    test("leaves a run to others whose driver gives no sign of life for long", async () => {
      const { states, clock } = await begun();
      const held = await leased(states);
      clock.advance(10 * MINUTE_MS);
      expect((await leased(states)).epoch).toBeGreaterThan(held.epoch);
    });

    test("keeps a lease for as long as it is told to", async () => {
      const { states, pass } = await begun();
      const lost: FlujoError[] = [];
      const stop = states.keep(await leased(states), (error) => lost.push(error));
      await pass(5 * MINUTE_MS);
      expect(await states.lease("run")).toBeUndefined();
      stop();
      await pass(5 * MINUTE_MS);
      expect(await states.lease("run")).toBeDefined();
      expect(lost).toStrictEqual([]);
    });

    test("tells once of a lease that was lost all the same", async () => {
      const { states, pass } = await begun();
      const held = await leased(states);
      const lost: FlujoError[] = [];
      const stop = states.keep(held, (error) => lost.push(error));
      await states.release(held);
      await leased(states);
      await pass(5 * MINUTE_MS);
      stop();
      expect(lost).toMatchObject([{ code: "lease_lost", runId: "run" }]);
    });

    test("does not give a lease up for a backend that can't be reached for a moment", async () => {
      const { states, state, pass } = await begun();
      const lost: FlujoError[] = [];
      const held = await leased(states);
      const stop = states.keep(held, (error) => lost.push(error));
      state.reachable = false;
      await pass(11_000);
      state.reachable = true;
      await pass(5 * MINUTE_MS);
      stop();
      expect(lost).toStrictEqual([]);
      expect(await states.lease("run")).toBeUndefined();
    });

    test("takes a lease for lost once a backend can't be reached for long", async () => {
      const { states, state, pass } = await begun();
      const lost: FlujoError[] = [];
      const stop = states.keep(await leased(states), (error) => lost.push(error));
      state.reachable = false;
      await pass(5 * MINUTE_MS);
      stop();
      expect(lost).toMatchObject([{ code: "lease_lost" }]);
    });

    test("gives the answers that came, in order", async () => {
      const { states, state } = await begun();
      const answers = ["second", "first"].map((path) => ({ path, value: '"yes"', at: MOMENT }));
      for (const answer of answers) await state.putSignal("run", answer);
      expect(await states.answers("run")).toStrictEqual(answers);
    });

    const outputs: Readonly<Record<string, unknown>> = {
      undefined: undefined,
      null: null,
      0: 0,
      "an empty text": "",
      "what JSON has not": new Map([[{ big: 2n ** 80n }, [new Date(0), Number.NaN, -0]]]),
    };

    test.each(Object.entries(outputs))("gives back how a run completed: with %s", async (_, output) => {
      const { result, record } = await resultOf({ ...ended, status: "completed", output });
      expect(result).toStrictEqual({
        runId: "run",
        status: "completed",
        output,
        ...ended,
        steps: [],
        degraded: false,
      });
      expect(record).toMatchObject({ status: "completed", endedAt: MOMENT, driven: false });
    });

    test("gives back how a run failed: the error's name, code, path, causes and all", async () => {
      const cause = new TypeError("not a function", { cause: "a text" });
      const error = new StepFailedError("broken", { path: "pages@3/fetch", cause, category: "transient" });
      const { result } = await resultOf({ ...ended, status: "failed", error });
      expect(result).toMatchObject({ status: "failed", ...ended });
      if (result.status !== "failed") throw new Error("It failed");
      expect(result.error).toBeInstanceOf(Error);
      expect(result.error).toMatchObject({
        name: "StepFailedError",
        code: "step_failed",
        message: "broken",
        path: "pages@3/fetch",
        retryable: error.retryable,
        category: error.category,
        cause: { name: "TypeError", message: "not a function", cause: { message: "a text" } },
      });
    });

    test("gives back that a run was cancelled, and why", async () => {
      const error = new RunCancelledError("run", "enough");
      const { result } = await resultOf({ ...ended, status: "cancelled", error });
      expect(result).toMatchObject({ status: "cancelled", ...ended, reason: expect.stringContaining("enough") });
    });

    test("gives back what a run waits for", async () => {
      const awaiting: readonly Awaiting[] = [
        { token: "t", path: "each@1/approve", prompt: "Well?", schema: { type: "boolean" } },
      ];
      const { result } = await resultOf({ ...ended, status: "paused", awaiting });
      expect(result).toStrictEqual({ runId: "run", status: "paused", awaiting, ...ended, steps: [], degraded: false });
    });

    test("does not pause a run whose answer is there: its driver keeps the lease", async () => {
      const { states, state } = await begun();
      const held = await leased(states);
      await state.putSignal("run", { path: "approve", value: "true", at: MOMENT });
      const awaiting = [{ token: "t", path: "approve", prompt: "Well?" }];
      expect(await states.end(held, { ...ended, status: "paused", awaiting })).toBe(false);
      expect(await states.lease("run")).toBeUndefined();
      expect(await states.read("run")).toMatchObject({ status: "running" });
    });

    test("ends a run only for whoever drives it", async () => {
      const { states } = await begun();
      const held = await leased(states);
      await states.release(held);
      await leased(states);
      const end = async () => states.end(held, { ...ended, status: "completed", output: 1 });
      await expect(end()).rejects.toMatchObject({ code: "lease_lost" });
      expect(await states.read("run")).toMatchObject({ status: "running", driven: true });
    });

    test("tells of every step that is recorded, in order, and of nothing else", async () => {
      const { states, state } = await begun();
      const held = await leased(states);
      const error = serializer.stringify({
        name: "Error",
        code: "busy",
        category: "transient",
        retryable: true,
        message: "busy",
      });
      const { output: _, ...failed } = sampleEntry("b", { status: "failed", error, usage: SPENT });
      await state.appendEntries(held, [
        sampleEntry("b:attempt#1", { kind: "attempt" }),
        failed,
        sampleEntry("a:on", { kind: "decision", name: "on" }),
        sampleEntry("polish:omitted", { kind: "decision", name: "omitted" }),
        sampleEntry("polish", { attempts: 0 }),
        sampleEntry("a", { attempts: 2 }),
      ]);
      await states.end(held, { ...ended, status: "completed", output: 1 });
      const { steps, degraded } = await states.result(await states.read("run"));
      const facts = { kind: "function", startedAt: MOMENT + 1, durationMs: 1 };
      expect(steps).toMatchObject([
        { ...facts, path: "b", status: "failed", usage: SPENT, error: { code: "busy", retryable: true } },
        { ...facts, path: "polish", status: "completed", attempts: 0, omitted: true, usage: NO_USAGE },
        { ...facts, path: "a", status: "completed", attempts: 2, usage: NO_USAGE },
      ]);
      expect(degraded).toBe(true);
      expect(steps[2]).not.toHaveProperty("omitted");
    });
  });
}
