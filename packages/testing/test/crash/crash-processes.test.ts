import { type CrashProcessesOptions, type CrashProgram, CrashTestError, crashProcesses } from "@flujo/testing/crash";
import { describe, expect, test } from "vitest";
import hasty from "./programs/hasty-program.ts";
import sound from "./programs/sound-program.ts";
import stateful from "./programs/stateful-program.ts";

const at = (name: string): URL => new URL(`./programs/${name}.ts`, import.meta.url);

async function failing<Input, Output, Context>(
  program: CrashProgram<Input, Output, Context>,
  options: CrashProcessesOptions,
): Promise<CrashTestError> {
  const thrown = await crashProcesses(program, { kills: 4, seed: 1, maxDelayMs: 60, ...options }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof CrashTestError) return thrown;
  throw new Error("The crash test passed, or broke", { cause: thrown });
}

describe("Processes that are killed", () => {
  test("show a store that acknowledges before it writes", async () => {
    const { report, message } = await failing(hasty, { module: at("hasty-program") });
    const kinds = report.findings.flatMap(({ problems }) => problems.map(({ kind }) => kind));
    expect(kinds).toEqual(expect.arrayContaining(["lost-entry", "ran-again"]));
    expect(message).toMatch(/the entry at "steps#\d+\/slow" was acknowledged, and is not in the store/);
    expect(message).toMatch(/driver \d killed \d+ ms after a sign of life/);
  });

  test("show a step that keeps what it needs outside of the context", async () => {
    const { message } = await failing(stateful, { module: at("stateful-program"), drivers: 1 });
    expect(message).toMatch(/output: 524288 undisturbed, now \d+/);
  });

  test("may be driven by a script, one or several to a run, and leave a sound program as it is", async () => {
    const one = await crashProcesses(sound, { script: at("own-script"), kills: 2, drivers: 1, seed: 1 });
    expect(one).toMatchObject({ pipeline: "steps", seed: 1, findings: [] });
    expect(one.kills).toBeGreaterThanOrEqual(2);
    const three = await crashProcesses(sound, { module: at("sound-program"), kills: 2, drivers: 3, seed: 2 });
    expect(three).toMatchObject({ findings: [] });
  });

  test("that do not even start are a finding, with what they wrote to their standard error", async () => {
    const { message } = await failing(sound, { script: at("missing-script") });
    expect(message).toMatch(/a driver ended by itself \(1\): .*Cannot find module/s);
  });

  test("are gone when the test is aborted", async () => {
    const stop = new AbortController();
    const running = crashProcesses(sound, { module: at("sound-program"), kills: 1_000, signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 300);
    await expect(running).rejects.toThrow("enough");
  });
});

describe("Options that can't be used", () => {
  test.each([
    [{}, "options.module"],
    [{ module: "a", script: "b" }, "options.module"],
    [{ module: "a", kills: 0 }, "options.kills"],
    [{ module: "a", killsPerRun: 1.5 }, "options.killsPerRun"],
    [{ module: "a", drivers: 0 }, "options.drivers"],
    [{ module: "a", maxDelayMs: -1 }, "options.maxDelayMs"],
    [{ module: "a", seed: -1 }, "options.seed"],
    [{ module: "a", tries: 3 }, "options.tries"],
  ])("are refused by name: %j", async (options, name) => {
    await expect(crashProcesses(sound, options)).rejects.toMatchObject({ code: "invalid_option", option: name });
  });

  test.each([
    [{ open: 1 }, "program.open"],
    [{ leaseTtlMs: 0 }, "program.leaseTtlMs"],
    [{ answers: "yes" }, "program.answers"],
    [{ pipeline: 1 }, "pipeline"],
    [{ inputs: 1 }, "program.inputs"],
  ])("of a program, too: %j", async (part, name) => {
    const program = { ...sound, ...part } as unknown as typeof sound;
    await expect(crashProcesses(program, { module: "a" })).rejects.toMatchObject({
      code: "invalid_option",
      option: name,
    });
  });
});
