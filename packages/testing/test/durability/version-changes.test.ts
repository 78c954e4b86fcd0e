import { Flujo, MemoryStateBackend, type RunResult } from "@flujo/core";
import { PipelineChangedError, StateBackend } from "@flujo/core/protocols";
import { human, loop, map, parallel, pipeline, type Step, step } from "@flujo/dsl";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

/**
 * A run stands at its cursor: what is before it has settled. Then the pipeline is changed, and the run is to go on.
 *
 * - changed before the cursor: refused, with a readable difference, and the run is as it was
 * - changed after it: goes on, and what settled is not done again
 * - changed at it: one or the other
 */
const answer = z.object({ word: z.string() });
const otherAnswer = z.object({ word: z.string(), by: z.string().optional() });

type Words = Step<string, string>;

/** What steps did, in the order in which they did it. */
let done: string[] = [];
/** Whether the step at the cursor hangs, until its driver is gone. */
let hangs = false;

beforeEach(() => {
  done = [];
  hangs = false;
});

const say = (name: string, version?: string): Words =>
  step({
    name,
    ...(version === undefined ? {} : { version }),
    run: (text: string) => {
      done.push(name);
      return `${text} ${name}`;
    },
  });
const strict = (name: string): Words =>
  step({
    name,
    input: z.string().min(1),
    output: z.string().max(1_000),
    run: (text) => {
      done.push(name);
      return `${text} ${name}`;
    },
  });
const asking = (name: string, schema: z.ZodType<{ word: string }> = answer): Words =>
  human(name, { prompt: "Which word?", schema }).pipe(
    step(`take ${name}`, ({ word }: { word: string }) => word),
  ) as Words;
const working = (name: string, input?: z.ZodType<string>): Words => {
  const run = async (text: string, { signal }: { readonly signal: AbortSignal }): Promise<string> => {
    if (hangs) await new Promise((resolve) => signal.addEventListener("abort", resolve));
    done.push(name);
    return `${text} ${name}`;
  };
  return input === undefined ? step(name, run) : step({ name, input, run });
};

interface Cursor {
  /** The step at the cursor, as it was; with another name; with another schema. */
  readonly step: () => Words;
  readonly renamed: () => Words;
  readonly reshaped: () => Words;
  /** Drives a run of the pipeline up to the cursor. */
  readonly reach: (state: StateBackend, job: Words) => Promise<void>;
}

const runner = (state: StateBackend, job: Words): Flujo<string, string> =>
  new Flujo(job, { modules: [(container) => container.register(StateBackend, { useValue: undying(state) })] });

/** A store that its runners don't dispose of. */
function undying(state: StateBackend): StateBackend {
  return new Proxy(state, {
    get: (_, name) => {
      if (name === Symbol.asyncDispose) return () => Promise.resolve();
      const member: unknown = Reflect.get(state, name);
      return typeof member === "function" ? (member.bind(state) as unknown) : member;
    },
  });
}

const CURSORS: Readonly<Record<string, Cursor>> = {
  "waits for an answer that is there by now": {
    step: () => asking("cursor"),
    renamed: () => asking("renamed"),
    reshaped: () => asking("cursor", otherAnswer),
    reach: async (state, job) => {
      await using flujo = runner(state, job);
      const result = await flujo.run("go", { runId: "run" });
      const [question] = result.status === "paused" ? result.awaiting : [];
      await flujo.signal("run", { token: question?.token ?? "", value: { word: "yes" } });
    },
  },
  "was interrupted in the midst of a step": {
    step: () => working("cursor"),
    renamed: () => working("renamed"),
    reshaped: () => working("cursor", z.string().min(1)),
    reach: async (state, job) => {
      hangs = true;
      const flujo = runner(state, job);
      const handle = flujo.start("go", { runId: "run" });
      const interrupted = expect(handle.result).rejects.toMatchObject({ code: "run_interrupted" });
      await expect.poll(() => done.at(-1), { interval: 1 }).toBe("two");
      await new Promise((resolve) => setTimeout(resolve, 5));
      await flujo[Symbol.asyncDispose]();
      await interrupted;
      hangs = false;
      done.splice(done.indexOf("two") + 1);
    },
  },
};

const WAYS: Readonly<Record<string, (flujo: Flujo<string, string>) => Promise<RunResult<string>>>> = {
  resume: (flujo) => flujo.resume("run"),
  "run of the same id": (flujo) => flujo.run("go", { runId: "run" }),
  recover: async (flujo) => {
    const [handle] = await flujo.recover();
    if (handle === undefined) throw new Error("There was nothing to recover");
    return handle.result;
  },
};

