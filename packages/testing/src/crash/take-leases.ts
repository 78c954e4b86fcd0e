import { once } from "node:events";
import type { StateBackend } from "@flujo/core/protocols";
import type { OrdersTo } from "./driver-orders.ts";

const LONG_MS = 3_600_000;

/** Creates runs and asks for their leases, in competition with other processes; keeps what it gets until its input ends. */
export async function takeLeases(store: StateBackend, { runIds }: OrdersTo<"lease">): Promise<void> {
  const won: string[] = [];
  for (const runId of runIds) {
    await store.createRun({ runId, pipeline: "p", plan: "{}", input: "1", context: "{}", tags: {}, createdAt: 0 });
    if ((await store.acquireLease(runId, LONG_MS)) !== undefined) won.push(runId);
  }
  process.stdout.write(`${JSON.stringify(won)}\n`);
  await once(process.stdin, "end");
}
