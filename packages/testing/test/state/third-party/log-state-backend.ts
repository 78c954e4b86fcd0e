import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import { MemoryStateBackend } from "@flujo/core";
import type {
  Clock,
  JournalEntry,
  Lease,
  NewRun,
  ReadEntriesOptions,
  RunEnding,
  RunPage,
  RunQuery,
  RunRecord,
  RunRetention,
  Signal,
  StateBackend,
  StateCapabilities,
} from "@flujo/core/protocols";

type Write =
  | "createRun"
  | "acquireLease"
  | "renewLease"
  | "releaseLease"
  | "appendEntries"
  | "endRun"
  | "putSignal"
  | "deleteRuns";

/** A backend as somebody else might write it: memory, and a log of every call that may change it, played back on opening. */
export class LogStateBackend implements StateBackend {
  readonly capabilities: StateCapabilities = { durability: "process", sharedBy: "process" };
  readonly file: string;
  readonly #clock: Pick<Clock, "now">;
  /** The time of the call that is played back; undefined once that is over. */
  #playedBack: number | undefined;
  readonly #memory = new MemoryStateBackend({ clock: { now: () => this.#playedBack ?? this.#clock.now() } });
  readonly #leases: Lease[] = [];
  #disposed = false;

  private constructor(file: string, clock: Pick<Clock, "now">) {
    this.file = file;
    this.#clock = clock;
  }

  static async open(file: string, clock: Pick<Clock, "now">): Promise<LogStateBackend> {
    const backend = new LogStateBackend(file, clock);
    const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
    for (const line of lines) {
      const [at, name, call] = deserialize(Buffer.from(line, "base64")) as [number, Write, never];
      backend.#playedBack = at;
      // What was refused then is refused again, and changes nothing again.
      await backend.#apply(name, call).catch(() => {});
    }
    backend.#playedBack = undefined;
    return backend;
  }

  createRun(run: NewRun, history: readonly JournalEntry[] = []): Promise<boolean> {
    return this.#write("createRun", run, history);
  }

  async acquireLease(runId: string, ttlMs: number): Promise<Lease | undefined> {
    const lease = await this.#write("acquireLease", runId, ttlMs);
    if (lease) this.#leases.push(lease);
    return lease;
  }

  renewLease(lease: Lease, ttlMs: number): Promise<boolean> {
    return this.#write("renewLease", lease, ttlMs);
  }

  releaseLease(lease: Lease): Promise<void> {
    return this.#write("releaseLease", lease);
  }

  appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
    return this.#write("appendEntries", lease, entries);
  }

  endRun(lease: Lease, ending: RunEnding): Promise<boolean> {
    return this.#write("endRun", lease, ending);
  }

  putSignal(runId: string, signal: Signal): Promise<boolean> {
    return this.#write("putSignal", runId, signal);
  }

  deleteRuns(retention: RunRetention): Promise<number> {
    return this.#write("deleteRuns", retention);
  }

  getRun(runId: string): Promise<RunRecord | undefined> {
    return this.#memory.getRun(runId);
  }

  listRuns(query?: RunQuery): Promise<RunPage> {
    return this.#memory.listRuns(query);
  }

  readEntries(runId: string, options?: ReadEntriesOptions): Promise<readonly JournalEntry[]> {
    return this.#memory.readEntries(runId, options);
  }

  readSignals(runId: string): Promise<readonly Signal[]> {
    return this.#memory.readSignals(runId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    for (const lease of this.#leases) await this.releaseLease(lease);
    this.#disposed = true;
    await this.#memory[Symbol.asyncDispose]();
  }

  #write<Name extends Write>(name: Name, ...call: Parameters<StateBackend[Name]>): ReturnType<StateBackend[Name]> {
    if (!this.#disposed)
      appendFileSync(this.file, `${serialize([this.#clock.now(), name, call]).toString("base64")}\n`);
    return this.#apply(name, call);
  }

  #apply<Name extends Write>(name: Name, call: Parameters<StateBackend[Name]>): ReturnType<StateBackend[Name]> {
    const method = this.#memory[name] as (...call: readonly unknown[]) => ReturnType<StateBackend[Name]>;
    return method.apply(this.#memory, call);
  }
}
