import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { fixture, Workplace } from "./flujo.ts";

// Each test starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let at: Workplace;

beforeAll(() => {
  at = new Workplace();
});

afterAll(() => {
  at[Symbol.dispose]();
});

describe("wrong use", () => {
  it.each([
    ["an unknown command", ["rnu"], "unknown command 'rnu'\n(Did you mean run?)"],
    ["an unknown option", ["run", "x.ts", "--inptu", "1"], "unknown option '--inptu'\n(Did you mean --input?)"],
    ["a missing argument", ["resume", "x.ts"], "missing required argument 'run'"],
    ["no command at all", [], "Usage: flujo"],
    ["a file that is not there", ["run", "nope.ts"], "There is no file "],
    [
      "input that is not JSON",
      ["run", fixture("article.ts"), "-i", "tides"],
      `Text needs quotes of its own: '"tides"'`,
    ],
    [
      "an input file that is not there",
      ["run", fixture("article.ts"), "--input-file", "nope.json"],
      "The input file nope.json can't be read",
    ],
    ["input given twice", ["run", fixture("article.ts"), "-i", "1", "--input-file", "x"], "cannot be used with option"],
    [
      "a file without a pipeline",
      ["run", fixture("named.ts")],
      "named.ts has no step as its default export. It exports context (an object), count (a function), greet (a step), modules (an array). Try --export greet",
    ],
    [
      "an export that is no step",
      ["validate", fixture("named.ts"), "--export", "context"],
      'no step under the name "context"',
    ],
    [
      "a file that throws",
      ["validate", fixture("broken.ts")],
      "caused by Error: broken while loading\n    at file:///",
    ],
    ["a pipeline with errors", ["run", fixture("invalid.ts")], "FLJ001 at invalid"],
    ["a database that is not there", ["lens", "list", "--db", "nope.db"], "There is no database nope.db"],
    ["a run in a database that is not there", ["resume", fixture("article.ts"), "x"], "There is no database flujo.db"],
    [
      "a signal without a value",
      ["resume", fixture("approve.ts"), "x", "--signal", "approve"],
      "It must be name=value",
    ],
    ["a fork from nowhere", ["fork", fixture("article.ts"), "x"], "required option '--from <path>' not specified"],
    ["a comparison with nothing", ["lens", "diff", "x"], "missing required argument 'second'"],
    ["a status that is none", ["lens", "list", "--status", "done"], "It must be one of running, interrupted"],
    ["a time that is none", ["lens", "list", "--since", "soon"], "It must be a length of time"],
  ])("exits with 2 for %s", async (_what, words, says) => {
    const { code, stdout, stderr } = await at.flujo(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
  });

  it.each([
    [["run", "nope.ts", "--json"], "There is no file "],
    [["run", "x.ts", "--json", "-i", "tides"], "It is not JSON"],
    [["lens", "lst", "--json"], "unknown command 'lst'"],
    [["lens", "show", "x", "--json"], "There is no database"],
  ])("is told to programs as JSON: %j", async (words, says) => {
    const { code, stdout, stderr } = await at.flujo(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "usage", message: expect.stringContaining(says) } });
  });

  it("names what is not JSON when it is piped in", async () => {
    const { code, stderr } = await at.flujo("run", fixture("article.ts"), { stdin: "plain text" });
    expect(code).toBe(2);
    expect(stderr).toContain("What stdin holds is not JSON");
  });
});

it("shows where a file went wrong, and nothing of the command's own", async () => {
  const { stderr } = await at.flujo("validate", fixture("broken.ts"));
  expect(stderr.split("\n").filter((line) => line.includes(" at "))).toEqual([
    expect.stringContaining("fixtures/broken.ts:1:7"),
  ]);
});

describe("help", () => {
  it.each([
    "run",
    "resume",
    "fork",
    "replay",
    "validate",
    "visualize",
    "lens list",
    "lens show",
    "lens trace",
    "lens diff",
    "lens stats",
  ])("of %s has an example", async (command) => {
    const { code, stdout, stderr } = await at.flujo(...command.split(" "), "--help");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`  $ flujo ${command} `);
  });

  it("of commands that compare says which exit code means what", async () => {
    const { stdout: diff } = await at.flujo("lens", "diff", "--help");
    expect(diff).toMatch(/Exits with 0 if both came to the same status, output or error, with 1 if not/);
    expect((await at.flujo("replay", "--help")).stdout).toMatch(/Exits with 0 if all is as recorded, with 1 if not/);
  });

  it("says what the exit codes mean, and --version which version it is", async () => {
    expect((await at.flujo("--help")).stdout).toMatch(/130 +interrupted/);
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect((await at.flujo("--version")).stdout).toBe(`${version}\n`);
  });
});

it.each([
  ["20.20.2", "9"],
  ["22.12.0", "9"],
  ["23.5.0", "9"],
])("turns Node %s away before it loads anything", (node, napi) => {
  const bin = readFileSync(new URL("../../bin/flujo.js", import.meta.url), "utf8").replace(/^#!.*\n/, "");
  const pretend = `Object.defineProperty(process, "versions", { value: ${JSON.stringify({ node, napi })} });\n`;
  const ended = spawnSync(process.execPath, ["--input-type=module", "-e", pretend + bin], { encoding: "utf8" });
  expect(ended.status).toBe(2);
  expect(ended.stderr).toBe(`flujo needs Node 22.14 or later (of Node 23, 23.6); this is Node ${node}.\n`);
});
