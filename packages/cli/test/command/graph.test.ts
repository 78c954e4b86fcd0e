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

describe("flujo validate", () => {
  it("finds nothing in a sound pipeline", async () => {
    expect(await at.flujo("validate", fixture("article.ts"))).toEqual({
      code: 0,
      stdout: "article: no findings\n",
      stderr: "",
    });
  });

  it("lists what it found, the worst first, and exits with 1 for an error", async () => {
    const { code, stdout } = await at.flujo("validate", fixture("invalid.ts"));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^error FLJ001 invalid\n {2}.*"twice"\n {2}fix: .*\nwarning FLJ003 invalid\/again\n/);
    expect(stdout).toContain("invalid: 2 findings");
  });

  it("exits with 0 for a warning", async () => {
    const { code, stdout } = await at.flujo("validate", fixture("warned.ts"));
    expect(code).toBe(0);
    expect(stdout).toContain("again: 1 finding\n");
  });

  it("gives the findings to programs", async () => {
    const { code, stdout } = await at.flujo("validate", fixture("invalid.ts"), "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      pipeline: "invalid",
      valid: false,
      findings: [{ rule: "FLJ001", severity: "error" }, { rule: "FLJ003" }],
    });
  });
});

describe("flujo visualize", () => {
  it("writes Mermaid, in the direction that is asked for", async () => {
    expect((await at.flujo("visualize", fixture("approve.ts"))).stdout).toMatch(
      /^flowchart TD\n {2}subgraph g0\["approval"\]\n {4}n1\["draft"\]\n/,
    );
    expect((await at.flujo("visualize", fixture("approve.ts"), "--direction", "LR")).stdout).toMatch(/^flowchart LR\n/);
    expect((await at.flujo("visualize", fixture("approve.ts"), "--direction", "UP")).code).toBe(2);
  });

  it("gives it to programs", async () => {
    const { stdout } = await at.flujo("visualize", fixture("approve.ts"), "--json");
    expect(JSON.parse(stdout)).toMatchObject({ pipeline: "approval", mermaid: expect.stringMatching(/^flowchart TD/) });
  });
});
