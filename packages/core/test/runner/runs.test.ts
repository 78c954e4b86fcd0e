import { Flujo, MemoryStateBackend, unwrap } from "@flujo/core";
import { type FlujoModule, type Lease, StateBackend, StateError } from "@flujo/core/protocols";
import { loop, parallel, pipeline, step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";

const on =
  (backend: StateBackend): FlujoModule =>
  (container) =>
    container.register(StateBackend, { useValue: backend });
/** A store that several runners share, so none of them may close it. */
class SharedBackend extends MemoryStateBackend {
  override async [Symbol.asyncDispose](): Promise<void> {}
}
/** Takes no lease back for as long as it is stuck. */
class StuckBackend extends SharedBackend {
  stuck = true;

  override async releaseLease(lease: Lease): Promise<void> {
    if (this.stuck) throw new StateError("The disk is gone");
    await super.releaseLease(lease);
  }
}
const gate = () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
};

describe("a run id given twice", () => {
  test("with the same input joins the run while it goes on", async () => {
    const { opened, open } = gate();
    let calls = 0;
    const work = step("work", async (n: number) => {
      calls++;
      await opened;
      return n + 1;
    });
    await using flujo = new Flujo(work);
    const first = flujo.run(1, { runId: "r" });
    const second = flujo.run(1, { runId: "r" });
    open();
    expect(unwrap(await first)).toBe(2);
    expect(unwrap(await second)).toBe(2);
    expect(calls).toBe(1);
  });

  test("with the same input gives a finished run's result, and runs nothing", async () => {
    let calls = 0;
    await using flujo = new Flujo(step("work", (n: number) => (calls++, new Map([[n, n]]))));
    const first = await flujo.run(1, { runId: "r" });
    expect(await flujo.run(1, { runId: "r" })).toEqual(first);
    expect(calls).toBe(1);
  });

  test("with another input is a conflict, during the run and after", async () => {
    const { opened, open } = gate();
    await using flujo = new Flujo(step("work", async (n: number) => (await opened, n)));
    const first = flujo.run(1, { runId: "r" });
    expect(() => flujo.run(2, { runId: "r" })).toThrow(expect.objectContaining({ code: "run_conflict" }));
    open();
    await first;
    await expect(flujo.run(2, { runId: "r" })).rejects.toMatchObject({ code: "run_conflict" });
  });

  test("by another pipeline is a conflict", async () => {
    const disk = new SharedBackend();
    await using one = new Flujo(
      step("one", (n: number) => n),
      { modules: [on(disk)] },
    );
    await using two = new Flujo(
      step("two", async (n: number) => n),
      { modules: [on(disk)] },
    );
    const { opened, open } = gate();
    await using slow = new Flujo(
      step("one", async (n: number) => (await opened, n)),
      { modules: [on(disk)] },
    );
    const running = slow.run(1, { runId: "r" });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(two.run(1, { runId: "r" })).rejects.toMatchObject({ code: "run_conflict" });
    await expect(one.run(1, { runId: "r" })).rejects.toMatchObject({ code: "run_conflict" });
    open();
    await running;
  });

  test("or any option, is checked", async () => {
    await using flujo = new Flujo(step("work", (n: number) => n));
    expect(() => flujo.run(1, { runID: "r" } as never)).toThrow(expect.objectContaining({ option: "options.runID" }));
    expect(() => flujo.run(1, { tags: { n: 1 as never } })).toThrow(
      expect.objectContaining({ option: "options.tags.n" }),
    );
    expect(() => flujo.resume("r", { answers: {} } as never)).toThrow(
      expect.objectContaining({ option: "options.answers" }),
    );
  });

  test.each([null, [], "docs", { team: "\ud800" }])("has tags of its shape: %j are not", async (tags) => {
    await using flujo = new Flujo(step("work", (n: number) => n));
    expect(() => flujo.run(1, { tags: tags as never })).toThrow(/^options\.tags/);
  });

  test.each([null, [], "approve"])("is answered by an object: %j is none", async (signals) => {
    await using flujo = new Flujo(step("work", (n: number) => n));
    expect(() => flujo.resume("r", { signals: signals as never })).toThrow(/^options\.signals must be an object/);
  });

  test.each([undefined, {}, { token: 1, value: 2 }, { token: "t", valeu: 2 }])(
    "is not answered by %j",
    async (answer) => {
      await using flujo = new Flujo(step("work", (n: number) => n));
      await expect(flujo.signal("r", answer as never)).rejects.toMatchObject({ code: "invalid_option" });
    },
  );

  test.each(["", " ", "a\u0000b", "a\ud800", "x".repeat(257)])("must be a usable id: %j is not", async (runId) => {
    await using flujo = new Flujo(step("work", (n: number) => n));
    expect(() => flujo.run(1, { runId })).toThrow(expect.objectContaining({ code: "invalid_option", option: "runId" }));
  });
});

