import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("The kit as it is built finds the file that its processes run", async () => {
  const script = `
    import { crashProcesses } from "@flujo/testing/crash";
    import program from "./programs/sound-program.ts";
    const module = new URL("./programs/sound-program.ts", "${import.meta.url}");
    console.log(JSON.stringify(await crashProcesses(program, { module, kills: 1, drivers: 1, seed: 1 })));`;
  const flags = ["--no-warnings", "--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: import.meta.dirname });
  expect(JSON.parse(stdout)).toMatchObject({ findings: [] });
});
