import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** What a process of its own prints until it ends by itself. */
async function printed(script: string): Promise<string> {
  const flags = ["-C", "@flujo/source", "--experimental-transform-types", "--no-warnings", "--input-type=module"];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, "--eval", script], {
    cwd: import.meta.dirname,
  });
  return stdout.trim();
}

test("The machine's clock keeps a process alive for its timers, but not for those in the background", async () => {
  const script = `
    import { SystemClock } from "@flujo/core";
    const clock = new SystemClock();
    clock.schedule(() => console.log("in the background"), 3_600_000, { background: true });
    clock.schedule(() => console.log("waited for"), 50);
    clock.schedule(() => console.log("in the background, in time"), 10, { background: true });`;
  expect(await printed(script)).toBe("in the background, in time\nwaited for");
});

test("A process ends while somebody still watches its load", async () => {
  const script = `
    import { LoadDegradation } from "@flujo/core";
    const degradation = new LoadDegradation({ sampleMs: 5 });
    degradation.watch({ queued: 0 });
    setTimeout(() => console.log(degradation.level), 100);`;
  expect(await printed(script)).toMatch(/^(normal|minor|moderate|severe)$/);
});