describe("an interrupted run", () => {
  test("is left resumable, and goes on where it was", async () => {
    const calls: string[] = [];
    const disk = new SharedBackend();
    const first = step("first", (n: number) => (calls.push("first"), n + 1));
    const second = step("second", async (n: number, { signal, attempt }) => {
      calls.push("second");
      if (calls.length < 3)
        await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
      return n + attempt;
    });
    const work = pipeline("work", first, second);
    const flujo = new Flujo(work, { modules: [on(disk)] });
    const handle = flujo.start(1, { runId: "r" });
    for await (const event of handle)
      if (event.type === "step-start" && event.name === "second") handle.interrupt("closing time");
    await expect(handle.result).rejects.toMatchObject({
      code: "run_interrupted",
      message: expect.stringContaining("closing time"),
    });
    expect(await disk.getRun("r")).toMatchObject({ status: "running", driven: false });

    await using another = new Flujo(work, { modules: [on(disk)] });
    const [recovered] = await another.recover();
    expect(recovered?.runId).toBe("r");
    expect(unwrap((await recovered?.result) as never)).toBe(3);
    expect(calls).toEqual(["first", "second", "second"]);
    expect(await another.recover()).toEqual([]);
  });

  test("is taken over at once by the runner whose lease the store failed to take back", async () => {
    const disk = new StuckBackend();
    const calls: string[] = [];
    const work = step("work", async (n: number, { signal }) => {
      calls.push("work");
      if (calls.length === 1)
        await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
      return n + 1;
    });
    await using flujo = new Flujo(work, { modules: [on(disk)] });
    const handle = flujo.start(1, { runId: "r" });
    for await (const event of handle) if (event.type === "step-start") handle.interrupt();
    await expect(handle.result).rejects.toMatchObject({ code: "run_interrupted" });
    expect(await disk.getRun("r")).toMatchObject({ status: "running", driven: true });
    expect(await flujo.recover()).toEqual([]);

    disk.stuck = false;
    const [recovered] = await flujo.recover();
    expect(unwrap((await recovered?.result) as never)).toBe(2);
  });

  test("is what disposing of the runner leaves", async () => {
    const disk = new SharedBackend();
    const flujo = new Flujo(
      step("hang", (_: number) => new Promise<number>(() => undefined)),
      { modules: [on(disk)] },
    );
    const result = flujo.run(1, { runId: "r" });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await flujo[Symbol.asyncDispose]();
    await expect(result).rejects.toMatchObject({ code: "run_interrupted" });
    expect(await disk.getRun("r")).toMatchObject({ status: "running", driven: false });
    expect(() => flujo.run(1)).toThrow(expect.objectContaining({ code: "configuration" }));
  });

  test("is refused to a pipeline that has changed, in words that say how", async () => {
    const disk = new SharedBackend();
    const build = (version: string, times: number) =>
      pipeline(
        "work",
        step({ name: "a", version, run: (n: number) => n }),
        loop("b", { body: step("c", (n: number) => n), until: () => true, maxIterations: times }),
        step(
          "hang",
          (_: number, { signal }) =>
            new Promise<number>((_resolve, reject) =>
              signal.addEventListener("abort", () => reject(signal.reason as Error)),
            ),
        ),
      );
    const flujo = new Flujo(build("1", 2), { modules: [on(disk)] });
    const handle = flujo.start(1, { runId: "r" });
    for await (const event of handle) if (event.type === "step-start" && event.name === "hang") handle.interrupt();
    await using changed = new Flujo(build("2", 3), { modules: [on(disk)] });
    const error = await changed
      .resume("r")
      .catch((thrown: unknown) => thrown as { code: string; differences: string[] });
    expect(error).toMatchObject({ code: "pipeline_changed" });
    expect((error as { differences: string[] }).differences).toEqual([
      expect.stringMatching(/^changed: work\/a was .*"1".* is .*"2"/),
      expect.stringMatching(/^changed: work\/b was .*2.* is .*3/),
    ]);
    await flujo[Symbol.asyncDispose]();
  });
});

