import { StoredRuns } from "@flujo/core";
import {
  Clock,
  type FlujoModule,
  type Lease,
  LeaseLostError,
  Serializer,
  StateBackend,
  StateManager,
} from "@flujo/core/protocols";
import type { FlujoError } from "@flujo/dsl";

/** Has a runner take leases that run out soon if they are not renewed. */
export function shortLeases(ttlMs: number): FlujoModule {
  return (container) => {
    container.register(StateManager, {
      useFactory: (parts) => {
        const state = parts.resolve<StateBackend>(StateBackend);
        const serializer = parts.resolve<Serializer>(Serializer);
        const clock = parts.resolve<Clock>(Clock);
        return new ShortLeases(ttlMs, { state, serializer, clock });
      },
    });
  };
}

class ShortLeases extends StoredRuns {
  readonly #ttlMs: number;
  readonly #state: StateBackend;

  constructor(ttlMs: number, parts: ConstructorParameters<typeof StoredRuns>[0]) {
    super(parts);
    this.#ttlMs = ttlMs;
    this.#state = parts.state;
  }

  override lease(runId: string): Promise<Lease | undefined> {
    return this.#state.acquireLease(runId, this.#ttlMs);
  }

  override keep(lease: Lease, onLost: (error: FlujoError) => void): () => void {
    const renew = async (): Promise<void> => {
      // A store that can't be asked now is asked again; one that says no has another driver.
      if ((await this.#state.renewLease(lease, this.#ttlMs).catch(() => undefined)) !== false) return;
      clearInterval(timer);
      onLost(new LeaseLostError(lease.runId));
    };
    const timer = setInterval(() => void renew(), this.#ttlMs / 3);
    return () => {
      clearInterval(timer);
    };
  }
}
