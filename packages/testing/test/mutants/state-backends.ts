import { FileStateBackend, type FileStateOptions, MemoryStateBackend } from "@flujo/core";
import {
  type JournalEntry,
  type Lease,
  LeaseLostError,
  type NewRun,
  NO_USAGE,
  type ReadEntriesOptions,
  type RunEnding,
  type RunPage,
  type RunQuery,
  type RunRecord,
  type RunRetention,
  type Signal,
  type StateCapabilities,
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
    override async readEntries(runId: string, options?: ReadEntriesOptions): Promise<readonly JournalEntry[]> {
      return (await super.readEntries(runId, options)).toSorted((a, b) => a.startedAt - b.startedAt);
    }
  },

  "entries come back with every field": class extends MemoryStateBackend {
    override async readEntries(runId: string, options?: ReadEntriesOptions): Promise<readonly JournalEntry[]> {
      return (await super.readEntries(runId, options)).map((entry) =>
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

  "created before a moment": class extends MemoryStateBackend {
    override listRuns({ createdBefore, ...query }: RunQuery = {}): Promise<RunPage> {
      return super.listRuns(createdBefore === undefined ? query : { ...query, createdBefore: createdBefore + 0.5 });
    }
  },

  "while those that were listed end, go on and are deleted": class extends MemoryStateBackend {
    override async listRuns(query: RunQuery = {}): Promise<RunPage> {
      const named = query.cursor?.slice(query.cursor.indexOf(" ") + 1);
      const isGone = named !== undefined && named !== "" && (await this.getRun(named)) === undefined;
      return isGone ? { runs: [] } : super.listRuns(query);
    }
  },

  "and without those that they did not have": class extends MemoryStateBackend {
    override async readEntries(runId: string, options?: ReadEntriesOptions): Promise<readonly JournalEntry[]> {
      return (await super.readEntries(runId, options)).map(({ retryAt: _, ...entry }) => entry);
    }
  },

  "what a later one stands for is left out if that is asked for": class extends MemoryStateBackend {
    override readEntries(runId: string): Promise<readonly JournalEntry[]> {
      return super.readEntries(runId);
    }
  },

  "that is below its node, by any sign": foldingBy((path, node) => path !== node && path.startsWith(node)),

  "by nodes of any spelling, and by no pattern": foldingBy((path, node) =>
    new RegExp(
      `^${node
        .replaceAll("_", ".")
        .replaceAll("%", ".*")
        .replace(/[*[\]()]/g, "")}[/[#@!:]`,
      "u",
    ).test(path),
  ),

  "earlier ones only, and never itself": class extends MemoryStateBackend {
    override async readEntries(runId: string, options?: ReadEntriesOptions): Promise<readonly JournalEntry[]> {
      const entries = await super.readEntries(runId, options);
      const node = entries.find(({ folds }) => folds)?.path.split(":")[0];
      return options?.unfolded && node !== undefined
        ? entries.filter(({ path, folds }) => folds || !path.startsWith(`${node}#`))
        : entries;
    }
  },

  "all that there is before it, if its path begins with a colon": foldingBy(
    (path, node) => node !== "" && path.startsWith(node) && /^[/[#@!:]/.test(path.slice(node.length)),
  ),

  "of its own run, and of no other": class extends MemoryStateBackend {
    #all = false;

    override async appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
      await super.appendEntries(lease, entries);
      this.#all ||= entries.some(({ path, folds }) => folds && path.startsWith(":"));
    }

    override async readEntries(runId: string, options?: ReadEntriesOptions): Promise<readonly JournalEntry[]> {
      const entries = await super.readEntries(runId, options);
      return options?.unfolded && this.#all ? entries.filter(({ folds }) => folds) : entries;
    }
  },

  "none by one that was refused": class extends MemoryStateBackend {
    readonly #asked = new Set<string>();

    override async appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
      for (const { path, folds } of entries) if (folds) this.#asked.add(path);
      await super.appendEntries(lease, entries);
    }

    override async readEntries(runId: string, options?: ReadEntriesOptions): Promise<readonly JournalEntry[]> {
      const entries = await super.readEntries(runId, options);
      return options?.unfolded ? entries.filter(({ path }) => !this.#asked.has(path.split("/")[0] ?? "")) : entries;
    }
  },

  "that ended before a moment, oldest ending first": class extends MemoryStateBackend {
    override async deleteRuns({ limit = 1_000, ...retention }: RunRetention): Promise<number> {
      const { runs } = await this.listRuns({ limit: 1_000 });
      const ended = runs.flatMap(({ endedAt = 0 }) => (endedAt < retention.endedBefore ? endedAt : []));
      const newest = ended.toSorted((a, b) => b - a)[limit - 1] ?? 0;
      const kept = runs.filter(({ endedAt = 0 }) => endedAt < newest).map(({ runId }) => runId);
      const entries = await Promise.all(kept.map((runId) => this.readEntries(runId)));
      const before = await Promise.all(kept.map((runId) => this.getRun(runId)));
      const deleted = await super.deleteRuns(retention);
      for (const [index, run] of before.entries()) if (run) await this.createRun(run, entries[index]);
      return deleted - kept.length;
    }
  },

  "but never one that is running or paused, whatever is asked for": class extends MemoryStateBackend {
    override async deleteRuns(retention: RunRetention): Promise<number> {
      const { runs } = await this.listRuns({ status: ["paused"], limit: 1_000 });
      for (const { runId } of runs) {
        const lease = await super.acquireLease(runId, 1);
        if (lease)
          await super.endRun(lease, {
            status: "cancelled",
            finalContext: "",
            awaiting: [],
            usage: NO_USAGE,
            endedAt: 0,
          });
      }
      return super.deleteRuns(retention);
    }
  },

  "by status, by pipeline, by tags, and by all of them": class extends MemoryStateBackend {
    override deleteRuns({ tags: _, ...retention }: RunRetention): Promise<number> {
      return super.deleteRuns(retention);
    }
  },

  "with all that was kept of them, so that their ids are free": class extends MemoryStateBackend {
    readonly #signals = new Map<string, readonly Signal[]>();

    override async putSignal(runId: string, signal: Signal): Promise<boolean> {
      const stored = await super.putSignal(runId, signal);
      this.#signals.set(runId, await super.readSignals(runId));
      return stored;
    }

    override async readSignals(runId: string): Promise<readonly Signal[]> {
      return this.#signals.get(runId) ?? super.readSignals(runId);
    }
  },

  "and leaves to a fork what it took over": class extends MemoryStateBackend {
    #deleted = false;

    override async deleteRuns(retention: RunRetention): Promise<number> {
      this.#deleted = true;
      return super.deleteRuns(retention);
    }

    override async readEntries(runId: string, options?: ReadEntriesOptions): Promise<readonly JournalEntry[]> {
      const entries = await super.readEntries(runId, options);
      return this.#deleted
        ? entries.map((entry) => ((entry.output?.length ?? 0) < 50_000 ? entry : { ...entry, output: "" }))
        : entries;
    }
  },

  "only those that have ended, each as a whole": class extends MemoryStateBackend {
    override async deleteRuns(retention: RunRetention): Promise<number> {
      await super.deleteRuns(retention);
      return 1;
    }
  },

  "never by a retention that can't be meant": class extends MemoryStateBackend {
    override deleteRuns({ endedBefore, status, limit = 1_000 }: RunRetention): Promise<number> {
      return super.deleteRuns({
        endedBefore,
        ...(status && { status }),
        limit: Math.min(10_000, Math.max(1, Math.round(limit))),
      });
    }
  },

  "can be opened twice by its harness if it promises to be shared": class extends MemoryStateBackend {
    override readonly capabilities: StateCapabilities = { durability: "none", sharedBy: "host" };
  },
};

/** A backend that has an idea of its own of what is below a node. */
function foldingBy(isBelow: (path: string, node: string) => boolean): Mutant {
  return class extends MemoryStateBackend {
    override async readEntries(runId: string, options?: ReadEntriesOptions): Promise<readonly JournalEntry[]> {
      const entries = await super.readEntries(runId);
      if (!options?.unfolded) return entries;
      return entries.filter(
        ({ path }, index) =>
          !entries.slice(index + 1).some((later) => later.folds && isBelow(path, later.path.split(":")[0] ?? "")),
      );
    }
  };
}

type FileMutant = new (options: FileStateOptions) => FileStateBackend;

const swallowingLoss: FileMutant = class extends FileStateBackend {
  override async appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
    await super.appendEntries(lease, entries).catch((error: unknown) => {
      if (!(error instanceof LeaseLostError)) throw error;
    });
  }
};

/** The same, of what is promised of two backends on one store. */
export const SHARED_STATE_BACKENDS: Readonly<Record<string, FileMutant>> = {
  "what one wrote, the other reads": class extends FileStateBackend {
    readonly #read = new Map<string, readonly JournalEntry[]>();

    override async readEntries(runId: string, options?: ReadEntriesOptions): Promise<readonly JournalEntry[]> {
      const entries = this.#read.get(runId) ?? (await super.readEntries(runId, options));
      this.#read.set(runId, entries);
      return entries;
    }
  },

  "one of 100 who ask both for the same run gets it": class extends FileStateBackend {
    readonly #given = new Set<string>();

    override async acquireLease(runId: string, ttlMs: number): Promise<Lease | undefined> {
      const lease = await super.acquireLease(runId, ttlMs);
      if (lease === undefined && !this.#given.has(runId) && (await super.getRun(runId))?.driven) {
        this.#given.add(runId);
        return { runId, epoch: 1 };
      }
      this.#given.add(runId);
      return lease;
    }
  },

  "of one that renews its lease too late and one that takes it, one wins": class extends FileStateBackend {
    override async renewLease(lease: Lease, ttlMs: number): Promise<boolean> {
      await super.renewLease(lease, ttlMs);
      return true;
    }
  },

  "a lease is free once it is given back, whatever the clocks say": class extends FileStateBackend {
    override async releaseLease(lease: Lease): Promise<void> {
      await super.renewLease(lease, 1e-9);
    }
  },

  "is kept for no longer than its time and the difference": class extends FileStateBackend {
    override acquireLease(runId: string, ttlMs: number): Promise<Lease | undefined> {
      return super.acquireLease(runId, ttlMs * 2);
    }
  },

  "may take a run too soon: then the other writes nothing more": swallowingLoss,

  "a lease of a run that was deleted is not good for another run": swallowingLoss,

  "writes to many runs from both, none of them lost": class extends FileStateBackend {
    override async putSignal(runId: string, signal: Signal): Promise<boolean> {
      await super.putSignal(runId, signal);
      return true;
    }
  },
};
