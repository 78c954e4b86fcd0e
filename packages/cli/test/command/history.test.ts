import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { fixture, Workplace } from "./flujo.ts";

// Each test starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const STRICT = { env: { STRICT: "1" } };
const RATINGS = fixture("ratings.ts");

let at: Workplace;

beforeAll(async () => {
  at = new Workplace();
  const words = ["run", RATINGS, "-i", '"a text that rates"', "--quiet", "--run-id"];
  await at.flujo(...words, "first-run");
  await at.flujo(...words, "second-run", STRICT);
  await at.flujo("run", fixture("fails.ts"), "--quiet", "--run-id", "failing");
  await at.flujo("run", fixture("approve.ts"), "-i", '"sea"', "--quiet", "--run-id", "asking");
});

afterAll(() => {
  at[Symbol.dispose]();
});

describe("flujo fork", () => {
  it("starts a run that goes its own way from a step on, and says how to compare them", async () => {
    const words = ["fork", RATINGS, "first", "--from", "sign", "--context", '{"tone":"warm"}', "--run-id", "warm"];
    const { code, stdout, stderr } = await at.flujo(...words, "-t", "team=docs");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "a text that rates is kept, in a warm tone\n" });
    expect(stderr).toContain("✓ sign");
    expect(stderr).not.toContain("✓ rate");
    expect(stderr).toContain("flujo lens diff first-run warm\n");
    expect((await at.flujo("lens", "show", "warm")).stdout).toMatch(
      /tags +team=docs\n.*\nforked +from first-run at sign\n/,
    );
    expect((await at.flujo("lens", "trace", "warm")).stdout).toMatch(/✓ sign .*forked from first-run/);
  });

  it("is told to programs, and takes a new id and the other run's tags unless told otherwise", async () => {
    const { code, stdout } = await at.flujo("fork", RATINGS, "first-run", "--from", "sort", "--json", STRICT);
    expect(code).toBe(0);
    const { runId, ...facts } = JSON.parse(stdout);
    expect(facts).toMatchObject({
      status: "completed",
      forkOf: "first-run",
      output: "a text that rates is dropped, in a plain tone",
    });
    const shown = JSON.parse((await at.flujo("lens", "show", runId, "--json")).stdout);
    expect(shown).toMatchObject({ fork: { of: "first-run", at: "sort" }, tags: {} });
    const { steps } = JSON.parse((await at.flujo("lens", "trace", runId, "--json")).stdout);
    expect(steps).toMatchObject([{}, {}, { path: "sort", forkedFrom: "first-run" }, {}]);
  });

  it("shows a fork that waits for an answer where it was forked", async () => {
    const { code } = await at.flujo(
      "fork",
      fixture("approve.ts"),
      "asking",
      "--from",
      "approve",
      "--run-id",
      "asked",
      "-q",
    );
    expect(code).toBe(3);
    expect((await at.flujo("lens", "trace", "asked")).stdout).toMatch(
      /✓ draft .*\n‖ approve .* forked from asking +asks:/,
    );
  });

  it.each([
    ["a step that the run has not been at", ["first-run", "--from", "nowhere"], 'such as "read"'],
    ["a context of no fields", ["first-run", "--from", "sign", "--context", "3"], "options.context must be an object"],
    ["an id that is taken", ["first-run", "--from", "sign", "--run-id", "failing"], "run_conflict"],
    ["a run that is not there", ["nobody", "--from", "sign"], 'run_not_found: There is no run "nobody"'],
    ["a run of another pipeline", ["failing", "--from", "fine"], 'a run of the pipeline "failing"'],
  ])("exits with 2 for %s", async (_what, words, says) => {
    const { code, stdout, stderr } = await at.flujo("fork", RATINGS, ...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
  });
});

describe("flujo replay", () => {
  it("finds that a run goes the same way again", async () => {
    expect(await at.flujo("replay", RATINGS, "first")).toEqual({
      code: 0,
      stdout: "✓ first-run goes the same way again\n",
      stderr: "",
    });
    expect((await at.flujo("replay", fixture("fails.ts"), "failing")).code).toBe(0);
  });

  it("shows the first place at which it does not, and exits with 1", async () => {
    expect(await at.flujo("replay", RATINGS, "first", STRICT)).toEqual({
      code: 1,
      stdout: "✗ first-run goes another way: sort:on came to something else\n  recorded  good\n  replayed  poor\n",
      stderr: "",
    });
    const { code, stdout } = await at.flujo("replay", RATINGS, "first", "--json", STRICT);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      runId: "first-run",
      diverged: true,
      path: "sort:on",
      what: "outcome",
      recorded: "good",
      replayed: "poor",
    });
  });

  it("exits with 2 for a run that is not this pipeline's, or not there", async () => {
    expect(await at.flujo("replay", RATINGS, "failing")).toMatchObject({ code: 2, stdout: "" });
    expect((await at.flujo("replay", RATINGS, "nobody")).stderr).toContain("run_not_found");
  });
});

