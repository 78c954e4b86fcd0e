import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** What a process prints in which `@flujo/core` is the built one, as it is for users. */
async function printed(script: string): Promise<string> {
  const flags = ["--enable-source-maps", "--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: import.meta.dirname });
  return stdout.trim();
}

test("Both entry points have the same classes and tokens", async () => {
  const script = `
    import * as core from "@flujo/core";
    import * as protocols from "@flujo/core/protocols";
    import { FlujoError, identity } from "@flujo/dsl";
    const flujo = new core.Flujo(identity());
    const thrown = await flujo.resume("none").catch((error) => error);
    await flujo[Symbol.asyncDispose]();
    const inBoth = Object.keys(core).filter((name) => name in protocols);
    console.log(JSON.stringify({
      thrown: thrown instanceof protocols.RunNotFoundError && thrown instanceof FlujoError,
      different: inBoth.filter((name) => core[name] !== protocols[name]),
    }));`;
  expect(JSON.parse(await printed(script))).toEqual({ thrown: true, different: [] });
});

test("Stacks lead to the sources, where Node is told to follow source maps", async () => {
  const script = `
    import { Flujo } from "@flujo/core";
    import { identity } from "@flujo/dsl";
    try { new Flujo(identity(), { concurrency: -1 }) } catch (error) { console.log(error.stack) }`;
  const stack = await printed(script);
  expect(stack).toMatch(/packages.core.src.runner.flujo\.ts:\d+:\d+/);
  expect(stack).not.toContain("dist");
});
