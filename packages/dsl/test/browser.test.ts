import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { build } from "esbuild";
import { expect, test } from "vitest";

test("bundles for a browser, and works with nothing of Node", async () => {
  const { outputFiles, warnings } = await build({
    entryPoints: [join(import.meta.dirname, "../src/index.ts")],
    bundle: true,
    minify: true,
    platform: "browser",
    format: "iife",
    globalName: "flujo",
    write: false,
  });
  expect(warnings).toEqual([]);
  const program = `${outputFiles[0]?.text}
    const { step, map, loop, pipeline } = flujo;
    const half = step("half", (n) => n / 2);
    const graph = pipeline("p", map("each", loop("halve", { body: half, until: (n) => n < 1, maxIterations: 9 }))).withRetry();
    ({ findings: graph.validateGraph().length, drawn: graph.toMermaid().includes("halve"), print: graph.fingerprint() })`;
  expect({ ...runInNewContext(program, { TextEncoder }) }).toEqual({
    findings: 0,
    drawn: true,
    print: expect.stringMatching(/^f1:/),
  });
});
