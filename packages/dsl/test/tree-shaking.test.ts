import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** What is left of the package in a program that uses only `name`, though all of it is in one module, as it is when built. */
async function programWith(name: string): Promise<string> {
  const whole = await bundle(`export * from "./index.ts"`);
  return bundle(`export { ${name} } from "whole"`, whole);
}

async function bundle(contents: string, whole = ""): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(import.meta.dirname, "../src") },
    bundle: true,
    format: "esm",
    write: false,
    plugins: [
      {
        name: "whole",
        setup: ({ onResolve, onLoad }) => {
          onResolve({ filter: /^whole$/ }, ({ path }) => ({ path, namespace: "whole" }));
          onLoad({ filter: /^whole$/, namespace: "whole" }, () => ({ contents: whole }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? "";
}

test("A program that uses an error has no steps", async () => {
  const program = await programWith("FlujoError");
  expect(program).toContain("class extends Error");
  expect(program).not.toMatch(/class \w* ?extends (?!Error)/);
  expect(program).not.toContain("validateGraph");
});

test("A program has the kinds of steps that it uses", async () => {
  const program = await programWith("loop");
  expect(program).toContain("LoopStep");
  expect(program).not.toMatch(/HumanStep|MapStep|StateMachineStep/);
});
