import { Flujo, MemoryStateBackend, sharedBudget } from "@flujo/core";
import {
  Clock,
  type FlujoModule,
  type Lease,
  NO_USAGE,
  type RunEnding,
  type RunPage,
  type RunQuery,
  SharedBudget,
  StateBackend,
  StateError,
} from "@flujo/core/protocols";
import { human, map, pipeline, type StandardSchema, type Step, step } from "@flujo/dsl";
import { ManualClock } from "@flujo/testing";
import { describe, expect, test } from "vitest";

/** A store that outlives the runners on it, and may be out of reach. */
class Disk extends MemoryStateBackend {
  reachable = true;
  readings = 0;
  /** Called when a page was read, before it is given. */
  afterPage: () => Promise<void> = async () => undefined;

  /** Called before it is stored how a run ended. */
  beforeEnd: () => Promise<void> = async () => undefined;

  override async endRun(lease: Lease, ending: RunEnding): Promise<boolean> {
    await this.beforeEnd();
    return super.endRun(lease, ending);
  }

  override async listRuns(query?: RunQuery): Promise<RunPage> {
    if (!this.reachable) throw new Error("connection refused");
    this.readings++;
    const page = await super.listRuns(query);
    await this.afterPage();
    return page;
  }

  override async [Symbol.asyncDispose](): Promise<void> {}
}

interface World {
  readonly state: Disk;
  readonly clock: ManualClock;
}

const world = (at = Date.UTC(2026, 4, 15, 12)): World => {
  const clock = new ManualClock(at);
  return { state: new Disk({ clock }), clock };
};
const on =
  ({ state, clock }: World): FlujoModule =>
  (container) => {
    container.register(StateBackend, { useValue: state });
    container.register(Clock, { useValue: clock });
  };
const acme = { tags: { tenant: "acme" } };
const daily = sharedBudget({ name: "acme a day", period: "day", tags: { tenant: "acme" }, costUsd: 1 });

const amount: StandardSchema<number> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as number }) },
};

/** A step that uses as many dollars as it is given. */
const pay: Step<number, number> = step("pay", (costUsd: number, { reportUsage }) => {
  reportUsage({ costUsd, inputTokens: 1, outputTokens: 0 });
  return costUsd;
  // What earlier runs used would else be set aside for it.
}).withEstimate({ costUsd: 0 });
const runner = (place: World, ...budgets: readonly FlujoModule[]) =>
  new Flujo(pay, { modules: [on(place), ...budgets] });
const refused = (name: string, used: number) => ({
  status: "failed",
  error: {
    code: "usage_limit_exceeded",
    path: undefined,
    breach: { scope: name, shared: true, limit: "costUsd", used },
  },
});

