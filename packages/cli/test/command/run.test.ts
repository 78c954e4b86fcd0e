import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fixture, Workplace } from "./flujo.ts";

// Each test starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let at: Workplace;

beforeEach(() => {
  at = new Workplace();
});

afterEach(() => {
  at[Symbol.dispose]();
});

describe("flujo run", () => {
  it("prints the output on stdout, and progress and summary on stderr", async () => {
    const { code, stdout, stderr } = await at.flujo(
      "run",
      fixture("article.ts"),
      "--input",
      '"tides"',
      "--run-id",
      "a1",
    );
    expect(code).toBe(0);
    expect(stdout).toBe("tides: start. tides: middle. tides: end.**\n");
    expect(stderr).toMatch(/info outline: three parts on tides/);
    expect(stderr).toMatch(/↻ sections@1\/write {2}attempt 1 failed: the pen broke/);
    expect(stderr).toMatch(/✓ sections@1\/write .*2 attempts/);
    expect(stderr).toMatch(/✓ completed {2}run a1/);
    expect(stderr).toContain("flujo lens trace a1\n");
    expect(`${stdout}${stderr}`).not.toContain("\u001b");
  });

  it("takes its input from what is piped in, or from a file", async () => {
    const piped = await at.flujo("run", fixture("prints.ts"), "-q", { stdin: '{"a":[1]}' });
    expect(piped.stdout).toBe('{\n  "a": [\n    1\n  ]\n}\n');
    const file = await at.flujo("run", fixture("prints.ts"), "-q", "--input-file", fixture("text.json"));
    expect(file.stdout).toBe("from a file\n");
    const nothing = await at.flujo("run", fixture("prints.ts"), "-q", { stdin: "" });
    expect(nothing.stdout).toBe("null\n");
  });

  it("keeps what a pipeline's code prints away from stdout", async () => {
    const { stdout, stderr } = await at.flujo("run", fixture("prints.ts"), "--json", "-i", "1");
    expect(JSON.parse(stdout)).toMatchObject({ status: "completed", output: 1 });
    expect(stderr).toBe("printed while loading\nprinted while running\n");
  });

  it("says what failed, where and why, and exits with 1", async () => {
    const { code, stdout, stderr } = await at.flujo("run", fixture("fails.ts"));
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(
      "✗ step_failed at breaks: no such thing\n  caused by TypeError: no such thing\n  caused by Error: the deeper reason\n",
    );
    expect(stderr).toMatch(/✗ failed {2}run /);
  });

  it("gives a failure to programs as a document on stdout and an error on stderr", async () => {
    const { code, stdout, stderr } = await at.flujo("run", fixture("fails.ts"), "--json");
    expect(code).toBe(1);
    const error = { code: "step_failed", path: "breaks", message: "no such thing" };
    expect(JSON.parse(stdout)).toMatchObject({
      status: "failed",
      error,
      steps: [{ path: "fine" }, { path: "breaks", error }],
    });
    expect(JSON.parse(stderr)).toMatchObject({ error });
  });

  it("shows a lower bound where the price of a call is not known", async () => {
    const { stderr } = await at.flujo("run", fixture("spends.ts"));
    expect(stderr).toMatch(/✓ unpriced .*11 tokens · cost unknown/);
    expect(stderr).toMatch(/✓ completed .*1,245 tokens · ≥ \$0\.0123/);
    const { stdout } = await at.flujo("run", fixture("spends.ts"), "--json");
    expect(JSON.parse(stdout).usage).toMatchObject({
      totalTokens: 1245,
      costUsd: null,
      costPico: null,
      known: { costPico: "12300000000" },
    });
  });

  it("ends a run that passes its budget, and says so", async () => {
    const { code, stderr } = await at.flujo("run", fixture("spends.ts"), "--budget-usd", "0.01");
    expect(code).toBe(1);
    expect(stderr).toContain("usage_limit_exceeded: The budget of the run, $0.01, is exceeded: $0.0123 used");
    const { stderr: tokens } = await at.flujo("run", fixture("spends.ts"), "--budget-tokens", "1240", "--json");
    expect(JSON.parse(tokens).error.message).toBe(
      "The budget of the run, 1,240 tokens, is exceeded: 1,245 tokens used",
    );
    const { code: enough } = await at.flujo("run", fixture("spends.ts"), "--budget-usd", "1", "--concurrency", "1");
    expect(enough).toBe(0);
  });

  it("says of a run under load what it left out", async () => {
    const { stdout, stderr } = await at.flujo("run", fixture("overloaded.ts"), "-i", "1", "--run-id", "loaded");
    expect(stdout).toBe("none\n");
    expect(stderr).toContain("degraded: optional steps were left out");
    const { stdout: trace } = await at.flujo("lens", "trace", "loaded");
    expect(trace).toMatch(/✓ extra .*left out/);
  });

  it("streams events as lines of JSON, with the outcome as the last one", async () => {
    const { code, stdout, stderr } = await at.flujo("run", fixture("article.ts"), "-i", '"tides"', "--events");
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(lines[0]).toMatchObject({ type: "run-start", seq: 1, pipeline: "article" });
    expect(lines.at(-2)).toMatchObject({ type: "run-end", status: "completed", usage: { requests: 0 } });
    expect(lines.at(-1)).toMatchObject({
      type: "result",
      status: "completed",
      output: "tides: start. tides: middle. tides: end.**",
    });
  });

  it("with --quiet prints nothing but the output", async () => {
    expect(await at.flujo("run", fixture("article.ts"), "-i", '"x"', "--quiet")).toMatchObject({ code: 0, stderr: "" });
  });

  it("is the same run once more under the same id and input", async () => {
    const words = ["run", fixture("slow.ts"), "--run-id", "s1", "--json"];
    const first = JSON.parse((await at.flujo(...words)).stdout);
    const again = await at.flujo(...words);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout).output).toBe(first.output);
    const other = await at.flujo(...words, "--input", "1");
    expect(other.code).toBe(2);
    expect(JSON.parse(other.stderr).error.code).toBe("run_conflict");
  });

  it("keeps runs where --db or FLUJO_DB says, and names --db in what it tells to do next", async () => {
    const { stderr } = await at.flujo("run", fixture("prints.ts"), "--db", "other.db", "--run-id", "r1");
    expect(stderr).toContain("flujo lens trace r1 --db other.db\n");
    expect((await at.flujo("run", fixture("prints.ts"), { env: { FLUJO_DB: "third.db" } })).stderr).not.toContain(
      "--db",
    );
    for (const [file, there] of [
      ["other.db", true],
      ["third.db", true],
      ["flujo.db", false],
    ] as const) {
      expect(existsSync(join(at.folder, file))).toBe(there);
    }
  });

  it("makes no database for a pipeline file that brings its own state", async () => {
    expect(await at.flujo("run", fixture("own-state.ts"), "-i", "1", "-q")).toMatchObject({ code: 0, stdout: "1\n" });
    expect(existsSync(join(at.folder, "flujo.db"))).toBe(false);
  });

  it("begins with the context that the file exports, or with --context", async () => {
    const words = ["run", fixture("named.ts"), "--export", "count", "-q"];
    expect((await at.flujo(...words)).stdout).toBe("40\n");
    expect((await at.flujo(...words, "--context", '{"visits":2}')).stdout).toBe("2\n");
  });

  it("runs TypeScript that Node can't run by itself", async () => {
    expect(await at.flujo("run", fixture("parameter-property.ts"), "-q")).toMatchObject({ code: 0, stdout: "dry\n" });
    expect(await at.flujo("run", fixture("decorated.ts"), "-q")).toMatchObject({ code: 0, stdout: "decorated\n" });
    expect(await at.flujo("run", fixture("imports.ts"), "-q")).toMatchObject({
      code: 0,
      stdout: "hello\n",
    });
    const folder = await at.flujo("run", fixture("imports-folder.ts"), "-q");
    expect(folder).toMatchObject({ code: 0, stdout: "you and you\n" });
  });
});

