import type { StateBackend } from "@flujo/core/protocols";
import type { OrdersTo } from "./driver-orders.ts";
import type { Life } from "./life.ts";
import { mortalBackend } from "./mortal-backend.ts";

/** Takes a run that is there, and appends entries to it without end, two at a time. */
export async function appendEntries(
  store: StateBackend,
  { runId, leaseTtlMs }: OrdersTo<"append">,
  life: Life,
): Promise<void> {
  const { backend } = mortalBackend(store, life);
  const lease = await backend.acquireLease(runId, leaseTtlMs);
  if (lease === undefined) throw new Error(`Run "${runId}" is driven by somebody else`);
  const append = (path: string): Promise<void> => {
    const rest = { kind: "function", name: path, status: "completed", attempts: 1, startedAt: 0, endedAt: 0 } as const;
    return backend.appendEntries(lease, [{ path, ...rest, output: JSON.stringify(path.repeat(100)) }]);
  };
  for (let index = 0; ; index++) {
    await Promise.all([append(`${lease.epoch}/${index}/a`), append(`${lease.epoch}/${index}/b`)]);
  }
}
