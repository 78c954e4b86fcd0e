import { MemoryStateBackend } from "@flujo/core";
import type {
  JournalEntry,
  Lease,
  NewRun,
  RunEnding,
  RunPage,
  RunQuery,
  RunRecord,
  Signal,
} from "@flujo/core/protocols";

type Options = ConstructorParameters<typeof MemoryStateBackend>[0];
type Mutant = new (options: Options) => MemoryStateBackend;

/** Backends that each break one promise, by the title (in part) of a test that has to notice. */
export const STATE_BACKENDS: Readonly<Record<string, Mutant>> = {
  "an id that is taken is refused": class extends MemoryStateBackend {
    override async createRun(run: NewRun): Promise<boolean> {
      await super.createRun(run);
      return true;
    }
  },

  "ids of any spelling are told apart": class extends MemoryStateBackend {
    override createRun(run: NewRun): Promise<boolean> {
      return super.createRun({ ...run, runId: run.runId.trim() });
    }
  },

  "an id that is no valid text": class extends MemoryStateBackend {
    override createRun(run: NewRun): Promise<boolean> {
      return super.createRun({ ...run, runId: Buffer.from(run.runId).toString() });
    }
  },

  "a new run comes back with every field": class extends MemoryStateBackend {
    override createRun(run: NewRun): Promise<boolean> {
      return super.createRun({ ...run, createdAt: Math.floor(run.createdAt) });
    }
  },

  "while newer ones are added": class extends MemoryStateBackend {
    override async listRuns(query: RunQuery = {}): Promise<RunPage> {
      const { cursor, limit = 50, ...filters } = query;
      if (cursor !== undefined && !/^\d+$/.test(cursor)) return super.listRuns(query);
      const start = Number(cursor ?? 0);
      const { runs } = await super.listRuns({ ...filters, limit: 1_000 });
      const page = { runs: runs.slice(start, start + limit) };
      return runs.length > start + limit ? { ...page, next: `${start + limit}` } : page;
    }
  },

  "never by a limit out of range": class extends MemoryStateBackend {
    override listRuns(query: RunQuery = {}): Promise<RunPage> {
      return super.listRuns({ ...query, limit: Math.min(1_000, Math.max(1, Math.round(query.limit ?? 50) || 1)) });
    }
  },

  "of 100 who ask at once, one gets it": class extends MemoryStateBackend {
    override async acquireLease(runId: string, ttlMs: number): Promise<Lease | undefined> {
      const free = (await this.getRun(runId))?.driven === false;
      const lease = await super.acquireLease(runId, ttlMs);
      return lease ?? (free ? { runId, epoch: 1 } : undefined);
    }
  },

  "when its time is over the run is free": class extends MemoryStateBackend {
    constructor(_: Options) {
      super({ clock: { now: () => 0 } });
    }
  },

  "renewed, it holds for its new time": class extends MemoryStateBackend {
    override renewLease(lease: Lease): Promise<boolean> {
      return super.renewLease(lease, 1);
    }
  },

  "giving back one that was lost does nothing": class extends MemoryStateBackend {
    override async releaseLease(lease: Lease): Promise<void> {
      for (let epoch = lease.epoch; epoch < lease.epoch + 5; epoch++) await super.releaseLease({ ...lease, epoch });
    }
  },

  "refuses every write with a lease that was lost to another driver": class extends MemoryStateBackend {
    #newest = new Map<string, Lease>();

    override async acquireLease(runId: string, ttlMs: number): Promise<Lease | undefined> {
      const lease = await super.acquireLease(runId, ttlMs);
      if (lease) this.#newest.set(runId, lease);
      return lease;
    }

    override appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
      return super.appendEntries(this.#newest.get(lease.runId) ?? lease, entries);
    }
  },

  "no entries": class extends MemoryStateBackend {
    override async appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
      if (entries.length > 0) await super.appendEntries(lease, entries);
    }
  },

  "a path that is taken is refused, with all": class extends MemoryStateBackend {
    override async appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
      if (entries.length === 0) return super.appendEntries(lease, entries);
      for (const entry of entries) await super.appendEntries(lease, [entry]);
    }
  },

  "in the order in which they were appended": class extends MemoryStateBackend {
    override async readEntries(runId: string): Promise<readonly JournalEntry[]> {
      return (await super.readEntries(runId)).toSorted((a, b) => a.startedAt - b.startedAt);
    }
  },

  "entries come back with every field": class extends MemoryStateBackend {
    override async readEntries(runId: string): Promise<readonly JournalEntry[]> {
      return (await super.readEntries(runId)).map((entry) =>
        entry.usage ? { ...entry, usage: { ...entry.usage, costUsd: entry.usage.costUsd ?? 0 } } : entry,
      );
    }
  },

  "everything about a run that is paused is stored": class extends MemoryStateBackend {
    override async getRun(runId: string): Promise<RunRecord | undefined> {
      const run = await super.getRun(runId);
      return run && { ...run, awaiting: run.awaiting.map(({ schema: _, ...awaiting }) => awaiting) };
    }
  },

  "but not if a signal for one of the awaited paths is stored": class extends MemoryStateBackend {
    override async endRun(lease: Lease, ending: RunEnding): Promise<boolean> {
      const first = ending.awaiting.slice(0, 1);
      return ending.awaiting.length > 1 && (await this.readSignals(lease.runId)).length > 0
        ? super.endRun(lease, { ...ending, awaiting: first })
        : super.endRun(lease, ending);
    }
  },

  "a paused run becomes running, and keeps": class extends MemoryStateBackend {
    override async getRun(runId: string): Promise<RunRecord | undefined> {
      const run = await super.getRun(runId);
      return run?.status === "running" ? { ...run, awaiting: [] } : run;
    }
  },

  "the first for a path stays": class extends MemoryStateBackend {
    override async putSignal(runId: string, signal: Signal): Promise<boolean> {
      await super.putSignal(runId, signal);
      return true;
    }
  },

  "answers getRun with a StateError": class extends MemoryStateBackend {
    override async getRun(runId: string): Promise<RunRecord | undefined> {
      return super.getRun(runId).catch(() => undefined);
    }
  },
};