describe("a shared budget", () => {
  test("holds runs together to a limit, which may be reached; the one that passes it is ended and told whose it is", async () => {
    await using flujo = runner(world(), daily);
    expect(await flujo.run(0.4, acme)).toMatchObject({ status: "completed" });
    expect(await flujo.run(0.6, acme)).toMatchObject({ status: "completed" });
    expect(await flujo.run(0, acme)).toMatchObject({ status: "completed" });
    const result = await flujo.run(0.1, acme);
    expect(result).toMatchObject(refused("acme a day", 1.1));
    expect(result).toHaveProperty(
      "error.message",
      'The budget of all that share "acme a day", $1, is exceeded: $1.1 used',
    );
  });

  test("that is passed lets no run begin any more", async () => {
    const place = world();
    let began = 0;
    const counted = step("counted", (n: number) => ++began + n);
    await using flujo = runner(place, daily);
    await flujo.run(1.5, acme);
    await using other = new Flujo(counted, { modules: [on(place), daily] });
    expect(await other.run(1, acme)).toMatchObject({ ...refused("acme a day", 1.5), steps: [] });
    expect(began).toBe(0);
  });

  test("concerns the runs that bear its tags, and no others", async () => {
    await using flujo = runner(world(), daily);
    await flujo.run(1, acme);
    expect(await flujo.run(5)).toMatchObject({ status: "completed" });
    expect(await flujo.run(5, { tags: { tenant: "other" } })).toMatchObject({ status: "completed" });
    expect(await flujo.run(0.1, { tags: { tenant: "acme", user: "ann" } })).toMatchObject(refused("acme a day", 1.1));
  });

  test.each([
    ["hour", Date.UTC(2026, 4, 15, 12, 59, 59, 999), Date.UTC(2026, 4, 15, 13)],
    ["day", Date.UTC(2026, 4, 15, 23, 59, 59, 999), Date.UTC(2026, 4, 16)],
    ["month", Date.UTC(2028, 1, 29, 23, 59, 59, 999), Date.UTC(2028, 2, 1)],
  ] as const)("of a %s begins anew with the next, in UTC", async (period, last, first) => {
    const place = world(last);
    await using flujo = runner(place, sharedBudget({ name: "all", period, costUsd: 1 }));
    expect(await flujo.run(1)).toMatchObject({ status: "completed" });
    expect(await flujo.run(0.1)).toMatchObject(refused("all", 1.1));
    place.clock.advance(first - last);
    expect(await flujo.run(0.9)).toMatchObject({ status: "completed" });
  });

  test("that is always there has no end", async () => {
    const place = world();
    await using flujo = runner(place, sharedBudget({ name: "ever", period: "always", totalTokens: 2 }));
    await flujo.run(1);
    place.clock.advance(400 * 24 * 3_600_000);
    expect(await flujo.run(1)).toMatchObject({ status: "completed" });
    expect(await flujo.run(1)).toMatchObject({ error: { breach: { limit: "totalTokens", allowed: 2, used: 3 } } });
  });

  test("is held by what is set aside, so that runs side by side can't pass it together", async () => {
    let most = 0;
    let spent = 0;
    const careful = step("careful", async (costUsd: number, { reportUsage }) => {
      await new Promise((resolve) => setImmediate(resolve));
      spent += costUsd;
      most = Math.max(most, spent);
      reportUsage({ costUsd });
    }).withEstimate({ costUsd: 0.3 });
    await using flujo = new Flujo(map("all", careful), { modules: [on(world()), daily] });
    const results = await Promise.all(Array.from({ length: 10 }, () => flujo.run([0.25, 0.25], acme)));
    expect(most).toBeLessThanOrEqual(1);
    expect(most).toBeGreaterThan(0.7);
    expect(results.filter(({ status }) => status === "failed").length).toBeGreaterThan(0);
  });

  test("applies beside others, each with its own name", async () => {
    const all = sharedBudget({ name: "everybody", period: "month", costUsd: 1.2 });
    await using flujo = runner(world(), all, daily);
    expect(await flujo.run(0.9, acme)).toMatchObject({ status: "completed" });
    expect(await flujo.run(0.4)).toMatchObject(refused("everybody", 1.3));
    await using fresh = runner(world(), all, daily);
    expect(await fresh.run(1.1, acme)).toMatchObject(refused("acme a day", 1.1));
  });
});

