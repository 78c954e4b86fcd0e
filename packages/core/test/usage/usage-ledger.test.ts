import { getEventListeners } from "node:events";
import type { UsageBreach } from "@flujo/core/protocols";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BudgetAccount } from "../../src/usage/budget-account.ts";
import { UsageLedger } from "../../src/usage/usage-ledger.ts";
import { usageOf } from "../../src/usage/usage-of.ts";

const never = new AbortController().signal;

function open(limit: bigint): { readonly run: UsageLedger; readonly breaches: UsageBreach[] } {
  const breaches: UsageBreach[] = [];
  const account = new BudgetAccount({ scope: "" }, { costPico: limit });
  return { run: new UsageLedger((breach) => breaches.push(breach), account), breaches };
}

const cost = (costPico: bigint) => usageOf({ costPico, inputTokens: 1, outputTokens: 1 });

/** Whether a promise has settled once all that can go on by itself has gone on. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true;
  promise.then(
    () => (pending = false),
    () => (pending = false),
  );
  await new Promise((resolve) => setImmediate(resolve));
  return pending;
}

describe("a ledger", () => {
  test("is one listener to the signal of those who wait for room, however many they are, and none once they have it", async () => {
    const { run } = open(200n);
    const { signal } = new AbortController();
    const holder = run.open();
    await holder.reserve({ costPico: 200n }, signal);
    const waiting = Array.from({ length: 200 }, () => run.open().reserve({ costPico: 1n }, signal));
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    holder.release();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([true]));
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  test("adds up exactly, at every level, whatever was unknown beside it", () => {
    const { run, breaches } = open(1_000n);
    const step = run.open();
    const attempt = step.open();
    attempt.add(cost(3n));
    step.add(usageOf({ inputTokens: 5 }));
    expect(attempt.usage).toMatchObject({ requests: 1, costPico: 3n });
    expect(run.usage).toMatchObject({ requests: 2, costPico: undefined, known: { costPico: 3n, inputTokens: 6 } });
    expect(breaches).toEqual([]);
  });

  test("allows a limit to be reached, and tells of its being passed", () => {
    const { run, breaches } = open(10n);
    run.open().add(cost(10n));
    expect(breaches).toEqual([]);
    run.open().add(cost(1n));
    expect(breaches).toEqual([{ scope: "", limit: "costUsd", allowed: 1e-11, used: 1.1e-11 }]);
  });

  test("tells of the innermost of the budgets that were passed, and books with all", () => {
    const { run, breaches } = open(10n);
    const step = run.open({ name: "fetch", budget: { totalTokens: 1 } });
    step.add(cost(11n));
    expect(breaches).toEqual([{ scope: "fetch", limit: "totalTokens", allowed: 1, used: 2 }]);
    expect(run.usage.costPico).toBe(11n);
  });

  test("that has no budget around it sets nothing aside", async () => {
    const free = new UsageLedger(() => expect.unreachable());
    expect(free.open().limited).toBe(false);
    expect(await free.open().reserve({ costPico: 10n ** 30n }, never)).toBe(true);
  });
});

describe("what is set aside", () => {
  test("can't be used up by others, who wait for what is given back", async () => {
    const { run } = open(10n);
    const [first, second] = [run.open(), run.open()];
    expect(await first.reserve({ costPico: 6n }, never)).toBe(true);
    const waiting = second.reserve({ costPico: 5n }, never);
    expect(await isPending(waiting)).toBe(true);
    first.add(cost(2n));
    first.release();
    expect(await waiting).toBe(true);
  });

  test("is taken from as it is used, so that it is not counted twice", async () => {
    const { run, breaches } = open(10n);
    const [first, second] = [run.open(), run.open()];
    await first.reserve({ costPico: 6n }, never);
    first.add(cost(6n));
    expect(await second.reserve({ costPico: 4n }, never)).toBe(true);
    expect(breaches).toEqual([]);
  });

  test("is refused where it can never fit, which is a breach and no wait", async () => {
    const { run, breaches } = open(10n);
    run.open().add(cost(8n));
    expect(await run.open().reserve({ costPico: 3n }, never)).toBe(false);
    expect(breaches).toEqual([{ scope: "", limit: "costUsd", allowed: 1e-11, used: 8e-12, needed: 3e-12 }]);
  });

  test("is waited for no longer than the signal allows, which leaves nothing behind", async () => {
    const { run } = open(10n);
    await run.open().reserve({ costPico: 10n }, never);
    const abort = new AbortController();
    const waiting = run.open().reserve({ costPico: 1n }, abort.signal);
    abort.abort(new Error("called off"));
    await expect(waiting).rejects.toThrow("called off");
  });

  test("takes the place of what is left of the one before, so that one call after another finds room", async () => {
    const { run, breaches } = open(10n);
    const step = run.open();
    for (let call = 0; call < 3; call++) {
      expect(await step.reserve({ costPico: 6n }, never)).toBe(true);
      step.add(cost(1n));
    }
    expect(await run.open().reserve({ costPico: 2n }, never)).toBe(true);
    expect(breaches).toEqual([]);
  });

  test("is not lessened, if it is firm, by what is to be set aside before it is released", async () => {
    const { run, breaches } = open(10n);
    const [step, other] = [run.open(), run.open()];
    await step.reserve({ costPico: 8n }, never, { firm: true });
    expect(await step.reserve({ costPico: 1n }, never)).toBe(true);
    const waiting = other.reserve({ costPico: 5n }, AbortSignal.timeout(20));
    await expect(waiting).rejects.toMatchObject({ name: "TimeoutError" });
    expect(await step.reserve({ costPico: 9n }, never)).toBe(true);
    step.release();
    expect(await other.reserve({ costPico: 5n }, never)).toBe(true);
    expect(breaches).toHaveLength(0);
  });

  test("keeps any number of workers below the limit, whose uses are no more than they set aside", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.bigInt(1n, 20n), fc.bigInt(0n, 20n)), { minLength: 1, maxLength: 30 }),
        fc.bigInt(20n, 100n),
        fc.scheduler(),
        async (calls, limit, scheduler) => {
          const { run, breaches } = open(limit);
          let spent = 0n;
          const work = async ([estimate, share]: readonly [bigint, bigint]): Promise<void> => {
            const ledger = run.open();
            const mayBegin = await ledger.reserve({ costPico: estimate }, never);
            if (!mayBegin) return;
            await scheduler.schedule(Promise.resolve());
            const used = share < estimate ? share : estimate;
            ledger.add(cost(used));
            spent += used;
            expect(spent <= limit).toBe(true);
            ledger.release();
          };
          const all = Promise.all(calls.map(work));
          await scheduler.waitFor(all);
          expect(run.usage.known.costPico).toBe(spent);
          // Whoever was turned away could really not have been paid.
          for (const { used = 0, needed = 0, allowed } of breaches) expect(used + needed).toBeGreaterThan(allowed);
        },
      ),
      { numRuns: 100 },
    );
  });
});
