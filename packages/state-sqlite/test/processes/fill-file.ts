import { NO_USAGE } from "@flujo/core/protocols";
import { SqliteStateBackend } from "../../src/sqlite-state-backend.ts";

// Writes to a run until the file can't grow any more, tells what was acknowledged and what it was told then, and is gone.
process.on("SIGXFSZ", () => {});
const [file = ""] = process.argv.slice(2);
const backend = new SqliteStateBackend({ file });
await backend.createRun({ runId: "run", pipeline: "p", plan: "{}", input: "1", context: "{}", tags: {}, createdAt: 0 });
const lease = await backend.acquireLease("run", 60_000);
if (lease === undefined) throw new Error("The lease of a new run is free");
const acknowledged: string[] = [];
try {
  for (let index = 0; ; index++) {
    const entry = { kind: "function", name: "s", status: "completed", attempts: 1, startedAt: 0, endedAt: 1 } as const;
    await backend.appendEntries(lease, [{ ...entry, path: `${index}`, output: "x".repeat(5_000), usage: NO_USAGE }]);
    acknowledged.push(`${index}`);
  }
} catch (error) {
  const { code, message, cause } = error as Error & {
    readonly code: string;
    readonly cause: { readonly code: string };
  };
  process.stdout.write(JSON.stringify({ acknowledged, code, message, cause: cause.code }), () => process.exit());
}
