import { Flujo, MemoryStateBackend, type RunMigration } from "@flujo/core";
import { type FlujoModule, type JournalEntry, type Lease, type RunRecord, StateBackend } from "@flujo/core/protocols";
import { branch, human, loop, map, parallel, pipeline, type Step, step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";

type NumberStep = Step<number, number>;

const add = (name: string, n = 1, version = "1"): NumberStep =>
  step({ name, version, run: (value: number) => value + n });
const ask = (schema: z.ZodType<number> = z.number()): NumberStep => human("ask", { prompt: "How many?", schema });

/** Outlives the runners that are plugged into it. */
class LastingBackend extends MemoryStateBackend {
  override async [Symbol.asyncDispose](): Promise<void> {
    // The next runner goes on with what is in it.
  }
}

const always = (): boolean => true;

/** Runs one pipeline to the question in it, then goes on with another. */
async function goOn(before: NumberStep, after: NumberStep, migrations: readonly RunMigration[] = []) {
  const state = new LastingBackend();
  const on: FlujoModule = (container) => container.register(StateBackend, { useValue: state });
  await using first = new Flujo(before, { modules: [on] });
  expect((await first.run(1, { runId: "r" })).status).toBe("paused");
  await using second = new Flujo(after, { modules: [on], migrations });
  const resumed = second.resume("r", { signals: { ask: 10 } });
  const told = await resumed.then(
    (result) => ({ status: result.status, output: result.status === "completed" ? result.output : undefined }),
    (error: { code: string; differences?: readonly string[] }) => ({
      code: error.code,
      differences: error.differences,
    }),
  );
  return { told, run: await state.getRun("r"), entries: await state.readEntries("r") };
}

const plansIn = (entries: readonly JournalEntry[]): readonly string[] =>
  entries.filter(({ kind }) => kind === "plan").map(({ output }) => output ?? "");

const chain = (...steps: readonly NumberStep[]): NumberStep =>
  steps.reduce<NumberStep>((whole, next) => whole.pipe(next), add("zero", 0));
const named = (...steps: readonly NumberStep[]): NumberStep => pipeline("work", chain(...steps));
const again = (...body: readonly NumberStep[]): NumberStep =>
  loop("again", { body: chain(...body), until: (n: number) => n > 5, maxIterations: 9 });
const sides = (sides: Readonly<Record<string, NumberStep>>): NumberStep =>
  parallel("sides", sides).pipe(
    step("sum", (all: Readonly<Record<string, number>>) => Object.values(all).reduce((sum, n) => sum + n, 0)),
  );

/** What a run that waits at `ask` is gone on with, and what it comes to. */
const GOES_ON: Readonly<Record<string, readonly [before: NumberStep, after: NumberStep, output: number]>> = {
  "a step added after": [named(add("a"), ask(), add("b")), named(add("a"), ask(), add("new", 100), add("b")), 111],
  "a step added at the end": [named(add("a"), ask()), named(add("a"), ask(), add("new", 100)), 110],
  "a step after removed": [named(add("a"), ask(), add("b")), named(add("a"), ask()), 10],
  "a step after renamed": [named(add("a"), ask(), add("b")), named(add("a"), ask(), add("c")), 11],
  "a step after with a new version": [named(add("a"), ask(), add("b")), named(add("a"), ask(), add("b", 7, "2")), 17],
  "a pipeline whose name only says what is in it": [chain(add("a"), ask()), chain(add("a"), ask(), add("b", 7)), 17],
  "a case that was not taken": [
    named(branch("which", { on: () => "a" as const, cases: { a: ask(), b: add("b") } })),
    named(branch("which", { on: () => "a" as const, cases: { a: ask(), b: add("b", 1, "2") } })),
    10,
  ],
  "what a branch does after the question": [
    named(sides({ left: chain(add("l"), ask()), right: add("r") })),
    named(sides({ left: chain(add("l"), ask(), add("more", 100)), right: add("r") })),
    112,
  ],
  "a loop that it has not come to": [named(ask(), again(add("a"))), named(ask(), again(add("a", 1, "2"))), 11],
};

/** What it is not gone on with, and how that is said. */
const REFUSES: Readonly<Record<string, readonly [before: NumberStep, after: NumberStep, difference: RegExp]>> = {
  "a step added before": [named(add("a"), ask()), named(add("new"), add("a"), ask()), /^added: {3}work\/new/],
  "a step before removed": [named(add("a"), add("b"), ask()), named(add("b"), ask()), /^removed: work\/a/],
  "a step before renamed": [named(add("a"), ask()), named(add("b"), ask()), /^removed: work\/a/],
  "a step before with a new version": [
    named(add("a"), ask()),
    named(add("a", 1, "2"), ask()),
    /^changed: work\/a was .*"1".*"2"/,
  ],
  "steps before in another order": [
    named(add("a"), add("b"), ask()),
    named(add("b"), add("a"), ask()),
    /^moved: {3}.*work\/a, work\/b.* is now .*work\/b, work\/a/,
  ],
  "another schema of the question that it waits with": [
    named(ask()),
    named(ask(z.number().min(5))),
    /^changed: work\/ask/,
  ],
  "the question gone": [named(add("a"), ask()), named(add("a")), /^removed: work\/ask/],
  "a step added in a loop that has gone round": [
    named(again(add("a", 3), branch("w", { on: (n) => n > 4, cases: { true: ask(), false: add("no", 0) } }))),
    named(
      again(add("a", 3), branch("w", { on: (n) => n > 4, cases: { true: ask(), false: add("no", 0) } }), add("new")),
    ),
    /^added: {3}work\/again\/new/,
  ],
  "another bound of a loop that has begun": [
    named(loop("again", { body: chain(add("a"), ask()), until: () => true, maxIterations: 2 })),
    named(loop("again", { body: chain(add("a"), ask()), until: () => true, maxIterations: 3 })),
    /^changed: work\/again/,
  ],
  "a branch added beside those that have settled": [
    named(sides({ left: add("l"), right: add("r") }), ask()),
    named(sides({ left: add("l"), right: add("r"), more: add("m") }), ask()),
    /^added: {3}work\/sides\[more\]\/m/,
  ],
  "another name": [named(ask()), pipeline("other", chain(ask())), /^$/],
};

describe("a run goes on with a pipeline that has changed", () => {
  test.each(Object.entries(GOES_ON))("in %s, and that is recorded", async (_what, [before, after, output]) => {
    const { told, entries } = await goOn(before, after);
    expect(told).toStrictEqual({ status: "completed", output });
    expect(plansIn(entries)).toHaveLength(1);
  });

  test("only in what does not matter, as if it had not", async () => {
    const { told, entries } = await goOn(named(ask(), add("b")), named(ask(), add("b").withRetry()));
    expect([told, plansIn(entries)]).toStrictEqual([{ status: "completed", output: 11 }, []]);
  });
});

describe("a run is refused to a pipeline that has changed", () => {
  test.each(Object.entries(REFUSES))("in %s, and stays as it was", async (_what, [before, after, difference]) => {
    const { told, run, entries } = await goOn(before, after);
    if (!("differences" in told)) throw new Error(`it came to ${JSON.stringify(told)}`);
    if (told.code === "pipeline_changed") expect(told.differences?.[0]).toMatch(difference);
    else expect(told.code).toBe("run_conflict");
    expect([run?.status, run?.driven, plansIn(entries)]).toStrictEqual(["paused", false, []]);
  });

  test("also where it is run again by its id, with the question still open", async () => {
    const state = new LastingBackend();
    const on: FlujoModule = (container) => container.register(StateBackend, { useValue: state });
    await using first = new Flujo(named(add("a"), ask()), { modules: [on] });
    await first.run(1, { runId: "r" });
    await using second = new Flujo(named(add("b"), ask()), { modules: [on] });
    await expect(second.run(1, { runId: "r" })).rejects.toMatchObject({ code: "pipeline_changed" });
    expect((await first.run(1, { runId: "r" })).status).toBe("paused");
  });
});

describe("a migration", () => {
  const before: NumberStep = named(add("a", 4), map1(add("old")), ask(), add("b"));
  const after: NumberStep = named(add("first", 4), map1(add("new")), ask(), add("b"));
  const rename: RunMigration = {
    name: "names",
    applies: (plan) => JSON.stringify(plan).includes('"old"'),
    path: (path) => path.replace(/^a$/, "first").replace(/\/old$/, "/new"),
  };

  test("takes over runs whose steps have other names now, and is written down in them", async () => {
    const { told, entries } = await goOn(before, after, [rename]);
    expect(told).toStrictEqual({ status: "completed", output: 11 });
    expect(plansIn(entries)).toStrictEqual([expect.stringContaining('"migration":"names"')]);
    expect(entries.filter(({ kind }) => kind === "step").map(({ path }) => path)).not.toContain("first");
  });

  test("is refused if it leaves what is recorded without a place", async () => {
    const half: RunMigration = { ...rename, path: (path) => path.replace(/^a$/, "first") };
    const { told, run } = await goOn(before, after, [half]);
    expect(told).toMatchObject({ code: "pipeline_changed", differences: [expect.stringContaining("each@0/old")] });
    expect(run?.status).toBe("paused");
  });

  test.each([
    ["has two steps recorded at one path", (path: string) => path.replace(/^(a|zero)$/, "first"), "twice:"],
    ["moves a question that is open", (path: string) => path.replace(/^a$/, "first").replace("ask", "asked"), "waits:"],
  ])("is refused if it %s", async (_what, path, line) => {
    const asked = human("asked", { prompt: "How many?", schema: z.number() });
    const now: NumberStep = named(add("first", 4), map1(add("new")), ask(), asked, add("b"));
    const migration: RunMigration = { ...rename, path: (at) => path(rename.path?.(at) ?? at) };
    const { told, run } = await goOn(before, now, [migration]);
    expect(told).toMatchObject({
      code: "pipeline_changed",
      differences: expect.arrayContaining([expect.stringMatching(line)]),
    });
    expect(run?.status).toBe("paused");
  });

  test("changes what steps gave", async () => {
    const migrations: readonly RunMigration[] = [
      {
        name: "doubles",
        applies: always,
        output: (output, path) => (path === "both[was]/was" ? Number(output) * 2 : output),
      },
    ];
    const [was, is] = [named(add("a"), readsLater("x")), named(add("a"), readsLater("y"))];
    const { told } = await goOn(was, is, migrations);
    expect(told).toStrictEqual({ status: "completed", output: 14 });
  });

  test("has to stay registered", async () => {
    const state = new LastingBackend();
    const on: FlujoModule = (container) => container.register(StateBackend, { useValue: state });
    await using first = new Flujo(named(add("a"), ask(), ask2()), { modules: [on] });
    await first.run(1, { runId: "r" });
    const now = named(add("c"), ask(), ask2());
    const names: RunMigration = { name: "a to c", applies: always, path: (path) => (path === "a" ? "c" : path) };
    await using second = new Flujo(now, { modules: [on], migrations: [names] });
    expect((await second.resume("r", { signals: { ask: 1 } })).status).toBe("paused");
    await using third = new Flujo(now, { modules: [on] });
    await expect(third.resume("r", { signals: { ask2: 1 } })).rejects.toMatchObject({
      code: "pipeline_changed",
      differences: [expect.stringContaining('"a to c"')],
    });
    expect(await second.resume("r", { signals: { ask2: 5 } })).toMatchObject({ status: "completed", output: 5 });
  });

  test.each([
    [{ name: "", applies: always }, "name"],
    [{ name: "x", applies: true }, "applies"],
    [{ name: "x", applies: always, path: "y" }, "path"],
    [{ name: "x", applies: always, paths: () => "y" }, "paths"],
  ])("that can't be one is refused by the option that is wrong: %o", (migration, option) => {
    const migrations = [migration as RunMigration];
    expect(() => new Flujo(add("a"), { migrations })).toThrow(
      expect.objectContaining({ code: "invalid_option", message: expect.stringContaining(option) }),
    );
  });
});

describe("a run that a newer pipeline takes further just before an older one leases it", () => {
  const older = named(add("a"), ask());
  const newer = named(add("a"), ask(), add("b"), ask2());

  /** Runs to the question with the older pipeline; then that one is to resume it, while the newer one is quicker. */
  async function overtaken(whileLeased: (state: OvertakenBackend) => Promise<void> = async () => undefined) {
    const state = new OvertakenBackend();
    const on: FlujoModule = (container) => container.register(StateBackend, { useValue: state });
    await using first = new Flujo(older, { modules: [on] });
    const second = new Flujo(newer, { modules: [on] });
    await first.run(1, { runId: "r" });
    let paused: RunRecord | undefined;
    state.beforeLease = async () => {
      await second.resume("r", { signals: { ask: 10 } });
      paused = await state.getRun("r");
      state.onceLeased = () => whileLeased(state);
    };
    await expect(first.resume("r")).rejects.toMatchObject({ code: "pipeline_changed" });
    return { paused, found: await state.getRun("r"), second };
  }

  test("stays paused, and waits for the same answer", async () => {
    const { paused, found, second } = await overtaken();
    expect(paused).toMatchObject({ status: "paused", awaiting: [{ path: "ask2" }] });
    expect(found).toEqual({ ...paused, endedAt: expect.any(Number), updatedAt: expect.any(Number) });
    expect(await second.resume("r", { signals: { ask2: 5 } })).toMatchObject({ status: "completed", output: 5 });
  });

  test("is left to recover if the answer comes meanwhile", async () => {
    const { found, second } = await overtaken(async (state) => {
      await state.putSignal("r", { path: "ask2", value: "7", at: 0 });
    });
    expect(found).toMatchObject({ status: "running", driven: false });
    const [handle] = await second.recover();
    expect(await handle?.result).toMatchObject({ status: "completed", output: 7 });
  });
});

/** Lets something happen just before the next lease, and just after. */
class OvertakenBackend extends LastingBackend {
  beforeLease: (() => Promise<void>) | undefined;
  onceLeased: (() => Promise<void>) | undefined;

  override async acquireLease(runId: string, ttlMs: number): Promise<Lease | undefined> {
    const { beforeLease } = this;
    this.beforeLease = undefined;
    await beforeLease?.();
    const lease = await super.acquireLease(runId, ttlMs);
    const { onceLeased } = this;
    this.onceLeased = undefined;
    await onceLeased?.();
    return lease;
  }
}

/** A map in a step of its own, for the numbers in paths. */
function map1(body: NumberStep): NumberStep {
  return step("list", (n: number) => [n])
    .pipe(map("each", body))
    .pipe(step("only", ([n = 0]: readonly number[]) => n));
}

function ask2(): NumberStep {
  return human("ask2", { prompt: "And now?", schema: z.number() });
}

/** Adds what stood before the question to the answer. */
function readsLater(version: string): NumberStep {
  return parallel("both", { was: add("was", 0), asked: ask() }).pipe(
    step({ name: "sum", version, run: ({ was, asked }: { was: number; asked: number }) => was + asked }),
  );
}