describe("resume", () => {
  test("of what is not there is an error", async () => {
    await using flujo = new Flujo(step("work", (n: number) => n));
    await expect(flujo.resume("nowhere")).rejects.toMatchObject({ code: "run_not_found", runId: "nowhere" });
  });

  test("of a run that has ended gives its result: output, error or reason", async () => {
    const fails = step("work", (n: number): number => {
      if (n === 2) throw new Error("two");
      return n;
    });
    await using flujo = new Flujo(fails);
    await flujo.run(1, { runId: "good" });
    await flujo.run(2, { runId: "bad" });
    expect(await flujo.resume("good")).toMatchObject({ status: "completed", output: 1 });
    expect(await flujo.resume("bad")).toMatchObject({
      status: "failed",
      error: { code: "step_failed", message: "two", path: "work", cause: { message: "two" } },
      steps: [{ path: "work", status: "failed", error: { message: "two" } }],
    });
  });
});

describe("cancelling", () => {
  test("by signal, also one that has aborted already", async () => {
    let ran = false;
    await using flujo = new Flujo(step("work", () => (ran = true)));
    const result = await flujo.run(undefined as never, { signal: AbortSignal.abort("not today") });
    expect(result).toMatchObject({ status: "cancelled", reason: "not today" });
    expect(ran).toBe(false);
  });

  test("by the signal of whoever joined it", async () => {
    const hang = step(
      "hang",
      (_: number, { signal }) =>
        new Promise<number>((_resolve, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason as Error)),
        ),
    );
    await using flujo = new Flujo(hang);
    const controller = new AbortController();
    const first = flujo.run(1, { runId: "r" });
    const second = flujo.run(1, { runId: "r", signal: controller.signal });
    controller.abort("joined and left");
    expect(await first).toMatchObject({ status: "cancelled", reason: "joined and left" });
    expect(await second).toEqual(await first);
  });

  test("keeps what was done and used", async () => {
    const paid = step("paid", (n: number, { reportUsage }) => (reportUsage({ inputTokens: 5, outputTokens: 5 }), n));
    const hang = step(
      "hang",
      (_: number, { signal }) =>
        new Promise<number>((_resolve, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason as Error)),
        ),
    );
    await using flujo = new Flujo(paid.pipe(hang));
    const handle = flujo.start(1);
    for await (const event of handle) if (event.type === "step-start" && event.name === "hang") handle.cancel();
    const result = await handle.result;
    expect(result).toMatchObject({ status: "cancelled", usage: { totalTokens: 10 }, steps: [{ path: "paid" }] });
    expect(await flujo.resume(handle.runId)).toMatchObject({ status: "cancelled", usage: { totalTokens: 10 } });
  });
});

