import type { Lease, StateBackend } from "@flujo/core/protocols";
import { newRun } from "./new-run.ts";

/** Takes a lease that is free, of a run that is created if need be. */
export async function lease(backend: StateBackend, runId: string): Promise<Lease> {
  await backend.createRun(newRun(runId));
  const taken = await backend.acquireLease(runId, 60_000);
  if (taken === undefined) throw new Error(`The lease of run ${runId} is free, and was not given`);
  return taken;
}