interface Change {
  readonly title: string;
  readonly place: "before" | "at" | "after";
  /** The pipeline that the run is to go on with. */
  readonly changed: (cursor: Cursor) => Words;
  /** What the difference has to name. */
  readonly names: readonly string[];
}

const job = (...parts: readonly Words[]): Words => {
  const [first, ...rest] = parts as [Words, ...Words[]];
  return pipeline(
    "job",
    rest.reduce((all, next) => all.pipe(next) as Words, first),
  ) as Words;
};

const original = (cursor: Cursor): Words => job(say("one"), say("two"), cursor.step(), say("three"), say("four"));

const CHANGES: readonly Change[] = [
  {
    title: "a step was renamed",
    place: "before",
    changed: (cursor) => job(say("uno"), say("two"), cursor.step(), say("three"), say("four")),
    names: ["one", "uno"],
  },
  {
    title: "a step was inserted",
    place: "before",
    changed: (cursor) => job(say("one"), say("new"), say("two"), cursor.step(), say("three"), say("four")),
    names: ["new"],
  },
  {
    title: "a step was deleted",
    place: "before",
    changed: (cursor) => job(say("two"), cursor.step(), say("three"), say("four")),
    names: ["one"],
  },
  {
    title: "a step has schemas by now",
    place: "before",
    changed: (cursor) => job(strict("one"), say("two"), cursor.step(), say("three"), say("four")),
    names: ["one"],
  },
  {
    title: "a step has another version",
    place: "before",
    changed: (cursor) => job(say("one", "2"), say("two"), cursor.step(), say("three"), say("four")),
    names: ["one"],
  },
  {
    title: "two steps changed places",
    place: "before",
    changed: (cursor) => job(say("two"), say("one"), cursor.step(), say("three"), say("four")),
    names: ["one", "two"],
  },
  {
    title: "the step was renamed",
    place: "at",
    changed: (cursor) => job(say("one"), say("two"), cursor.renamed(), say("three"), say("four")),
    names: ["cursor", "renamed"],
  },
  {
    title: "a step was inserted right before it",
    place: "at",
    changed: (cursor) => job(say("one"), say("two"), say("new"), cursor.step(), say("three"), say("four")),
    names: ["new"],
  },
  {
    title: "the step was deleted",
    place: "at",
    changed: () => job(say("one"), say("two"), say("three"), say("four")),
    names: ["cursor"],
  },
  {
    title: "the step has another schema",
    place: "at",
    changed: (cursor) => job(say("one"), say("two"), cursor.reshaped(), say("three"), say("four")),
    names: ["cursor"],
  },
  {
    title: "a step was renamed",
    place: "after",
    changed: (cursor) => job(say("one"), say("two"), cursor.step(), say("three"), say("quattro")),
    names: ["four"],
  },
  {
    title: "a step was inserted",
    place: "after",
    changed: (cursor) => job(say("one"), say("two"), cursor.step(), say("three"), say("new"), say("four")),
    names: ["new"],
  },
  {
    title: "a step was deleted",
    place: "after",
    changed: (cursor) => job(say("one"), say("two"), cursor.step(), say("four")),
    names: ["three"],
  },
  {
    title: "a step has schemas by now",
    place: "after",
    changed: (cursor) => job(say("one"), say("two"), cursor.step(), say("three"), strict("four")),
    names: ["four"],
  },
  {
    title: "a step has another version",
    place: "after",
    changed: (cursor) => job(say("one"), say("two"), cursor.step(), say("three"), say("four", "2")),
    names: ["four"],
  },
];

/** Goes on; or the error that says why not. */
async function goOn(
  state: StateBackend,
  changed: Words,
  way: string,
): Promise<RunResult<string> | PipelineChangedError> {
  await using flujo = runner(state, changed);
  try {
    const result = await WAYS[way]?.(flujo);
    if (result === undefined) throw new Error(`There is no way "${way}"`);
    return result;
  } catch (error) {
    if (error instanceof PipelineChangedError) return error;
    throw error;
  }
}

/** What a run of the pipeline gives that had it from the beginning. */
async function fromTheBeginning(changed: Words): Promise<string> {
  const before = done;
  done = [];
  await using flujo = new Flujo(changed);
  let result = await flujo.run("go");
  if (result.status === "paused") {
    const signals = Object.fromEntries(result.awaiting.map(({ token }) => [token, { word: "yes" }]));
    result = await flujo.resume(result.runId, { signals });
  }
  done = before;
  if (result.status !== "completed") throw new Error(`The run is ${result.status}`);
  return result.output;
}

