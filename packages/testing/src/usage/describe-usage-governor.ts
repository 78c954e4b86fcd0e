import { MemoryStateBackend } from "@flujo/core";
import {
  type Clock,
  type GovernedRun,
  NO_USAGE,
  type RunLedger,
  type SharedBudget,
  type StateBackend,
  type Usage,
  type UsageBreach,
  type UsageGovernor,
} from "@flujo/core/protocols";
import { step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";

/** How the suite gets at the governor under test. */
export interface UsageGovernorHarness {
  /** Of the implementation, as the suite's title shows it. */
  readonly name: string;
  /** A governor that has learned nothing yet, of the runs in `state`, with these shared budgets. */
  readonly open: (parts: UsageGovernorParts) => UsageGovernor;
}

export interface UsageGovernorParts {
  readonly state: StateBackend;
  readonly clock: Clock;
  readonly budgets: readonly SharedBudget[];
}

/** Longest time for which what others spent of a shared budget may go unseen, in milliseconds. */
const UNSEEN_MS = 60_000;
const DAY_MS = 86_400_000;

const ACME: SharedBudget = { name: "acme a day", period: "day", tags: { tenant: "acme" }, totalTokens: 10 };

/** Use of so many tokens, each of which costs a pico-dollar. */
function used(tokens: number): Usage {
  const costPico = BigInt(tokens);
  const known = { ...NO_USAGE.known, inputTokens: tokens, totalTokens: tokens, costPico };
  return { ...NO_USAGE, ...known, requests: 1, costUsd: tokens / 1e12, known };
}

interface Opened {
  readonly governor: UsageGovernor;
  readonly state: MemoryStateBackend;
  readonly clock: ManualClock;
  /** Opens a run's books. */
  readonly run: (
    more?: Partial<GovernedRun>,
  ) => Promise<{ readonly ledger: RunLedger; readonly breaches: UsageBreach[] }>;
  /** Stores a run of the tenant, as its driver would. */
  readonly store: (runId: string, status: "completed" | "paused" | "running", used: number) => Promise<void>;
}

/**
 * The contract of {@link UsageGovernor} as a suite of tests. Call it at the top of a test file that Vitest runs; every
 * implementation has to pass all of it.
 */
export function describeUsageGovernor(harness: UsageGovernorHarness): void {
  function open(budgets: readonly SharedBudget[] = []): Opened {
    const clock = new ManualClock();
    const state = new MemoryStateBackend({ clock });
    const governor = harness.open({ state, clock, budgets });
    let runs = 0;
    return {
      governor,
      state,
      clock,
      run: async (more = {}) => {
        const breaches: UsageBreach[] = [];
        const ledger = await governor.open({
          runId: `run ${++runs}`,
          tags: { tenant: "acme" },
          createdAt: clock.now(),
          resumed: false,
          budget: undefined,
          onBreach: (breach) => breaches.push(breach),
          ...more,
        });
        return { ledger, breaches };
      },
      store: (runId, status, tokens) => store(state, { runId, createdAt: clock.now() }, status, tokens),
    };
  }

  describe(`The ${harness.name} usage governor`, () => {
    describe("keeps books that", () => {
      test("add up what is used at a node and at all around it", async () => {
        const { ledger } = await open().run();
        const outer = ledger.open();
        const inner = outer.open();
        inner.add(used(3));
        outer.add(used(4));
        inner.add({ ...used(0), costPico: undefined, costUsd: undefined });
        expect(inner.usage).toMatchObject({
          requests: 2,
          totalTokens: 3,
          costPico: undefined,
          known: { costPico: 3n },
        });
        expect(outer.usage).toMatchObject({ requests: 3, totalTokens: 7 });
        expect(ledger.usage).toEqual(outer.usage);
      });

      test("say what is limited", async () => {
        const { run } = open();
        expect((await run()).ledger).toMatchObject({ limited: false, limitsCost: false });
        const { ledger } = await run({ budget: { totalTokens: 10 } });
        expect(ledger.open()).toMatchObject({ limited: true, limitsCost: false });
        expect(ledger.open({ name: "s", budget: { costPico: 1n } }).open()).toMatchObject({ limitsCost: true });
      });

      test("let a limit be reached, and tell of it when it is passed", async () => {
        const { ledger, breaches } = await open().run({ budget: { totalTokens: 10 } });
        ledger.open().add(used(10));
        expect(breaches).toEqual([]);
        ledger.open().add(used(1));
        expect(breaches).toEqual([{ scope: "", limit: "totalTokens", allowed: 10, used: 11 }]);
      });

      test("hold what is in a scope against its budget, and name it", async () => {
        const { ledger, breaches } = await open().run({ budget: { totalTokens: 100 } });
        const scope = ledger.open({ name: "fetch", budget: { costPico: 5n } });
        ledger.add(used(50));
        scope.open().add(used(6));
        expect(breaches).toEqual([{ scope: "fetch", limit: "costUsd", allowed: 5e-12, used: 6e-12 }]);
      });
    });

    describe("sets aside what", () => {
      test("others can't use up meanwhile, who wait until it is given back", async () => {
        const { ledger } = await open().run({ budget: { totalTokens: 10 } });
        const [first, second] = [ledger.open(), ledger.open()];
        expect(await first.reserve({ totalTokens: 6 }, NEVER)).toBe(true);
        const waiting = second.reserve({ totalTokens: 5 }, NEVER);
        expect(await isPending(waiting)).toBe(true);
        first.release();
        expect(await waiting).toBe(true);
      });

      test("is used is taken from, and not counted twice", async () => {
        const { ledger } = await open().run({ budget: { totalTokens: 10 } });
        const [first, second] = [ledger.open(), ledger.open()];
        await first.reserve({ totalTokens: 6 }, NEVER);
        first.add(used(6));
        expect(await isPending(second.reserve({ totalTokens: 4 }, NEVER))).toBe(false);
      });

      test("can never fit is refused, and told of as a breach", async () => {
        const { ledger, breaches } = await open().run({ budget: { totalTokens: 10 } });
        ledger.add(used(8));
        expect(await ledger.open().reserve({ totalTokens: 3 }, NEVER)).toBe(false);
        expect(breaches).toEqual([{ scope: "", limit: "totalTokens", allowed: 10, used: 8, needed: 3 }]);
      });

      test("is waited for no longer than the signal allows", async () => {
        const { ledger } = await open().run({ budget: { totalTokens: 10 } });
        await ledger.open().reserve({ totalTokens: 10 }, NEVER);
        const abort = new AbortController();
        const waiting = ledger.open().reserve({ totalTokens: 1 }, abort.signal);
        abort.abort(new Error("called off"));
        await expect(waiting).rejects.toThrow("called off");
      });
    });

    describe("estimates", () => {
      const plain = step("s", (n: number) => n);

      test("by what the step says, of its input", () => {
        const { governor } = open();
        const said = plain.withEstimate((n) => ({ totalTokens: n * 2 }));
        expect(governor.estimate(said, "s", 4, {})).toEqual({ totalTokens: 8 });
        governor.learn("s", used(100));
        expect(governor.estimate(said, "s", 4, {})).toEqual({ totalTokens: 8 });
      });

      test("by the most that earlier attempts at the same place used, where the step says nothing", () => {
        const { governor } = open();
        expect(governor.estimate(plain, "s", 4, {})).toBeUndefined();
        governor.learn("s", used(7));
        governor.learn("s", used(3));
        governor.learn("other", used(50));
        governor.learn("s", NO_USAGE);
        expect(governor.estimate(plain, "s", 4, {})).toEqual({ totalTokens: 7, costPico: 7n });
      });
    });

    describe("holds runs to a shared budget:", () => {
      const acme = [ACME];

      test("all that bear its tags together, and names it", async () => {
        const { run } = open(acme);
        const [first, second] = [await run(), await run({ tags: { tenant: "acme", user: "ann" } })];
        first.ledger.add(used(6));
        second.ledger.add(used(4));
        expect([...first.breaches, ...second.breaches]).toEqual([]);
        second.ledger.open().add(used(1));
        expect(first.breaches).toEqual([]);
        expect(second.breaches).toEqual([
          { scope: "acme a day", shared: true, limit: "totalTokens", allowed: 10, used: 11 },
        ]);
      });

      test("no others", async () => {
        const { run } = open(acme);
        for (const tags of [{}, { tenant: "other" }]) {
          const { ledger, breaches } = await run({ tags });
          expect(ledger.limited).toBe(false);
          ledger.add(used(50));
          expect(breaches).toEqual([]);
        }
      });

      test("also by what is set aside", async () => {
        const { run } = open(acme);
        const [first, second] = [await run(), await run()];
        await first.ledger.open().reserve({ totalTokens: 6 }, NEVER);
        expect(await isPending(second.ledger.open().reserve({ totalTokens: 5 }, NEVER))).toBe(true);
        expect(second.ledger.limited).toBe(true);
      });

      test("by the day in which a run was created", async () => {
        const { run, clock } = open(acme);
        const createdAt = clock.now();
        (await run()).ledger.add(used(4));
        clock.advance(DAY_MS);
        const today = await run();
        today.ledger.add(used(10));
        const old = await run({ createdAt });
        old.ledger.add(used(6));
        expect([...today.breaches, ...old.breaches]).toEqual([]);
        old.ledger.add(used(1));
        expect(old.breaches).toHaveLength(1);
        expect(today.breaches).toEqual([]);
      });

      test("those that have ended in this process among them, before and after the store is read again", async () => {
        const { run, clock, store } = open(acme);
        const first = await run({ runId: "r" });
        first.ledger.add(used(6));
        await store("r", "completed", 6);
        first.ledger.close();
        for (const wait of [0, UNSEEN_MS]) {
          clock.advance(wait);
          const { ledger, breaches } = await run();
          ledger.add(used(2));
          expect(breaches).toEqual([]);
        }
        const { ledger, breaches } = await run();
        ledger.add(used(1));
        expect(breaches).toHaveLength(1);
      });

      test("a run is told at once where it is passed already", async () => {
        const { run, store } = open(acme);
        await store("r", "completed", 12);
        const { breaches } = await run();
        expect(breaches).toEqual([{ scope: "acme a day", shared: true, limit: "totalTokens", allowed: 10, used: 12 }]);
      });

      test.each(["completed", "paused", "running"] as const)("with what the store has of a %s run", async (status) => {
        const { run, store } = open(acme);
        await store("r", status, 6);
        const { ledger, breaches } = await run();
        ledger.add(used(4));
        expect(breaches).toEqual([]);
        ledger.add(used(1));
        expect(breaches).toEqual([{ scope: "acme a day", shared: true, limit: "totalTokens", allowed: 10, used: 11 }]);
      });

      test("with what others have stored meanwhile", async () => {
        const { run, store, clock } = open(acme);
        await run();
        await store("r", "completed", 10);
        clock.advance(UNSEEN_MS);
        const { ledger, breaches } = await run();
        ledger.add(used(1));
        expect(breaches).toHaveLength(1);
      });

      test.each(["paused", "running"] as const)("a %s run that goes on counts once, and at once", async (status) => {
        const { run, store } = open(acme);
        await store("r", status, 6);
        const other = await run();
        const resumed = await run({ runId: "r", resumed: true });
        other.ledger.add(used(4));
        resumed.ledger.add(used(6));
        expect([...resumed.breaches, ...other.breaches]).toEqual([]);
        resumed.ledger.add(used(1));
        expect(resumed.breaches).toHaveLength(1);
      });

      test("a run that is closed and opened again counts once", async () => {
        const { run, store } = open(acme);
        const first = await run({ runId: "r" });
        first.ledger.add(used(6));
        await store("r", "paused", 6);
        first.ledger.close();
        const again = await run({ runId: "r", resumed: true });
        const other = await run();
        other.ledger.add(used(3));
        again.ledger.add(used(7));
        expect([...again.breaches, ...other.breaches]).toEqual([]);
        other.ledger.add(used(1));
        expect(other.breaches).toHaveLength(1);
      });

      test("a run that has gone on elsewhere comes with what it has used by now", async () => {
        const { run, store } = open(acme);
        const other = await run();
        await store("r", "running", 6);
        await run({ runId: "r", resumed: true });
        other.ledger.add(used(4));
        expect(other.breaches).toEqual([]);
        other.ledger.add(used(1));
        expect(other.breaches).toHaveLength(1);
      });

      test("none begins where the store can't be read", async () => {
        const { run, state } = open(acme);
        await state[Symbol.asyncDispose]();
        await expect(run()).rejects.toMatchObject({ code: "state" });
        await expect(run({ tags: {} })).resolves.toBeDefined();
      });
    });
  });
}

const NEVER = new AbortController().signal;

async function store(
  state: StateBackend,
  about: Pick<GovernedRun, "runId" | "createdAt">,
  status: "completed" | "paused" | "running",
  tokens: number,
): Promise<void> {
  const { runId, createdAt } = about;
  const tags = { tenant: "acme" };
  await state.createRun({ runId, createdAt, tags, pipeline: "p", plan: "{}", input: "1", context: "{}" });
  const lease = await state.acquireLease(runId, DAY_MS);
  if (lease === undefined) throw new Error("The run has another driver");
  const usage = used(tokens);
  const entry = { kind: "step", status: "completed", output: "1", attempts: 1, startedAt: 0, endedAt: 0 } as const;
  // A step of two attempts, and a composite around it that has not settled: the failed attempt is part of the step.
  await state.appendEntries(lease, [
    { ...entry, path: "all/s:attempt#1", kind: "attempt", name: "s", usage: used(1) },
    { ...entry, path: "all/s", name: "s", usage },
  ]);
  if (status === "running") return state.releaseLease(lease);
  const ending = { status, finalContext: "{}", awaiting: [], usage, endedAt: createdAt };
  await state.endRun(lease, status === "completed" ? { ...ending, output: "1" } : ending);
}

/** Whether a promise has not settled once all that can go on by itself has gone on. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true;
  const done = (): void => {
    pending = false;
  };
  promise.then(done, done);
  await new Promise((resolve) => setImmediate(resolve));
  return pending;
}
