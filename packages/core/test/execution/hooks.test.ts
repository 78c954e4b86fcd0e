import { Flujo } from "@flujo/core";
import { AbortRunError, type Hook } from "@flujo/core/protocols";
import { human, loop, parallel, pipeline, step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const double = step("double", (n: number) => n * 2);

/** A hook that takes everything down. */
function recorder(): { readonly hook: Hook; readonly seen: string[] } {
  const seen: string[] = [];
  return {
    seen,
    hook: {
      onRunStart: ({ input }) => void seen.push(`run-start ${String(input)}`),
      onRunEnd: ({ result }) => void seen.push(`run-end ${result.status}`),
      onPause: ({ awaiting }) => void seen.push(`pause ${awaiting.map(({ path }) => path).join()}`),
      onStepStart: ({ path, input }) => void seen.push(`start ${path} ${JSON.stringify(input)}`),
      onStepEnd: ({ path, output }) => void seen.push(`end ${path} ${JSON.stringify(output)}`),
      onStepFailure: ({ path, error }) => void seen.push(`failure ${path} ${error.message}`),
    },
  };
}

describe("hooks", () => {
  test("are called for the run and for every step of it, nested ones included, in order", async () => {
    const { hook, seen } = recorder();
    await using flujo = new Flujo(
      pipeline("all", double, loop("again", { body: double, until: () => true, maxIterations: 2 })),
      { hooks: [hook] },
    );
    await flujo.run(1);
    expect(seen).toEqual([
      "run-start 1",
      "start double 1",
      "end double 2",
      "start again 2",
      "start again#1/double 2",
      "end again#1/double 4",
      "end again 4",
      "run-end completed",
    ]);
  });

  test("are told of failures and of pauses, and not again of what is replayed", async () => {
    const { hook, seen } = recorder();
    const broken = step("broken", () => {
      throw new Error("no");
    });
    const ask = human("ask", { prompt: "?", schema: z.number() });
    await using flujo = new Flujo(pipeline("p", double, ask, broken), { hooks: [hook] });
    await flujo.run(1, { runId: "r" });
    await flujo.resume("r", { signals: { ask: 5 } });
    expect(seen.filter((line) => !line.startsWith("start"))).toEqual([
      "run-start 1",
      "end double 2",
      "pause ask",
      "run-start 1",
      "end ask 5",
      "failure broken no",
      "run-end failed",
    ]);
  });

  test("are waited for", async () => {
    let done = false;
    let seen: boolean | undefined;
    const slow: Hook = {
      onStepStart: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        done = true;
      },
    };
    const look = step("look", () => {
      seen = done;
    });
    await using flujo = new Flujo(look, { hooks: [slow] });
    await flujo.run(undefined);
    expect(seen).toBe(true);
  });

  test("that throw disturb nothing", async () => {
    const broken: Hook = {
      onRunStart: () => Promise.reject(new Error("start")),
      onStepStart: () => {
        throw new Error("step");
      },
      onRunEnd: () => {
        throw new Error("end");
      },
    };
    const warnings: string[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning.message);
    process.on("warning", onWarning);
    await using flujo = new Flujo(double, { hooks: [broken] });
    expect(await flujo.run(1)).toMatchObject({ status: "completed", output: 2 });
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    expect(warnings).toHaveLength(3);
  });
});

describe("an AbortRunError", () => {
  const after = step("after", (n: number) => n);

  test.each<[string, Hook, readonly string[]]>([
    ["before the first step", { onRunStart: () => abort() }, []],
    ["when a step begins", { onStepStart: ({ path }) => abort(path === "after") }, ["double"]],
    ["when a step has ended", { onStepEnd: ({ path }) => abort(path === "double") }, ["double"]],
  ])("of a hook %s ends the run there, with what was done", async (_when, hook, steps) => {
    await using flujo = new Flujo(pipeline("p", double, after), { hooks: [hook] });
    const result = await flujo.run(1, { runId: "r" });
    expect(result).toMatchObject({ status: "cancelled", reason: { code: "run_aborted", message: "enough" } });
    expect(result.steps.map(({ path }) => path)).toEqual(steps);
    expect((await flujo.state.getRun("r"))?.status).toBe("cancelled");
  });

  test("of a step ends the run, past retries, fallbacks and collecting branches", async () => {
    let calls = 0;
    const stop = step("stop", (): number => {
      calls++;
      abort();
      return 0;
    })
      .withRetry({ maxAttempts: 3, initialDelayMs: 0 })
      .withFallbackValue(1);
    await using flujo = new Flujo(
      parallel("side", { stop, double }, { onFailure: "collect" }).withFallbackValue({} as never),
    );
    expect(await flujo.run(1)).toMatchObject({ status: "cancelled", reason: { code: "run_aborted" } });
    expect(calls).toBe(1);
  });

  test("of a hook when all is over changes nothing", async () => {
    await using flujo = new Flujo(double, { hooks: [{ onRunEnd: () => abort() }] });
    expect(await flujo.run(1)).toMatchObject({ status: "completed", output: 2 });
  });
});

function abort(when = true): void {
  if (when) throw new AbortRunError("enough");
}
