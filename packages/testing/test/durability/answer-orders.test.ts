import { Flujo, type RunResult } from "@flujo/core";
import { human, map, parallel, pipeline, type Step, step, steps } from "@flujo/dsl";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

interface Context {
  readonly said: Readonly<Record<string, number>>;
}

const NAMES = ["a", "b", "c", "d"] as const;
const CONTEXT: Context = { said: {} };

class Gate {
  readonly opened: Promise<void>;
  open: () => void = () => undefined;

  constructor() {
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}

/** Where the step before the questions waits, and those after them, if they are to. */
let entrance: Gate | undefined;
let gate: Gate | undefined;
let passed = 0;

beforeEach(() => {
  entrance = undefined;
  gate = undefined;
  passed = 0;
});

const s = steps<{ said: Record<string, number> }>();
const answer = z.object({ word: z.string() });
const ask = (name: string): Step<string, { word: string }> =>
  human(name, { prompt: (about: string) => `What of ${about}?`, schema: answer });
const begin = step("begin", async (about: string) => {
  await entrance?.opened;
  return about;
});
const note = s.step("note", async ({ word }: { word: string }, { update, reportUsage }) => {
  passed += 1;
  await gate?.opened;
  reportUsage({ costPico: BigInt(word.length), inputTokens: 1, outputTokens: 1 });
  update((draft) => {
    draft.said[word] = Object.keys(draft.said).length;
  });
  return word.toUpperCase();
});
const tell = s.step("tell", (words: unknown, { context }) => JSON.stringify([words, context.said]));

const PIPELINES = {
  "in parallel branches": {
    pipeline: pipeline(
      "panel",
      begin,
      parallel("asked", {
        a: ask("a").pipe(note),
        b: ask("b").pipe(note),
        c: ask("c").pipe(note),
        d: ask("d").pipe(note),
      }),
      tell,
    ) as Step<string, string, Context>,
    path: (name: string) => `asked[${name}]/${name}`,
  },
  "in the items of a map": {
    pipeline: pipeline(
      "round",
      begin,
      step("names", () => [...NAMES]),
      map("asked", ask("ask").pipe(note)),
      tell,
    ) as Step<string, string, Context>,
    path: (name: string) => `asked@${NAMES.indexOf(name as "a")}/ask`,
  },
} as const;

type Groups = readonly (readonly string[])[];

/** All ways to answer one after another, some at the same time: the ordered partitions. Twenty-four of them are one by one. */
function orders(names: readonly string[]): readonly Groups[] {
  if (names.length === 0) return [[]];
  const subsets = Array.from({ length: 2 ** names.length - 1 }, (_, index) =>
    names.filter((__, bit) => ((index + 1) >> bit) % 2 === 1),
  );
  return subsets.flatMap((first) =>
    orders(names.filter((name) => !first.includes(name))).map((rest) => [first, ...rest]),
  );
}

const ORDERS = orders(NAMES);

/** What must be the same, whatever the order. */
function facts(result: RunResult<string, Context>): unknown {
  if (result.status !== "completed") return result;
  const { output, context, usage } = result;
  const reports = result.steps.map(({ path, status, attempts }) => `${path} ${status} ${attempts}`);
  return { output, context, usage, reports: reports.toSorted() };
}

describe.each(Object.entries(PIPELINES))("Four questions %s", (_, { pipeline: asking, path }) => {
  const open = (): Flujo<string, string, Context> => new Flujo(asking, { context: CONTEXT });
  const word = (name: string): { word: string } => ({ word: `${name}${name}` });
  const signalsFor = (group: readonly string[]): Readonly<Record<string, unknown>> =>
    Object.fromEntries(group.map((name) => [path(name), word(name)]));

  async function tokenOf(flujo: Flujo<string, string, Context>, name: string): Promise<string> {
    const awaiting = (await flujo.state.getRun("run"))?.awaiting ?? [];
    return awaiting.find((question) => question.path === path(name))?.token ?? `no token for ${name}`;
  }

  async function reference(): Promise<unknown> {
    await using flujo = open();
    await flujo.run("it", { runId: "run" });
    return facts(await flujo.resume("run", { signals: signalsFor(NAMES) }));
  }

  test("are asked all at once, each with a token of its own", async () => {
    expect(ORDERS).toHaveLength(75);
    expect(ORDERS.filter((groups) => groups.length === 4)).toHaveLength(24);
    await using flujo = open();
    const result = await flujo.run("it", { runId: "run" });
    const awaiting = result.status === "paused" ? result.awaiting : [];
    expect(awaiting.map((question) => question.path).toSorted()).toStrictEqual(NAMES.map(path).toSorted());
    expect(new Set(awaiting.map(({ token }) => token)).size).toBe(4);
    expect(await reference()).toMatchObject({ output: expect.stringContaining('"AA"') });
  });

  test("answered by resume(), in each order, one by one and in groups, come to the same", async () => {
    const expected = await reference();
    for (const groups of ORDERS) {
      await using flujo = open();
      let result = await flujo.run("it", { runId: "run" });
      for (const group of groups) {
        expect(result.status, `${groups.join(" ")}`).toBe("paused");
        result = await flujo.resume("run", { signals: signalsFor(group) });
      }
      expect(facts(result), `${groups.join(" ")}`).toStrictEqual(expected);
    }
  });

  test("answered by signal() after the run has paused, in each order, come to the same", async () => {
    const expected = await reference();
    for (const groups of ORDERS) {
      await using flujo = open();
      let result = await flujo.run("it", { runId: "run" });
      for (const group of groups) {
        for (const name of group) await flujo.signal("run", { token: await tokenOf(flujo, name), value: word(name) });
        result = await flujo.run("it", { runId: "run" });
      }
      expect(facts(result), `${groups.join(" ")}`).toStrictEqual(expected);
    }
  });

  test("answered by signal() at the same moment, by runners that all want the run, come to the same", async () => {
    const expected = await reference();
    for (const [first = []] of ORDERS.filter((groups) => groups.length <= 2)) {
      await using flujo = open();
      await flujo.run("it", { runId: "run" });
      const rest = NAMES.filter((name) => !first.includes(name));
      const tokens = new Map(await Promise.all(NAMES.map(async (name) => [name, await tokenOf(flujo, name)] as const)));
      const say = async (name: (typeof NAMES)[number]): Promise<void> =>
        flujo.signal("run", { token: tokens.get(name) ?? "", value: word(name) });
      await Promise.all([flujo.resume("run", { signals: signalsFor(first) }), ...rest.map((name) => say(name))]);
      expect(facts(await flujo.run("it", { runId: "run" })), `${first.join("")} first`).toStrictEqual(expected);
    }
  });

  test("answered while the run is driven for those before, in each order, are found before it pauses again", async () => {
    const expected = await reference();
    for (const groups of ORDERS) {
      await using flujo = open();
      await flujo.run("it", { runId: "run" });
      const tokens = new Map(await Promise.all(NAMES.map(async (name) => [name, await tokenOf(flujo, name)] as const)));
      let shut = new Gate();
      gate = shut;
      passed = 0;
      const [first = [], ...rest] = groups;
      const handle = flujo.startResume("run", { signals: signalsFor(first) });
      let answered = first.length;
      for (const group of rest) {
        await expect.poll(() => passed, { interval: 1 }).toBe(answered);
        for (const name of group) {
          await flujo.signal("run", { token: tokens.get(name as "a") ?? "", value: word(name) });
        }
        answered += group.length;
        gate = new Gate();
        shut.open();
        shut = gate;
      }
      shut.open();
      expect(facts(await handle.result), `${groups.join(" ")}`).toStrictEqual(expected);
    }
  });

  test("answered before they are asked, in each order, don't pause the run where all have an answer", async () => {
    const expected = await reference();
    for (const groups of ORDERS) {
      await using flujo = open();
      entrance = new Gate();
      const { runId, result } = flujo.start("it", { runId: "run" });
      await expect.poll(() => flujo.state.getRun(runId), { interval: 1 }).toBeDefined();
      const [first = [], ...rest] = groups;
      const put = async (group: readonly string[]): Promise<void> => {
        for (const name of group) {
          await flujo.state.putSignal(runId, { path: path(name), value: JSON.stringify(word(name)), at: 0 });
        }
      };
      await put(first);
      entrance.open();
      let now = await result;
      expect(now.status).toBe(rest.length === 0 ? "completed" : "paused");
      for (const group of rest) {
        await put(group);
        now = await flujo.resume(runId);
      }
      expect(facts(now), `${groups.join(" ")}`).toStrictEqual(expected);
    }
  });
});
