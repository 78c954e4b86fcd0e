import { Flujo } from "@flujo/core";
import { StateBackend } from "@flujo/core/protocols";
import { human, type Step, step, type ValidationPlugin } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";

describe("an attempt", () => {
  test("is checked and processed on its way in, and examined on its way out, in one order", async () => {
    const seen: string[] = [];
    const note = <Value>(what: string, make: (value: Value) => Value) => {
      return (value: Value): Value => {
        seen.push(`${what} ${String(value)}`);
        return make(value);
      };
    };
    const graph = step({
      name: "n",
      input: z.string().transform(note<string>("input", (text) => text) as (text: string) => string),
      output: z.number().transform(note<number>("output", (n) => n + 1) as (n: number) => number),
      run: note<never>("run", (text) => Number(text) as never) as unknown as (text: string) => number,
    })
      .withProcessors({
        prompt: note<string>("prompt", (text) => text.trim()),
        output: note<number>("processor", (n) => n * 10),
      })
      .withPlugins({
        name: "p",
        validate: (n) => ({ success: true, newSolution: note<number>("plugin", (given) => given + 1)(n) }),
      })
      .withValidators({ name: "v", validate: (n) => note<number>("validator", (given) => given)(n) > 0 });
    await using flujo = new Flujo(graph);
    expect(await flujo.run(" 4 ")).toMatchObject({ status: "completed", output: 51 });
    expect(seen).toEqual(["input  4 ", "prompt  4 ", "run 4", "output 4", "processor 5", "plugin 50", "validator 51"]);
  });

  test("whose input does not fit is not made again, and its fallback is given the input as it came", async () => {
    let calls = 0;
    const strict = step({
      name: "strict",
      input: z.number(),
      run: (n: number) => {
        calls++;
        return n;
      },
    }).withRetry({ maxAttempts: 3, initialDelayMs: 0 });
    await using flujo = new Flujo(strict as Step<unknown, number>);
    expect(await flujo.run("x")).toMatchObject({
      status: "failed",
      error: { code: "schema_mismatch", side: "input", retryable: false },
      steps: [{ attempts: 1 }],
    });
    const soft = (strict as Step<unknown, number>).withFallback(step("length", (text: unknown) => String(text).length));
    await using lenient = new Flujo(soft);
    expect(await lenient.run("four")).toMatchObject({ output: 4 });
    expect(calls).toBe(0);
  });

  test("is told by all validators at once what is wrong, and so is the next one", async () => {
    const heard: (string | undefined)[] = [];
    const draft = step("draft", (_: string, { attempt, feedback }) => {
      heard.push(feedback);
      return attempt === 1 ? "no" : "a long text.";
    })
      .withRetry({ maxAttempts: 2, initialDelayMs: 0 })
      .withValidators(
        { name: "length", validate: (text) => text.length > 5 || "too short" },
        { name: "stop", validate: (text) => text.endsWith(".") || "no full stop" },
        { name: "silent", validate: (text) => text !== "no" },
      );
    await using flujo = new Flujo(draft);
    expect(await flujo.run("")).toMatchObject({ status: "completed", output: "a long text." });
    expect(heard).toEqual([undefined, 'too short; no full stop; "silent" objects to it']);
  });

  test("keeps what a processor or a validator threw as its failure", async () => {
    const throws = (): never => {
      throw new Error("broken");
    };
    const plain = step("plain", (n: number) => n);
    for (const graph of [
      plain.withProcessors({ prompt: throws }),
      plain.withProcessors({ output: throws }),
      plain.withValidators({ name: "v", validate: throws }),
    ]) {
      await using flujo = new Flujo(graph);
      expect(await flujo.run(1)).toMatchObject({ status: "failed", error: { message: "broken", path: "plain" } });
    }
  });
});

describe("a redirect that a plugin declares", () => {
  const ask = human("ask", { prompt: "which?", schema: z.number() });
  const redirecting = (target: Step<number, number>): Step<number, number> => {
    const plugin: ValidationPlugin<number, number> = {
      name: "redirects",
      redirects: [target],
      validate: () => ({ success: false, redirectTo: target }),
    };
    return step("work", (n: number) => n).withPlugins(plugin);
  };

  test("has its answers checked before they wake the run", async () => {
    await using flujo = new Flujo(redirecting(ask as Step<number, number>));
    expect(await flujo.run(1, { runId: "r" })).toMatchObject({
      status: "paused",
      awaiting: [{ path: "work!redirect/ask" }],
    });
    await expect(flujo.resume("r", { signals: { ask: "five" } })).rejects.toMatchObject({ code: "signal_refused" });
    expect(await flujo.resume("r", { signals: { ask: 5 } })).toMatchObject({ status: "completed", output: 5 });
  });

  test("is part of the plan that a run goes on with", async () => {
    await using before = new Flujo(redirecting(ask as Step<number, number>));
    await before.run(1, { runId: "r" });
    const other = human("ask", { prompt: "which?", schema: z.number().min(100) });
    await using after = new Flujo(redirecting(other as Step<number, number>), {
      modules: [(container) => container.register(StateBackend, { useValue: before.state })],
    });
    await expect(after.resume("r")).rejects.toMatchObject({ code: "pipeline_changed" });
  });
});
