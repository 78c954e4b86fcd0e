import { Flujo } from "@flujo/core";
import { Clock, type RunResult } from "@flujo/core/protocols";
import { map, parallel, type Step, type StepScope, step } from "@flujo/dsl";
import { ManualClock, type ScriptedServer } from "@flujo/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seededRandom } from "../../src/random/seeded-random.ts";
import { type Answer, ask, idOf, startBillingServer } from "../support/billing-server.ts";
import { gate } from "../support/gate.ts";

const BRANCHES = 50;
const MOST_PICO = 1_000_000_000n;
const MOST_USD = 0.001;

/** `pnpm proof` goes through two hundred seeds; a sample does for every day. */
const SEEDS = Array.from({ length: process.env["FLUJO_PROOF"] === undefined ? 10 : 200 }, (_, index) => index + 1);

let script: (id: string) => Answer;
let server: ScriptedServer;
beforeAll(async () => {
  server = await startBillingServer((id) => script(id));
});
afterAll(() => server[Symbol.asyncDispose]());

/** What the client knows of the calls that it made. */
class Client {
  /** By id, in pico-dollars: what was reported to the run. */
  readonly booked = new Map<string, bigint>();
  /** Calls that ended by the abort of their signal. */
  readonly aborted = new Set<string>();
  readonly begun: string[] = [];
  /** How many calls had begun when the first signal aborted. */
  begunAtBreach: number | undefined;

  /** One call, for one attempt at a branch's step. Bound, to be a step's function. */
  readonly call = async (branch: number, { attempt, signal, reportUsage }: StepScope): Promise<number> => {
    const id = `${branch}.${attempt}`;
    this.begun.push(id);
    signal.addEventListener("abort", () => {
      this.begunAtBreach ??= this.begun.length;
    });
    const book = ({ costPico }: { readonly costPico: bigint }): void => {
      this.booked.set(id, costPico);
      reportUsage({ costPico, inputTokens: 1, outputTokens: 1 });
    };
    try {
      book(await ask(server, id, signal));
      return branch;
    } catch (error) {
      if (signal.aborted) this.aborted.add(id);
      else book((error as { readonly billed: { readonly costPico: bigint } }).billed);
      throw error;
    }
  };
}

/** The books of client, run and server, held against one another to the pico-dollar. */
function compare(client: Client, result: RunResult<unknown>): void {
  const answered = server.journal.filter((call) => client.booked.has(idOf(call)));
  expect(new Map(answered.map((call) => [idOf(call), call.costPico]))).toEqual(client.booked);
  expect(answered).toHaveLength(client.booked.size);
  expect(result.usage.known.costPico).toBe(answered.reduce((sum, { costPico }) => sum + costPico, 0n));
  // Whatever else the server billed is what the client left.
  const others = server.journal.filter((call) => !client.booked.has(idOf(call)));
  expect(others.filter((call) => !client.aborted.has(idOf(call)))).toEqual([]);
}

/** Nothing began after the breach: neither at the client nor, once all is quiet, at the server. */
async function expectQuietSince(client: Client): Promise<void> {
  await server.until((calls) => calls.every(({ state }) => state !== "at work"));
  expect(client.begun).toHaveLength(client.begunAtBreach ?? client.begun.length);
  const known = new Set(client.begun);
  expect(server.journal.filter((call) => !known.has(idOf(call)))).toEqual([]);
}

const branches = [...Array(BRANCHES).keys()];

/** Fifty calls side by side, in one of the two ways in which that is written. */
function sideBySide(call: Step<number, number>, asMap: boolean): Step<readonly number[], unknown> {
  if (asMap) return map("all", call, { concurrency: BRANCHES });
  const pick = (index: number): Step<readonly number[], number> =>
    step(`pick ${index}`, (all: readonly number[]) => all[index] as number).pipe(call);
  return parallel("all", Object.fromEntries(branches.map((index) => [`b${index}`, pick(index)])));
}

