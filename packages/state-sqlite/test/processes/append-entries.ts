// Drives one run: appends entries without end and prints the path of each one that was acknowledged.
import { SqliteStateBackend } from "../../src/sqlite-state-backend.ts";

const [file = "", runId = ""] = process.argv.slice(2);
const backend = new SqliteStateBackend({ file });
const lease = await backend.acquireLease(runId, 3_600_000);
if (lease === undefined) throw new Error(`Run ${runId} is driven by somebody else`);

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
