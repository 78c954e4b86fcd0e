import type { Clock } from "../protocols/clock.ts";
import { LeaseLostError } from "../protocols/errors/lease-lost-error.ts";
import type { Lease, StateBackend } from "../protocols/state-backend.ts";

/** How long a driver that gives no sign of life keeps its run, in milliseconds. */
export const LEASE_TTL_MS = 30_000;

/**
 * Renews a lease, three times in its time, until it is told to stop. When the lease turns out to be lost,
 * `onLost` is called, once.
 *
 * @returns stops the renewing
 */
export function keepLease(
  lease: Lease,
  parts: { readonly state: StateBackend; readonly clock: Clock },
  onLost: (error: LeaseLostError) => void,
): () => void {
  let stopped = false;
  let renewedAt = parts.clock.monotonic();
  let cancel: () => void;
  const renew = async (): Promise<void> => {
    const held = await parts.state.renewLease(lease, LEASE_TTL_MS).catch(() => undefined);
    if (stopped) return;
    const now = parts.clock.monotonic();
    if (held === true) renewedAt = now;
    // A backend that can't be reached may be there again before the lease's time is over.
    if (held === false || now - renewedAt > LEASE_TTL_MS) onLost(new LeaseLostError(lease.runId));
    else schedule();
  };
  const schedule = (): void => {
    cancel = parts.clock.schedule(() => void renew(), LEASE_TTL_MS / 3);
  };
  schedule();
  return () => {
    stopped = true;
    cancel();
  };
}