describe("a pause", () => {
  const QUESTION = 'Publish "On sea"?';

  it("is reported with what is asked and the command that answers, which goes on with the run", async () => {
    const { code, stdout, stderr } = await at.flujo("run", fixture("approve.ts"), "-i", '"sea"', "--run-id", "p1");
    expect(code).toBe(3);
    expect(stdout).toBe("");
    expect(stderr).toContain(`approve asks: ${QUESTION}`);
    const command = `flujo resume ${fixture("approve.ts")} p1 --signal 'approve={"ok":true}'`;
    expect(stderr).toContain(`${command}\n`);

    const resumed = await at.flujo("resume", fixture("approve.ts"), "p1", "--signal", 'approve={"ok":true}');
    expect(resumed).toMatchObject({ code: 0, stdout: "published\n" });
    expect(resumed.stderr).not.toContain("✓ draft");
  });

  it("is reported to programs as a document, and resumed by the beginning of its id", async () => {
    const { code, stdout } = await at.flujo("run", fixture("approve.ts"), "-i", '"sea"', "--json");
    expect(code).toBe(3);
    const { status, runId, awaiting } = JSON.parse(stdout);
    expect({ status, awaiting }).toMatchObject({
      status: "paused",
      awaiting: [{ path: "approve", prompt: QUESTION, token: expect.any(String) }],
    });
    const answered = await at.flujo(
      "resume",
      fixture("approve.ts"),
      runId.slice(0, 6),
      "--signal",
      'approve={"ok":false}',
      "--json",
    );
    expect(answered.code).toBe(0);
    expect(JSON.parse(answered.stdout)).toMatchObject({ status: "completed", runId, output: "dropped" });
  });

  it("says until when an answer is taken", async () => {
    const { stderr } = await at.flujo("run", fixture("expires.ts"), "-i", '"sea"', "--run-id", "p1");
    expect(stderr).toMatch(/ {2}legal asks: May "On sea" go out\?\n {4}answer by .*, in (2h|1h 59m)\n {2}answer it /);
  });

  it("stays when the answer does not fit, or there is none", async () => {
    await at.flujo("run", fixture("approve.ts"), "-i", '"sea"', "--run-id", "p1");
    const wrong = await at.flujo("resume", fixture("approve.ts"), "p1", "--signal", "approve=1");
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("signal_refused at approve");
    expect((await at.flujo("resume", fixture("approve.ts"), "p1")).code).toBe(3);
  });
});

