import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { fixture, Workplace } from "./flujo.ts";

// Each test starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let at: Workplace;

beforeAll(async () => {
  at = new Workplace();
  await at.flujo("run", fixture("article.ts"), "-i", '"tides"', "--run-id", "article-1", "-t", "team=docs");
  await at.flujo("run", fixture("fails.ts"), "--run-id", "failing-1", "-t", "team=docs", "-t", "try=1");
  await at.flujo("run", fixture("approve.ts"), "-i", '"sea"', "--run-id", "approval-1");
  await at.flujo("run", fixture("spends.ts"), "-i", JSON.stringify("word ".repeat(2000)), "--run-id", "spending-1");
});

afterAll(() => {
  at[Symbol.dispose]();
});

async function listed(...words: string[]): Promise<string[]> {
  const { stdout } = await at.flujo("lens", "list", "--json", ...words);
  return JSON.parse(stdout).runs.map(({ runId }: { runId: string }) => runId);
}

describe("flujo lens list", () => {
  it("lists runs, the newest first", async () => {
    const { code, stdout } = await at.flujo("lens", "list");
    expect(code).toBe(0);
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      ["RUN", "PIPELINE", "STATUS"],
      ["spending-1", "spending", "completed"],
      ["approval-1", "approval", "paused"],
      ["failing-1", "failing", "failed"],
      ["article-1", "article", "completed"],
      [""],
    ]);
    expect(stdout).toMatch(/spending-1 .* 1,245 {2}≥ \$0\.0123\n/);
  });

  it("finds runs by status, pipeline, tags and time", async () => {
    expect(await listed("--status", "failed", "paused")).toEqual(["approval-1", "failing-1"]);
    expect(await listed("--status", "failed,completed")).toEqual(["spending-1", "failing-1", "article-1"]);
    expect(await listed("--pipeline", "article")).toEqual(["article-1"]);
    expect(await listed("--tag", "team=docs")).toEqual(["failing-1", "article-1"]);
    expect(await listed("--tag", "team=docs", "--tag", "try=1")).toEqual(["failing-1"]);
    expect(await listed("--since", "1h", "--limit", "2")).toEqual(["spending-1", "approval-1"]);
    expect(await listed("--since", "2999-01-01")).toEqual([]);
  });

  it("says so when there is none", async () => {
    expect(await at.flujo("lens", "list", "--pipeline", "none")).toEqual({
      code: 0,
      stdout: "",
      stderr: "no runs found\n",
    });
  });

  it("gives programs all facts", async () => {
    const { stdout } = await at.flujo("lens", "list", "--pipeline", "spending", "--json");
    expect(JSON.parse(stdout).runs).toMatchObject([
      {
        runId: "spending-1",
        pipeline: "spending",
        status: "completed",
        tags: {},
        usage: { totalTokens: 1245, costUsd: null },
      },
    ]);
  });

  it("shows when the first answer that a run waits for comes too late, where there is a deadline", async () => {
    using other = new Workplace();
    await other.flujo("run", fixture("approve.ts"), "-i", '"sea"', "--run-id", "patient");
    expect((await other.flujo("lens", "list")).stdout).not.toContain("DEADLINE");
    await other.flujo("run", fixture("expires.ts"), "-i", '"sea"', "--run-id", "expiring-1");
    const { stdout } = await other.flujo("lens", "list");
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(/^RUN .* DEADLINE$/),
      expect.stringMatching(/^expiring-1 .* in (2h|1h 59m)$/),
      expect.stringMatching(/^patient .*\d(?:ms|s)$/),
      "",
    ]);
    const { stdout: shown } = await other.flujo("lens", "show", "expiring-1");
    expect(shown).toMatch(
      /waits for\nlegal {2}May "On sea" go out\? {2}answer by \d{4}-.* \d\d:\d\d:\d\d, in (2h|1h 59m)\n/,
    );
    expect((await other.flujo("lens", "show", "patient")).stdout).toMatch(/approve {2}Publish "On sea"\?\n/);
  });

  it("ends in peace when its reader leaves early", async () => {
    const { child, ended } = at.start("lens", "list");
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("flujo lens show", () => {
  it("shows facts, input and output", async () => {
    const { stdout } = await at.flujo("lens", "show", "art");
    expect(stdout).toMatch(/^run {7}article-1\npipeline {2}article\nstatus {4}completed\n/);
    expect(stdout).toContain("tags      team=docs\n");
    expect(stdout).toContain("\ninput\ntides\n\noutput\ntides: start.");
  });

  it("shows an error with its causes, and what a run waits for", async () => {
    expect((await at.flujo("lens", "show", "failing-1")).stdout).toContain(
      "error\n✗ step_failed at breaks: no such thing\n  caused by TypeError: no such thing\n  caused by Error: the deeper reason\n",
    );
    expect((await at.flujo("lens", "show", "approval-1")).stdout).toContain('waits for\napprove  Publish "On sea"?\n');
  });

  it("cuts long values, says by how much, and shows them whole when asked", async () => {
    const short = (await at.flujo("lens", "show", "spending-1")).stdout;
    expect(short).toContain("… 8,000 more characters; --full shows all");
    const full = (await at.flujo("lens", "show", "spending-1", "--full")).stdout;
    expect(full).toContain("word ".repeat(2000));
    expect(full).not.toContain("--full");
  });

  it("gives values to programs as they are", async () => {
    const { stdout } = await at.flujo("lens", "show", "approval-1", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      runId: "approval-1",
      status: "paused",
      input: "sea",
      awaiting: [{ path: "approve", schema: { type: "object" } }],
    });
    expect(JSON.parse((await at.flujo("lens", "show", "failing-1", "--json")).stdout).error).toMatchObject({
      code: "step_failed",
      path: "breaks",
    });
  });

  it("takes the beginning of an id if it is only one run's", async () => {
    const { code, stderr } = await at.flujo("lens", "show", "a");
    expect(code).toBe(2);
    expect(stderr).toMatch(/"a" is the beginning of 2 runs: approval-1, article-1/);
    expect((await at.flujo("lens", "show", "x")).stderr).toContain('run_not_found: There is no run "x"');
  });
});

describe("flujo lens trace", () => {
  it("shows steps as a tree, with attempts and decisions", async () => {
    const { stdout } = await at.flujo("lens", "trace", "article-1");
    const lines = stdout.split("\n").map((line) => line.replace(/ +[━─]+/, "").replace(/ +\d+(?:\.\d+)?m?s/, ""));
    expect(lines[0]).toMatch(/^article {2}completed {2}article-1 /);
    expect(lines.slice(2, -1)).toEqual([
      "✓ outline",
      "✓ sections",
      " ├─ ✓ @0 › write",
      " ├─ ✓ @1 › write  2 attempts: the pen broke",
      " └─ ✓ @2 › write",
      "✓ join",
      "✓ facts",
      " ├─ ✓ length › measure",
      " └─ ✓ text › keep",
      "✓ route  on → long",
      " └─ ✓ long › shorten",
      "✓ polish",
      " ├─ ✓ #1  until → again",
      " │  └─ ✓ rub",
      " └─ ✓ #2  until → done",
      "    └─ ✓ rub",
    ]);
  });

  it("shows what failed and what is asked", async () => {
    expect((await at.flujo("lens", "trace", "failing-1")).stdout).toMatch(/✗ breaks .* step_failed: no such thing\n/);
    expect((await at.flujo("lens", "trace", "approval-1")).stdout).toMatch(/‖ approve .* asks: Publish "On sea"\?\n/);
  });

  it("gives the tree to programs", async () => {
    const { steps, status } = JSON.parse((await at.flujo("lens", "trace", "article-1", "--json")).stdout);
    expect(status).toBe("completed");
    expect(steps[1]).toMatchObject({
      path: "sections",
      kind: "map",
      children: [
        { path: "sections@0" },
        {
          path: "sections@1",
          children: [
            { path: "sections@1/write", attempts: 2, failedAttempts: [{ error: { message: "the pen broke" } }] },
          ],
        },
        {},
      ],
    });
    expect(steps[4]).toMatchObject({ path: "route", decisions: [{ name: "on", value: "long" }] });
    const waiting = JSON.parse((await at.flujo("lens", "trace", "approval-1", "--json")).stdout).steps;
    expect(waiting.at(-1)).toMatchObject({
      path: "approve",
      status: "paused",
      awaiting: { prompt: 'Publish "On sea"?' },
    });
  });
});