describe("flujo lens diff", () => {
  it("shows two runs side by side, and the steps that differ", async () => {
    const { code, stdout, stderr } = await at.flujo("lens", "diff", "first", "second");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    const lines = stdout.split("\n").map((line) => line.replaceAll(/ *[+-]?\d+ms( →)?/g, "").trimEnd());
    expect(lines).toEqual([
      expect.stringMatching(/^ +first-ru {2,}second-r$/),
      expect.stringMatching(/^pipeline +ratings +ratings$/),
      expect.stringMatching(/^status +completed +completed$/),
      "time",
      expect.stringMatching(/^tokens +1,211 +1,211$/),
      expect.stringMatching(/^cost +\$0\.0101 +≥ \$0\.0100$/),
      "",
      "~ they came to different results",
      "     - a text that rates is kept, in a plain tone",
      "     + a text that rates is dropped, in a plain tone",
      "",
      "= 2 steps came to the same; --all lists them",
      expect.stringMatching(/^ +STEP +TIME +COST$/),
      "~  sort:on",
      "     - good",
      "     + poor",
      "-  sort[good]/keep",
      "~  sort",
      "     - a text that rates is kept",
      "     + a text that rates is dropped",
      expect.stringMatching(/^~ {2}sign +\$0\.0001 → unknown$/),
      "     - a text that rates is kept, in a plain tone",
      "     + a text that rates is dropped, in a plain tone",
      "+  sort[poor]/drop",
      "",
    ]);
  });

  it("exits with 0 for runs that came to the same, and lists equal steps when asked", async () => {
    const same = await at.flujo("lens", "diff", "first", "first");
    expect(same.code).toBe(0);
    expect(same.stdout).toMatch(
      /\n\n= they came to the same result\n\n= 6 steps came to the same; --all lists them\n$/,
    );
    const { stdout } = await at.flujo("lens", "diff", "first", "first", "--all");
    expect(stdout).not.toContain("--all");
    expect(stdout.match(/^= {2}\S+/gm)).toEqual([
      "=  read",
      "=  rate",
      "=  sort:on",
      "=  sort[good]/keep",
      "=  sort",
      "=  sign",
    ]);
  });

  it("shows why one of them has no output", async () => {
    const failed = await at.flujo("lens", "diff", "first", "failing");
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain("+ step_failed: no such thing\n");
    expect((await at.flujo("lens", "diff", "failing", "asking")).stdout).toContain("+ waits for approve\n");
  });

  it("gives programs all steps, equal ones too", async () => {
    const { code, stdout } = await at.flujo("lens", "diff", "first", "second", "--json");
    expect(code).toBe(1);
    const diff = JSON.parse(stdout);
    expect(diff).toMatchObject({
      same: false,
      runs: [{ runId: "first-run" }, { runId: "second-run", usage: { costUsd: null } }],
      output: ["a text that rates is kept, in a plain tone", "a text that rates is dropped, in a plain tone"],
    });
    expect(diff.steps).toMatchObject([
      { path: "read", change: "same", costPico: ["10000000000", "10000000000"] },
      { path: "rate", change: "same" },
      { path: "sort:on", kind: "decision", change: "changed", output: ["good", "poor"] },
      { path: "sort[good]/keep", change: "only-first", durationMs: [expect.any(Number), null] },
      { path: "sort" },
      { path: "sign", costPico: ["100000000", null] },
      { path: "sort[poor]/drop", change: "only-second" },
    ]);
    const failed = JSON.parse((await at.flujo("lens", "diff", "first", "failing", "--json")).stdout);
    expect(failed.error).toEqual([null, expect.objectContaining({ code: "step_failed" })]);
    expect(failed.steps.at(-1)).toMatchObject({ path: "breaks", error: [null, { code: "step_failed" }] });
  });

  it("exits with 2 for a run that is not there", async () => {
    expect(await at.flujo("lens", "diff", "first", "nobody")).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("flujo lens stats", () => {
  it("sums up runs, and names the steps that took longest and cost most", async () => {
    const { code, stdout, stderr } = await at.flujo("lens", "stats", "--pipeline", "ratings", "--tag", "none=1");
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "no runs found\n" });

    using other = new Workplace();
    const words = ["run", RATINGS, "-i", '"a text that rates"', "-q", "-t", "team=docs"];
    await other.flujo(...words);
    await other.flujo(...words, STRICT);
    await other.flujo("run", fixture("fails.ts"), "-q");
    const { stdout: text } = await other.flujo("lens", "stats", "--top", "1");
    const shown = text.split("\n").map((line) => line.replaceAll(/\d+ms|\d+\.\ds/g, "TIME"));
    expect(shown).toEqual([
      "runs    3  2 completed · 1 failed",
      "time    median TIME · p95 TIME · longest TIME  of 3 ended runs",
      "tokens  2,422",
      "cost    ≥ $0.0201  not known, or not all, of 1 of 3 runs",
      "",
      "slowest steps, by median time",
      expect.stringMatching(/^STEP +COUNT +FAILED +ATTEMPTS +MEDIAN +P95 +COST$/),
      expect.stringMatching(/^\w+ .* TIME +TIME/),
      "",
      "dearest steps, by cost in all",
      expect.stringMatching(/^STEP +COUNT +FAILED +ATTEMPTS +MEDIAN +P95 +COST$/),
      expect.stringMatching(/^read +2 +2 +TIME +TIME +\$0\.0200$/),
      "",
      "--top shows more than 1",
      "",
    ]);

    const { stdout: json } = await other.flujo("lens", "stats", "--tag", "team=docs", "--since", "1h", "--json");
    const stats = JSON.parse(json);
    expect(stats).toMatchObject({
      runs: 2,
      byStatus: { completed: 2 },
      durations: { count: 2 },
      usage: { totalTokens: 2422, costPico: null, known: { costPico: "20100000000" }, runsWithUnknownCost: 1 },
    });
    expect(stats.steps.map(({ name, count }: { name: string; count: number }) => [name, count]).sort()).toEqual([
      ["drop", 1],
      ["keep", 1],
      ["rate", 2],
      ["read", 2],
      ["sign", 2],
    ]);
  });
});
