import type { FlujoError } from "@flujo/dsl";
import type { JournalEntry } from "./journal-entry.ts";
import type { Awaiting, NewRun, RunRecord } from "./run-record.ts";
import type { RunResult } from "./run-result.ts";
import type { Lease, Signal } from "./state-backend.ts";
import { type ServiceToken, token } from "./token.ts";
import type { Usage } from "./usage.ts";

/** Reads and writes what is kept of runs, in terms of values and not of text. */
export interface StateManager {
  /** Writes down a new run, with what it shares of another's history. Resolves to false, and writes nothing, if the id is taken. */
  create(run: RunBeginning, history?: readonly JournalEntry[]): Promise<boolean>;
  /** @throws {@link RunNotFoundError} */
  read(runId: string): Promise<RunRecord>;
  /** Makes this process the run's driver, if nobody else is. */
  lease(runId: string): Promise<Lease | undefined>;
  /** Keeps a lease alive until the returned function is called. @param onLost - called once if it is lost all the same */
  keep(lease: Lease, onLost: (error: FlujoError) => void): () => void;
  release(lease: Lease): Promise<void>;
  answers(runId: string): Promise<readonly Signal[]>;
  /** Writes down how a run ended and gives its lease back; or false if an answer came to what it was to wait for. */
  end(lease: Lease, conclusion: RunConclusion): Promise<boolean>;
  /** The result of a run that has ended, or is paused, from what is stored of it. */
  result(record: RunRecord): Promise<RunResult<unknown>>;
}

export const StateManager: ServiceToken<StateManager> = token<StateManager>("StateManager");

/** What is written down when a run begins; when that is, the manager knows. */
export type RunBeginning = Omit<NewRun, "createdAt">;

/** How a drive of a run came to its end. */
export type RunConclusion = {
  readonly context: unknown;
  readonly usage: Usage;
} & (
  | { readonly status: "completed"; readonly output: unknown }
  | { readonly status: "paused"; readonly awaiting: readonly Awaiting[] }
  | { readonly status: "failed" | "cancelled"; readonly error: FlujoError }
);
