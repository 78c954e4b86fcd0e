import { MemoryStateBackend, StoredJournal, SystemClock, TaggedJsonSerializer } from "@flujo/core";
import { type FlujoModule, Journal, type JournalEntry, StateBackend } from "@flujo/core/protocols";
import { type HostedRuns, OrderedEngine, type OrderedEvent } from "@flujo/testing";

/** Outlives the runner that it is plugged into. */
class LastingBackend extends MemoryStateBackend {
  override async [Symbol.asyncDispose](): Promise<void> {
    // Whoever reads it afterwards lets go of it.
  }
}

const stored =
  (state: StateBackend): FlujoModule =>
  (container) => {
    container.register(StateBackend, { useValue: state });
  };

/** A journal that makes much of little. */
export const folding: FlujoModule = (container) => {
  const parts = { serializer: new TaggedJsonSerializer(), clock: new SystemClock(), foldAt: 2 };
  container.register(Journal, { useValue: new StoredJournal(parts) });
};

export function keyed(more: readonly FlujoModule[] = [], state = new LastingBackend()): HostedRuns {
  return {
    modules: [stored(state), ...more],
    recorded: async (runId) => (await state.readEntries(runId)).length,
    cut: async (runId, recorded) => {
      const run = await state.getRun(runId);
      if (run === undefined) throw new Error(`no run ${runId}`);
      const { pipeline, plan, input, context, tags, createdAt } = run;
      const entries: readonly JournalEntry[] = (await state.readEntries(runId)).slice(0, recorded);
      const found = new LastingBackend();
      await found.createRun({ runId, pipeline, plan, input, context, tags, createdAt }, entries);
      return keyed(more, found);
    },
  };
}

export function ordered(seed: number, journals: Readonly<Record<string, readonly OrderedEvent[]>> = {}): HostedRuns {
  const engine = new OrderedEngine({ seed, journals });
  return {
    modules: [stored(new LastingBackend()), engine.module],
    recorded: async (runId) => engine.journalOf(runId).length,
    cut: async (runId, recorded) => ordered(seed + 1, { [runId]: engine.journalOf(runId).slice(0, recorded) }),
  };
}
