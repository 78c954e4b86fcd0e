// Drives two runs of a tenant in a process of its own: one ends, and one has spent something when the process dies.
import { NO_USAGE } from "@flujo/core/protocols";
import { PostgresStateBackend } from "../../src/postgres-state-backend.ts";

const [connectionString = "", schema = "", tenant = "", ended = "0", recorded = "0"] = process.argv.slice(2);
const used = (costPico: bigint) => ({ ...NO_USAGE, requests: 1, costPico, known: { ...NO_USAGE.known, costPico } });
const backend = new PostgresStateBackend({ connectionString, schema });
const about = { pipeline: "p", plan: "{}", input: "1", context: "{}", tags: { tenant }, createdAt: Date.now() };

await backend.createRun({ ...about, runId: "ended" });
const lease = await backend.acquireLease("ended", 60_000);
if (lease === undefined) throw new Error("The run has another driver");
const ending = { status: "completed", output: "1", finalContext: "{}", awaiting: [], endedAt: Date.now() } as const;
await backend.endRun(lease, { ...ending, usage: used(BigInt(ended)) });

await backend.createRun({ ...about, runId: "dies" });
const held = await backend.acquireLease("dies", 60_000);
if (held === undefined) throw new Error("The run has another driver");
const entry = { kind: "step", status: "completed", output: "1", attempts: 1, startedAt: 0, endedAt: 0 } as const;
const usage = used(BigInt(recorded));
await backend.appendEntries(held, [
  { ...entry, path: "all[a]/pay", name: "pay", usage },
  { ...entry, path: "all", name: "all", usage },
]);
process.kill(process.pid, "SIGKILL");
