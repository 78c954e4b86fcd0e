// Drives a run in a folder that it may not write to for a while; prints what comes of it.
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { FileStateBackend } from "@flujo/core";
import { FlujoError } from "@flujo/core/protocols";

const NOBODY = 65_534;

const [folder = ""] = process.argv.slice(2);
const backend = new FileStateBackend({ folder });
await backend.createRun({ runId: "run", pipeline: "p", plan: "{}", input: "1", context: "{}", tags: {}, createdAt: 0 });
const lease = await backend.acquireLease("run", 3_600_000);
if (lease === undefined) throw new Error("The run is driven by somebody else");
const append = async (path: string): Promise<string> => {
  try {
    const rest = { kind: "function", name: path, status: "completed", output: "1", attempts: 1 } as const;
    await backend.appendEntries(lease, [{ path, ...rest, startedAt: 0, endedAt: 0 }]);
    return "done";
  } catch (error) {
    return FlujoError.is(error) ? `${error.code}: ${error.message}` : String(error);
  }
};
const open = async (): Promise<string> => {
  try {
    await new FileStateBackend({ folder })[Symbol.asyncDispose]();
    return "done";
  } catch (error) {
    return FlujoError.is(error) ? `${error.code}: ${error.message}` : String(error);
  }
};

const said = [await append("before")];
const isRoot = process.getuid?.() === 0;
for (const name of ["locks", "drafts"]) chmodSync(join(folder, name), 0o555);
// Modes are nothing to root.
if (isRoot) process.seteuid?.(NOBODY);
said.push(await append("meanwhile"), await open());
if (isRoot) process.seteuid?.(0);
for (const name of ["locks", "drafts"]) chmodSync(join(folder, name), 0o755);
said.push(await append("meanwhile"), await open());
console.log(JSON.stringify(said));
process.exit();