describe("fifty calls side by side, of random costs", () => {
  let [breaches, completions] = [0, 0];

  test.each(SEEDS)("never spend more than the limit, and the run's books are the server's: seed %i", async (seed) => {
    const random = seededRandom(seed).next;
    server.clear();
    script = () => ({
      status: random() < 0.1 ? 503 : 200,
      costPico: 1n + BigInt(Math.floor(random() * Number(MOST_PICO))),
      when: new Promise((resolve) => setTimeout(resolve, random() * 4)),
    });
    const limitUsd = MOST_USD * (5 + Math.floor(random() * 40));
    const limitPico = BigInt(Math.round(limitUsd * 1e12));
    const client = new Client();
    const call = step("call", client.call)
      .withRetry({ maxAttempts: 6, initialDelayMs: 0 })
      .withEstimate({ costUsd: MOST_USD });
    await using flujo = new Flujo(sideBySide(call, seed % 2 === 0), { budget: { costUsd: limitUsd } });

    const result = await flujo.run(branches);
    await expectQuietSince(client);
    compare(client, result);
    expect(result.usage.known.costPico).toBeLessThanOrEqual(limitPico);
    if (result.status === "completed") {
      completions++;
      expect(new Set(client.begun.map((id) => id.split(".")[0])).size).toBe(BRANCHES);
    } else {
      breaches++;
      expect(result).toMatchObject({ status: "failed", error: { code: "usage_limit_exceeded" } });
      // It was really short of room: what was spent and the next estimate are more than there is.
      expect(result.usage.known.costPico + MOST_PICO).toBeGreaterThan(limitPico);
    }
  });

  test("both pass a budget and keep within it, in that sample", () => {
    expect(breaches).toBeGreaterThan(0);
    expect(completions).toBeGreaterThan(0);
  });
});

describe("fifty calls of which nothing is known", () => {
  test("pass the limit by no more than what was at work; the next time it is known what they use", async () => {
    const costPico = 700_000_000n;
    const limitPico = 5_000_000_000n;
    let together = gate();
    script = () => ({ costPico, when: together.opened });
    let client = new Client();
    const call: Step<number, number> = step("call", (branch: number, scope) => client.call(branch, scope));
    await using flujo = new Flujo(map("all", call, { concurrency: BRANCHES }), { budget: { costUsd: 0.005 } });

    server.clear();
    const first = flujo.run(branches);
    await server.until(({ length }) => length === BRANCHES);
    together.open();
    const result = await first;
    await expectQuietSince(client);
    compare(client, result);
    expect(result).toMatchObject({ status: "failed", error: { code: "usage_limit_exceeded" } });
    const { costPico: spent } = result.usage.known;
    expect(spent).toBeGreaterThan(limitPico);
    expect(spent).toBeLessThanOrEqual(limitPico + BigInt(BRANCHES) * costPico);

    server.clear();
    together = gate();
    together.open();
    client = new Client();
    const again = await flujo.run(branches);
    await expectQuietSince(client);
    compare(client, again);
    expect(again).toMatchObject({ status: "failed", error: { breach: { needed: 0.0007 } } });
    expect(again.usage.known.costPico).toBe(7n * costPico);
  });
});

describe("a budget that is passed", () => {
  test.each([
    ["a parallel", false],
    ["a map", true],
  ])("closes what is at work in %s, waits for the slowest to be through, and for nothing else", async (_, asMap) => {
    server.clear();
    const events: string[] = [];
    const never = new Promise(() => {});
    const allArrived = gate();
    const goodbye = gate();
    script = (id) => {
      if (id === "0") return { costPico: MOST_PICO, when: allArrived.opened };
      if (id === "goodbye") return { when: goodbye.opened };
      return { costPico: 1n, when: never };
    };
    const call = step("call", async (branch: number, { signal, reportUsage }) => {
      try {
        const { costPico } = await ask(server, String(branch), signal);
        events.push("paid");
        reportUsage({ costPico });
      } catch (error) {
        // One of them has something to tell the server yet.
        if (branch === 1) await ask(server, "goodbye");
        events.push(branch === 1 ? "the slowest is through" : "left");
        throw error;
      }
      return branch;
    });
    // The time in which work has to heed its signal stands still: nothing here is over because it took too long.
    const clock = new ManualClock();
    await using flujo = new Flujo(sideBySide(call, asMap), {
      budget: { costUsd: MOST_USD / 2 },
      modules: [(container) => container.register<Clock>(Clock, { useValue: clock })],
    });
    const running = flujo.run(branches).then((result) => {
      events.push("the run is over");
      return result;
    });
    await server.until(({ length }) => length === BRANCHES);
    allArrived.open();
    await server.until((calls) => calls.filter(({ state }) => state === "left").length === BRANCHES - 1);
    await server.until((calls) => calls.some((call) => idOf(call) === "goodbye"));
    expect(events).toEqual(["paid", ...Array(BRANCHES - 2).fill("left")]);
    goodbye.open();

    expect(await running).toMatchObject({ status: "failed", error: { code: "usage_limit_exceeded" } });
    expect(events.slice(-2)).toEqual(["the slowest is through", "the run is over"]);
    // No sibling was ever answered: that the run is over is not their doing.
    expect(server.journal.filter(({ state }) => state === "answered").map(idOf)).toEqual(["0", "goodbye"]);
    expect(server.journal).toHaveLength(BRANCHES + 1);
  });
});