/** Holds a refusal to what it has to say, and the run to what it was. */
async function expectRefused(
  refusal: PipelineChangedError,
  names: readonly string[],
  state: StateBackend,
  unchanged: Words,
): Promise<void> {
  for (const name of names) expect(refusal.differences.join("\n")).toContain(name);
  expect(refusal.message).toContain(refusal.differences[0]);
  const before = [...done];
  const expected = await fromTheBeginning(unchanged);
  const result = await goOn(state, unchanged, "resume");
  expect(result).toMatchObject({ status: "completed", output: expected });
  expect(done.slice(0, before.length)).toStrictEqual(before);
}

describe.each(Object.entries(CURSORS))("A run that %s", (_, cursor) => {
  describe.each(Object.keys(WAYS))("and is to go on by %s", (way) => {
    test.each(CHANGES.filter(({ place }) => place === "before"))(
      "is refused if $title before it",
      async ({ changed, names }) => {
        await using state = new MemoryStateBackend();
        await cursor.reach(state, original(cursor));
        const came = await goOn(state, changed(cursor), way);
        expect(done).toStrictEqual(["one", "two"]);
        if (!(came instanceof PipelineChangedError)) throw new Error(`It went on, and is ${came.status}`);
        await expectRefused(came, names, state, original(cursor));
      },
    );

    test.each(CHANGES.filter(({ place }) => place === "after"))("goes on if $title after it", async ({ changed }) => {
      await using state = new MemoryStateBackend();
      await cursor.reach(state, original(cursor));
      const came = await goOn(state, changed(cursor), way);
      expect(came).toMatchObject({ status: "completed", output: await fromTheBeginning(changed(cursor)) });
      expect(done.filter((name) => name === "one" || name === "two")).toStrictEqual(["one", "two"]);
    });

    test.each(CHANGES.filter(({ place }) => place === "at"))(
      "is refused or goes on rightly if, at it, $title",
      async ({ changed, names }) => {
        await using state = new MemoryStateBackend();
        await cursor.reach(state, original(cursor));
        let came = await goOn(state, changed(cursor), way);
        if (came instanceof PipelineChangedError) {
          // Awaited here, for the state is disposed of at the end.
          await expectRefused(came, names, state, original(cursor));
          return;
        }
        if (came.status === "paused") {
          // It asks anew: the answer was to another question.
          await using flujo = runner(state, changed(cursor));
          const signals = Object.fromEntries(came.awaiting.map(({ token }) => [token, { word: "yes" }]));
          came = await flujo.resume("run", { signals });
        }
        expect(came).toMatchObject({ status: "completed", output: await fromTheBeginning(changed(cursor)) });
        expect(done.filter((name) => name === "one" || name === "two")).toStrictEqual(["one", "two"]);
      },
    );
  });
});

describe("A run that has gone on with a pipeline that was changed after its cursor", () => {
  const two = (last: Words): Words => job(say("one"), asking("first"), say("two"), asking("second"), last);

  test("is a run of that pipeline: what settles then is held against it", async () => {
    await using state = new MemoryStateBackend();
    const begun = two(say("three"));
    {
      await using flujo = runner(state, begun);
      await flujo.run("go", { runId: "run" });
    }
    const changed = job(say("one"), asking("first"), say("deux"), asking("second"), say("three"));
    {
      await using flujo = runner(state, changed);
      const paused = await flujo.resume("run", { signals: { first: { word: "yes" } } });
      expect(paused).toMatchObject({ status: "paused", awaiting: [{ path: "second" }] });
    }
    expect(await goOn(state, begun, "resume")).toBeInstanceOf(PipelineChangedError);
    await using flujo = runner(state, changed);
    const result = await flujo.resume("run", { signals: { second: { word: "done" } } });
    expect(result).toMatchObject({ status: "completed", output: "done three" });
    expect(done).toStrictEqual(["one", "deux", "three"]);
  });

  test("that has ended is given as it is, whatever has become of the pipeline", async () => {
    await using state = new MemoryStateBackend();
    const begun = job(say("one"), say("two"));
    await using flujo = runner(state, begun);
    await flujo.run("go", { runId: "run" });
    const came = await goOn(state, job(say("uno"), say("two")), "resume");
    expect(came).toMatchObject({ status: "completed", output: "go one two" });
    expect(done).toStrictEqual(["one", "two"]);
  });
});

