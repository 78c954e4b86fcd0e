// At a given moment, opens the folder and asks for the lease of every run; prints the runs that it got, and stays alive until
// its input ends.
import { FileStateBackend } from "@flujo/core";

const [folder = "", startAt = "0", ...runIds] = process.argv.slice(2);
while (Date.now() < Number(startAt)) {
  // All leave this loop in the same millisecond.
}
const backend = new FileStateBackend({ folder });
const won: string[] = [];
for (const runId of runIds) {
  await backend.createRun({ runId, pipeline: "p", plan: "{}", input: "1", context: "{}", tags: {}, createdAt: 0 });
  if ((await backend.acquireLease(runId, 3_600_000)) !== undefined) won.push(runId);
}
console.log(JSON.stringify(won));
process.stdin.resume().on("end", () => process.exit());
