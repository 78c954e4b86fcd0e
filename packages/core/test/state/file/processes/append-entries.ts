// Drives one run: appends entries without end, or until its lease is lost, and prints the path of each one that was acknowledged.
import { FileStateBackend } from "@flujo/core";
import { FlujoError } from "@flujo/core/protocols";

const [folder = "", runId = "", ttlMs = "3600000"] = process.argv.slice(2);
const backend = new FileStateBackend({ folder });
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
  process.stdout.write(`${FlujoError.is(error) ? error.code : String(error)}\n`);
}