describe("Inside of composites, a change counts as before the cursor where anything of the step has settled", () => {
  const twice = (...body: readonly Words[]): Words =>
    job(
      loop("twice", {
        body: pipeline("body", job(...body)),
        until: (_, { iteration }) => iteration >= 2,
        maxIterations: 2,
      }) as Words,
    );
  const each = (...body: readonly Words[]): Words =>
    job(
      step("items", () => ["x", "y"])
        .pipe(map("each", pipeline("body", job(...body)), { concurrency: 1 }))
        .pipe(step("join", (all: string[]) => all.join("+"))) as Words,
    );
  const both = (left: Words, right: Words): Words =>
    job(
      parallel("both", { left, right }).pipe(
        step("join", (all: { left: string; right: string }) => `${all.left}+${all.right}`),
      ) as Words,
    );

  /** Answers until the first iteration, or the first item, is over, and the run waits for the second. */
  async function toTheSecond(state: StateBackend, begun: Words): Promise<void> {
    await using flujo = runner(state, begun);
    const paused = await flujo.run("go", { runId: "run" });
    const [first] = paused.status === "paused" ? paused.awaiting : [];
    await flujo.resume("run", { signals: { [first?.token ?? ""]: { word: "yes" } } });
  }

  async function answerAll(state: StateBackend, changed: Words): Promise<RunResult<string> | PipelineChangedError> {
    let came = await goOn(state, changed, "resume");
    while (!(came instanceof PipelineChangedError) && came.status === "paused") {
      await using flujo = runner(state, changed);
      const signals = Object.fromEntries(came.awaiting.map(({ token }) => [token, { word: "yes" }]));
      came = await flujo.resume("run", { signals });
    }
    return came;
  }

  test("a step of a loop's body that settled in an earlier iteration", async () => {
    await using state = new MemoryStateBackend();
    await toTheSecond(state, twice(asking("ask"), say("after")));
    expect(await answerAll(state, twice(asking("ask"), say("changed")))).toBeInstanceOf(PipelineChangedError);
    expect(await answerAll(state, twice(asking("ask"), say("after")))).toMatchObject({
      status: "completed",
      output: "yes after",
    });
  });

  test("a step of a map's body that settled in another item", async () => {
    await using state = new MemoryStateBackend();
    await toTheSecond(state, each(asking("ask"), say("after")));
    expect(await answerAll(state, each(asking("ask"), say("changed")))).toBeInstanceOf(PipelineChangedError);
    expect(await answerAll(state, each(asking("ask"), say("after")))).toMatchObject({
      status: "completed",
      output: "yes after+yes after",
    });
  });

  test("a step of a branch that has settled, while the other waits", async () => {
    await using state = new MemoryStateBackend();
    const begun = both(say("left"), job2("right", asking("ask"), say("after")));
    {
      await using flujo = runner(state, begun);
      await flujo.run("go", { runId: "run" });
    }
    const changed = both(say("links"), job2("right", asking("ask"), say("after")));
    expect(await answerAll(state, changed)).toBeInstanceOf(PipelineChangedError);
    expect(await answerAll(state, begun)).toMatchObject({ status: "completed", output: "go left+yes after" });
  });

  test("but not one of the branch that waits, after its question", async () => {
    await using state = new MemoryStateBackend();
    {
      await using flujo = runner(state, both(say("left"), job2("right", asking("ask"), say("after"))));
      await flujo.run("go", { runId: "run" });
    }
    const changed = both(say("left"), job2("right", asking("ask"), say("changed")));
    expect(await answerAll(state, changed)).toMatchObject({ status: "completed", output: "go left+yes changed" });
    expect(done).toStrictEqual(["left", "changed"]);
  });

  test("nor one of a loop's body that no iteration has come to", async () => {
    await using state = new MemoryStateBackend();
    {
      await using flujo = runner(state, twice(asking("ask"), say("after")));
      await flujo.run("go", { runId: "run" });
    }
    expect(await answerAll(state, twice(asking("ask"), say("changed")))).toMatchObject({
      status: "completed",
      output: "yes changed",
    });
    expect(done).toStrictEqual(["changed", "changed"]);
  });

  function job2(name: string, ...parts: readonly Words[]): Words {
    const [first, ...rest] = parts as [Words, ...Words[]];
    return pipeline(
      name,
      rest.reduce((all, next) => all.pipe(next) as Words, first),
    ) as Words;
  }
});
