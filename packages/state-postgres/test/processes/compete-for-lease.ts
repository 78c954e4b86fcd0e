// At a given moment, asks 25 times at once for the lease of every run; prints the runs that it got, and stays alive until its input ends.
import { PostgresStateBackend } from "../../src/postgres-state-backend.ts";

const [connectionString = "", schema = "", startAt = "0", ...runIds] = process.argv.slice(2);
while (Date.now() < Number(startAt)) {
  // All processes leave this loop in the same millisecond.
}
const backend = new PostgresStateBackend({ connectionString, schema });
const won: string[] = [];
for (const runId of runIds) {
  await backend.createRun({ runId, pipeline: "p", plan: "{}", input: "1", context: "{}", tags: {}, createdAt: 0 });
  const leases = await Promise.all(Array.from({ length: 25 }, () => backend.acquireLease(runId, 3_600_000)));
  won.push(...leases.filter((lease) => lease !== undefined).map((lease) => lease.runId));
}
console.log(JSON.stringify(won));
process.stdin.resume().on("end", () => process.exit());