describe("what was spent", () => {
  test("before a restart counts: by runs that have ended, and by those that were interrupted", async () => {
    const place = world();
    let interrupt = (): void => undefined;
    const wait = step("wait", (n: number) => {
      interrupt();
      return n;
    });
    {
      await using flujo = runner(place, daily);
      await flujo.run(0.5, acme);
      await using other = new Flujo(pipeline("p", pay, wait, pay), { modules: [on(place), daily] });
      const handle = other.start(0.2, acme);
      interrupt = () => handle.interrupt();
      await expect(handle.result).rejects.toMatchObject({ code: "run_interrupted" });
    }
    await using later = runner(place, daily);
    expect(await later.run(0.3, acme)).toMatchObject({ status: "completed" });
    expect(await later.run(0.01, acme)).toMatchObject(refused("acme a day", 1.01));
  });

  test("by a run that goes on counts once, whatever of it is replayed", async () => {
    const place = world();
    const ask = human("ask", { prompt: (n: number) => `${n}?`, schema: amount });
    const twice = pipeline("twice", pay, ask, pay);
    {
      await using flujo = new Flujo(twice, { modules: [on(place), daily] });
      expect(await flujo.run(0.4, { runId: "r", ...acme })).toMatchObject({ status: "paused" });
      // In the process that began it, where the reading is fresh.
      expect(await flujo.run(0.1, { runId: "s", ...acme })).toMatchObject({ status: "paused" });
      expect(await flujo.resume("s", { signals: { ask: 0.1 } })).toMatchObject({ status: "completed" });
    }
    await using later = new Flujo(twice, { modules: [on(place), daily] });
    const resumed = await later.resume("r", { signals: { ask: 0.4 } });
    expect(resumed).toMatchObject({ status: "completed", usage: { costUsd: 0.8 } });
    await using pays = runner(place, daily);
    expect(await pays.run(0.01, acme)).toMatchObject(refused("acme a day", 1.01));
  });

  test("by a run counts for the period in which the run was created, whenever it goes on", async () => {
    const place = world();
    const ask = human("ask", { prompt: (n: number) => `${n}?`, schema: amount });
    const twice = pipeline("twice", pay, ask, pay);
    await using flujo = new Flujo(twice, { modules: [on(place), daily] });
    await flujo.run(0.4, { runId: "r", ...acme });
    place.clock.advance(24 * 3_600_000);
    await using today = runner(place, daily);
    await today.run(0.9, acme);
    expect(await flujo.resume("r", { signals: { ask: 0.6 } })).toMatchObject({ status: "completed" });
    expect(await today.run(0.1, acme)).toMatchObject({ status: "completed" });
    expect(await today.run(0.1, acme)).toMatchObject(refused("acme a day", 1.1));
  });

  test("by others is seen when a run opens, at most five seconds later", async () => {
    const place = world();
    await using here = runner(place, daily);
    await using there = runner(place, daily);
    await here.run(0.1, acme);
    await there.run(0.85, acme);
    place.clock.advance(4_999);
    expect(await here.run(0.1, acme)).toMatchObject({ status: "completed" });
    place.clock.advance(1);
    expect(await here.run(0, acme)).toMatchObject(refused("acme a day", 1.05));
  });

  test("is read once for all runs that open together, and of old runs only what may have changed", async () => {
    const place = world();
    await using flujo = runner(place, daily);
    await Promise.all(Array.from({ length: 40 }, () => flujo.run(0.01, acme)));
    expect(place.state.readings).toBe(1);
    place.clock.advance(3_600_000);
    await flujo.run(0.01, acme);
    let seen = 0;
    place.state.afterPage = async () => {
      seen++;
    };
    place.clock.advance(3_600_000);
    // Those of two hours ago are settled by now: if they were counted again, or not at all, this would tell.
    expect(await flujo.run(0.59, acme)).toMatchObject({ status: "completed" });
    expect(await flujo.run(0.01, acme)).toMatchObject(refused("acme a day", 1.01));
    expect(seen).toBe(1);
  });

  test("by unfinished runs is looked at again, and by those around them that have ended is not lost or doubled", async () => {
    const place = world();
    const ask = human("ask", { prompt: (n: number) => `${n}?`, schema: amount });
    const twice = pipeline("twice", pay, ask, pay);
    await using here = runner(place, daily);
    await using there = new Flujo(twice, { modules: [on(place), daily] });
    const spend = async (costUsd: number) => {
      place.clock.advance(1_000);
      expect(await here.run(costUsd, acme)).toMatchObject({ status: "completed" });
    };
    await spend(0.1);
    place.clock.advance(1_000);
    await there.run(0.1, { runId: "waits", ...acme });
    await spend(0.1);
    for (let hour = 1; hour <= 3; hour++) {
      place.clock.advance(3_600_000);
      await spend(0);
    }
    // 0.3 until now; the run that waits goes on elsewhere.
    await there.resume("waits", { signals: { ask: 0.3 } });
    place.clock.advance(3_600_000);
    await spend(0.4);
    expect(await here.run(0.01, acme)).toMatchObject(refused("acme a day", 1.01));
  });

  test("by a run that is gone on with by turns, here and elsewhere, counts once", async () => {
    const place = world();
    const ask = (name: string) => human(name, { prompt: (n: number) => `${n}?`, schema: amount });
    const thrice = pipeline("thrice", pay, ask("one"), pay, ask("two"), pay);
    await using here = new Flujo(thrice, { modules: [on(place), daily] });
    await using there = new Flujo(thrice, { modules: [on(place), daily] });
    await here.run(0.1, { runId: "r", ...acme });
    place.clock.advance(5_000);
    await here.run(0.1, { runId: "other", ...acme });
    await there.resume("r", { signals: { one: 0.5 } });
    // Here it is remembered with 0.1.
    expect(await here.resume("other", { signals: { one: 0.2 } })).toMatchObject({ status: "paused" });
    expect(await here.resume("r", { signals: { two: 0.1 } })).toMatchObject({ status: "completed" });
    expect(await here.run(0.01, acme)).toMatchObject(refused("acme a day", 1.01));
  });

  test("is all read, however many runs there are", async () => {
    const place = world();
    const about = {
      pipeline: "p",
      plan: "{}",
      input: "1",
      context: "{}",
      tags: acme.tags,
      createdAt: place.clock.now(),
    };
    const known = { ...NO_USAGE.known, costPico: 500_000_000n };
    const ending = { status: "completed", output: "1", finalContext: "{}", awaiting: [], endedAt: 0 } as const;
    for (let run = 0; run < 2_000; run++) {
      await place.state.createRun({ ...about, runId: `run ${run}` });
      const lease = (await place.state.acquireLease(`run ${run}`, 1_000)) as Lease;
      await place.state.endRun(lease, { ...ending, usage: { ...NO_USAGE, requests: 1, known } });
    }
    await using flujo = runner(place, daily);
    expect(await flujo.run(0.01, acme)).toMatchObject(refused("acme a day", 1.01));
  });

  test("by a run that was cancelled in the middle of a call is never out of sight", async () => {
    const place = world();
    await using flujo = new Flujo(
      step("call", async (costUsd: number, { reportUsage, signal }) => {
        reportUsage({ costUsd });
        if (costUsd < 1) return;
        cancel();
        signal.throwIfAborted();
      }).withEstimate({ costUsd: 0 }),
      { modules: [on(place), daily] },
    );
    let cancel = (): void => undefined;
    let meanwhile: unknown;
    place.state.beforeEnd = async () => {
      place.state.beforeEnd = async () => undefined;
      place.clock.advance(5_000);
      meanwhile = await flujo.run(0.01, acme);
    };
    const handle = flujo.start(1, acme);
    cancel = () => handle.cancel();
    expect(await handle.result).toMatchObject({ status: "cancelled" });
    expect(meanwhile).toMatchObject(refused("acme a day", 1.01));
  });

  test("counts once by runs that begin and end while the store is read", async () => {
    const place = world();
    await using flujo = runner(place, daily);
    await flujo.run(0.1, acme);
    place.clock.advance(5_000);
    let ended: Promise<unknown> = Promise.resolve();
    place.state.afterPage = async () => {
      place.state.afterPage = async () => undefined;
      // It is not opened before the reading is done; one that is open already goes on meanwhile.
      ended = flujo.run(0.2, acme);
      await new Promise((resolve) => setImmediate(resolve));
    };
    await Promise.all([flujo.run(0.3, acme), flujo.run(0.2, acme)]);
    await ended;
    place.clock.advance(5_000);
    expect(await flujo.run(0.2, acme)).toMatchObject({ status: "completed" });
    expect(await flujo.run(0.01, acme)).toMatchObject(refused("acme a day", 1.01));
  });

  test("is not guessed: a run does not begin where it can't be read, and can go on once it can", async () => {
    const place = world();
    place.state.reachable = false;
    let calls = 0;
    const counted = step("counted", (n: number) => n + ++calls);
    await using flujo = new Flujo(counted, { modules: [on(place), daily] });
    const broken = flujo.run(1, { runId: "r", ...acme });
    await expect(broken).rejects.toBeInstanceOf(StateError);
    await expect(broken).rejects.toMatchObject({
      code: "state",
      message: 'What was spent of the shared budget "acme a day" can\'t be read',
      cause: { message: "connection refused" },
    });
    expect(calls).toBe(0);
    expect(await flujo.run(1)).toMatchObject({ status: "completed" });
    place.state.reachable = true;
    expect(await flujo.resume("r")).toMatchObject({ status: "completed" });
  });
});

