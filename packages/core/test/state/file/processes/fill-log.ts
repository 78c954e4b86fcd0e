// Appends entries until one is refused, then one that is small; prints what came of it. The shell that starts it limits how
// large its files may become, or the disk is small.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { FileStateBackend } from "@flujo/core";
import { FlujoError, type JournalEntry } from "@flujo/core/protocols";

const [folder = "", bytes = "0"] = process.argv.slice(2);
const entry = (path: string, output: string): JournalEntry => ({
  path,
  kind: "function",
  name: path,
  status: "completed",
  output,
  attempts: 1,
  startedAt: 0,
  endedAt: 0,
});

const backend = new FileStateBackend({ folder });
await backend.createRun({ runId: "run", pipeline: "p", plan: "{}", input: "1", context: "{}", tags: {}, createdAt: 0 });
const lease = await backend.acquireLease("run", 3_600_000);
if (lease === undefined) throw new Error("The run is driven by somebody else");
const size = (): number => statSync(join(folder, "runs", readdirSync(join(folder, "runs"))[0] ?? "")).size;
const acknowledged: string[] = [];
let sizeBefore = 0;
let refusal: unknown;
for (let index = 0; refusal === undefined; index++) {
  sizeBefore = size();
  try {
    await backend.appendEntries(lease, [entry(`${index}`, "x".repeat(Number(bytes)))]);
    acknowledged.push(`${index}`);
  } catch (error) {
    refusal = error;
  }
}
const left = size() - sizeBefore;
await backend.appendEntries(lease, [entry("small", "1")]);
acknowledged.push("small");
const { code, message, cause } = refusal as FlujoError & { readonly cause: NodeJS.ErrnoException };
console.log(JSON.stringify({ acknowledged, isOurs: FlujoError.is(refusal), code, message, cause: cause.code, left }));
process.exit();