describe("stream", () => {
  test("gives chunks while the step still runs", async () => {
    const { opened, open } = gate();
    const talk = step("talk", async (_: null, { emit }) => {
      emit("first");
      await opened;
      emit("second");
      return "done";
    });
    await using flujo = new Flujo(talk);
    const chunks: unknown[] = [];
    for await (const event of flujo.stream(null)) {
      if (event.type !== "step-chunk") continue;
      chunks.push(event.chunk);
      open();
    }
    expect(chunks).toEqual(["first", "second"]);
  });

  test("left early, cancels the run", async () => {
    let aborted = false;
    const hang = step(
      "hang",
      (_: null, { signal }) =>
        new Promise<never>((_resolve, reject) =>
          signal.addEventListener("abort", () => {
            aborted = true;
            reject(signal.reason as Error);
          }),
        ),
    );
    await using flujo = new Flujo(hang);
    let runId = "";
    for await (const event of flujo.stream(null)) {
      runId = event.runId;
      if (event.type === "step-start") break;
    }
    expect(aborted).toBe(true);
    expect((await flujo.state.getRun(runId))?.status).toBe("cancelled");
  });

  test("throws what run throws", async () => {
    await using flujo = new Flujo(step("work", (n: number) => n));
    await flujo.run(1, { runId: "r" });
    await expect(async () => {
      for await (const _ of flujo.stream(2, { runId: "r" }));
    }).rejects.toMatchObject({ code: "run_conflict" });
  });
});

describe("what can't be recorded", () => {
  test("fails the step that made it, naming the property", async () => {
    await using flujo = new Flujo(
      pipeline(
        "p",
        step("make", () => ({ user: { greet: () => "hi" } })),
        step("next", () => 1),
      ),
    );
    expect(await flujo.run(undefined as never)).toMatchObject({
      status: "failed",
      error: { code: "not_serializable", path: "make", property: "output.user.greet" },
      steps: [{ path: "make", status: "failed" }],
    });
  });

  test("as an input is wrong use", async () => {
    await using flujo = new Flujo(step("work", (_: unknown) => 1));
    expect(() => flujo.run(() => 1)).toThrow(expect.objectContaining({ code: "not_serializable" }));
  });
});

describe("a result", () => {
  test("lists the steps that settled, with their times and attempts", async () => {
    const both = parallel("both", { a: step("a", (n: number) => n), b: step("b", (n: number) => n) });
    await using flujo = new Flujo(both);
    const { steps } = await flujo.run(1);
    expect(steps.map(({ path, kind, status, attempts }) => ({ path, kind, status, attempts }))).toEqual([
      { path: "both[a]/a", kind: "step", status: "completed", attempts: 1 },
      { path: "both[b]/b", kind: "step", status: "completed", attempts: 1 },
      { path: "both", kind: "parallel", status: "completed", attempts: 1 },
    ]);
  });

  test("has usage that is unknown where a call did not say, with what is known beside it", async () => {
    const work = step("work", (_: null, { reportUsage }) => {
      reportUsage({ inputTokens: 10, outputTokens: 2, costUsd: 0.1 });
      reportUsage({ inputTokens: 7, outputTokens: Number.NaN });
    });
    await using flujo = new Flujo(work);
    expect((await flujo.run(null)).usage).toEqual({
      requests: 2,
      inputTokens: 17,
      outputTokens: undefined,
      cachedInputTokens: undefined,
      reasoningTokens: undefined,
      totalTokens: undefined,
      costPico: undefined,
      costUsd: undefined,
      known: {
        inputTokens: 17,
        outputTokens: 2,
        cachedInputTokens: 0,
        reasoningTokens: 0,
        totalTokens: 19,
        costPico: 100_000_000_000n,
      },
    });
  });

  test("adds dollars exactly", async () => {
    const work = step("work", (_: null, { reportUsage }) => {
      for (let call = 0; call < 3; call++) reportUsage({ costUsd: 0.1 });
    });
    await using flujo = new Flujo(work);
    expect((await flujo.run(null)).usage.costUsd).toBe(0.3);
  });

  test("unwraps to its output, or throws what went wrong", async () => {
    await using flujo = new Flujo(
      step("work", (n: number): number => {
        if (n > 1) throw new TypeError("too big");
        return n;
      }),
    );
    expect(unwrap(await flujo.run(1))).toBe(1);
    const failed = await flujo.run(2);
    expect(() => unwrap(failed)).toThrow("too big");
    const cancelled = await flujo.run(1, { signal: AbortSignal.abort() });
    expect(() => unwrap(cancelled)).toThrow(expect.objectContaining({ code: "run_cancelled" }));
  });
});
