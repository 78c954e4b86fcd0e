import { readFileSync } from "node:fs";
import { expect, it, vi } from "vitest";
import { fixture, Workplace } from "./flujo.ts";

// It starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

it("does what the README says", async () => {
  using at = new Workplace();
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  expect(/```ts run\n(.*?)```/s.exec(readme)?.[1]).toBe(readFileSync(fixture("readme.ts"), "utf8"));

  const paused = await at.flujo("run", fixture("readme.ts"), "--input", '"Tides"', "--run-id", "tides");
  expect(paused.code).toBe(3);
  const lines = paused.stderr.replaceAll(fixture("readme.ts"), "article.ts").split("\n");
  const shown = /```console\n(.*?)```/s.exec(readme)?.[1] ?? "";
  for (const line of lines) expect(withoutTimes(shown)).toContain(withoutTimes(line));

  const words = ["resume", fixture("readme.ts"), "tides", "--signal", 'approve={"ok":true}', "--quiet"];
  expect(await at.flujo(...words)).toEqual({ code: 0, stdout: "published\n", stderr: "" });
  expect((await at.flujo("lens", "trace", "tides")).stdout).toContain("✓ publish");
});

function withoutTimes(text: string): string {
  return text.replaceAll(/ *\d+(\.\d+)?m?s/g, " 0ms");
}