describe("SIGINT", () => {
  it("interrupts the run, which says how to go on and does so without repeating what is done", async () => {
    const { child, ended, sees } = at.start("run", fixture("slow.ts"), "--run-id", "s1", { env: { WAIT_MS: "60000" } });
    await sees("✓ first");
    const { runs } = JSON.parse((await at.flujo("lens", "list", "--status", "running", "--json")).stdout);
    expect(runs).toMatchObject([{ runId: "s1", status: "running" }]);
    expect((await at.flujo("lens", "trace", "s1")).stdout).toMatch(/running .*\n\n✓ first/);
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/‖ interrupted {2}run s1/);
    expect(stderr).toContain(`flujo resume ${fixture("slow.ts")} s1\n`);
    const list = JSON.parse((await at.flujo("lens", "list", "--status", "interrupted", "--json")).stdout);
    expect(list.runs).toMatchObject([{ runId: "s1", status: "interrupted" }]);
    expect((await at.flujo("lens", "list", "--status", "running")).stdout).toBe("");

    const resumed = await at.flujo("resume", fixture("slow.ts"), "s1");
    expect(resumed).toMatchObject({ code: 0, stdout: `made by ${child.pid}\n` });
  });

  it("is told to programs by a document and an error", async () => {
    const { child, ended, sees } = at.start("run", fixture("slow.ts"), "--run-id", "s1", "--events", {
      env: { WAIT_MS: "60000" },
    });
    await sees('"path":"second"');
    child.kill("SIGTERM");
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
      type: "result",
      status: "interrupted",
      runId: "s1",
    });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "run_interrupted" } });
  });

  it("given twice ends the process at once, and leaves a run that can be resumed", async () => {
    const { child, ended, sees } = at.start("run", fixture("stubborn.ts"), "--run-id", "s2");
    await sees("at work");
    child.kill("SIGINT");
    await sees("once more stops at once");
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    const list = JSON.parse((await at.flujo("lens", "list", "--json")).stdout);
    expect(list.runs).toMatchObject([{ runId: "s2", status: "interrupted" }]);
  });
});
