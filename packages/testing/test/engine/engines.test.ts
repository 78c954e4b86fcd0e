import { MemoryStateBackend } from "@flujo/core";
import { type FlujoModule, type JournalEntry, StateBackend } from "@flujo/core/protocols";
import { describeDurableEngine, type HostedRuns, OrderedEngine, type OrderedEvent } from "@flujo/testing";

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

function keyed(state = new LastingBackend()): HostedRuns {
  return {
    modules: [stored(state)],
    recorded: async (runId) => (await state.readEntries(runId)).length,
    cut: async (runId, recorded) => {
      const run = await state.getRun(runId);
      if (run === undefined) throw new Error(`no run ${runId}`);
      const { pipeline, plan, input, context, tags, createdAt } = run;
      const entries: readonly JournalEntry[] = (await state.readEntries(runId)).slice(0, recorded);
      const found = new LastingBackend();
      await found.createRun({ runId, pipeline, plan, input, context, tags, createdAt }, entries);
      return keyed(found);
    },
  };
}

function ordered(seed: number, journals: Readonly<Record<string, readonly OrderedEvent[]>> = {}): HostedRuns {
  const engine = new OrderedEngine({ seed, journals });
  return {
    modules: [stored(new LastingBackend()), engine.module],
    recorded: async (runId) => engine.journalOf(runId).length,
    cut: async (runId, recorded) => ordered(seed + 1, { [runId]: engine.journalOf(runId).slice(0, recorded) }),
  };
}

describeDurableEngine({ name: "keyed", open: () => keyed() });
describeDurableEngine({ name: "ordered", open: (seed) => ordered(seed) });
