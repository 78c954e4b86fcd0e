// Drives one run: appends entries without end and prints the path of each one that was acknowledged; at last, the code of what ended it.
import { PostgresStateBackend } from "../../src/postgres-state-backend.ts";

const [connectionString = "", schema = "", runId = "", ttlMs = ""] = process.argv.slice(2);
const backend = new PostgresStateBackend({ connectionString, schema });
const lease = await backend.acquireLease(runId, Number(ttlMs));
if (lease === undefined) throw new Error(`Run ${runId} is driven by somebody else`);

try {
  for (let index = 0; ; index++) {
    const paths = [`${lease.epoch}/${index}/a`, `${lease.epoch}/${index}/b`];
    const append = (path: string): Promise<void> =>
      backend.appendEntries(lease, [
        {
          path,
          kind: "function",
          name: path,
          status: "completed",
          output: JSON.stringify(path.repeat(100)),
          attempts: 1,
          startedAt: index,
          endedAt: index,
        },
      ]);
    await Promise.all(paths.map(append));
    for (const path of paths) process.stdout.write(`${path}\n`);
  }
} catch (error) {
  process.stdout.write(`${(error as { readonly code?: string }).code}\n`);
  await backend[Symbol.asyncDispose]();
}