describe("options of a shared budget", () => {
  const good = { name: "b", period: "day", costUsd: 1 } as const;

  test.each([
    ["options.name", { ...good, name: " " }],
    ["options.period", { ...good, period: "week" }],
    ["options.tags", { ...good, tags: "acme" }],
    ["options.tags.tenant", { ...good, tags: { tenant: 1 } }],
    ["options.costUsd", { ...good, costUsd: -1 }],
    ["options.totalTokens", { ...good, totalTokens: 1.5 }],
    ["options.limit", { ...good, limit: 1 }],
    ["options", { name: "b", period: "day" }],
    ["options", null],
  ])("are refused where they can't be: %s", (option, options) => {
    expect(() => sharedBudget(options as never)).toThrow(
      expect.objectContaining({ code: "invalid_option", option }) as Error,
    );
  });

  test("are refused where two have one name, and where a budget was registered without being looked at", () => {
    expect(() => new Flujo(pay, { modules: [daily, daily] })).toThrow("options.name");
    const odd = { name: "b", period: "fortnight", costUsd: 1 } as unknown as SharedBudget;
    const module: FlujoModule = (container) => container.register(SharedBudget, { useValue: odd });
    expect(() => new Flujo(pay, { modules: [module] })).toThrow("options.period");
  });
});
