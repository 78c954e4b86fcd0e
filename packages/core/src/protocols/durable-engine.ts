import type { JournalEntry } from "./journal-entry.ts";
import type { Lease, Signal } from "./state-backend.ts";
import type { Outcome } from "./step-handler.ts";
import { type ServiceToken, token } from "./token.ts";

/**
 * What makes runs durable: a journal, timers and answers that outlive the process. The executor knows nothing else of where it runs.
 *
 * `describeDurableEngine` of `@flujo/testing` is this contract as a test suite.
 */
export interface DurableEngine {
  /** @throws a `StateError` if what is recorded of the run can't be read */
  open(run: HostedRun): Promise<DurableHost>;
}

export const DurableEngine: ServiceToken<DurableEngine> = token<DurableEngine>("DurableEngine");

export interface HostedRun {
  /** The right to drive it. */
  readonly lease: Lease;
  /** Whether it has just been created, so that nothing can be recorded of it yet. */
  readonly fresh: boolean;
}

/**
 * The host of one drive of one run. Every operation has a path, which is its own in the run and the same in every drive.
 *
 * **The host decides when an operation settles.** Between the steps of a run the executor waits for operations of its host's and
 * for nothing else. There are two kinds of hosts:
 * - a *keyed* one finds by path what has settled. Operations settle as soon as they can;
 * - an *ordered* one has the operations in the order in which they settled. It executes the run again from its beginning, lets
 *   operations that are recorded settle with what is recorded, in that order, one at a time and each only once all that follows
 *   from the one before has happened, and goes on from there. So the run issues the same operations in the same order again.
 */
export interface DurableHost {
  /** Whether it is an ordered one. */
  readonly ordered: boolean;
  /** Whether what happens now has happened in an earlier drive. Never so of a keyed host. */
  readonly replaying: boolean;
  /** What has settled, to be found by path, in the order in which it did; nothing, of an ordered host. */
  readonly recorded: readonly JournalEntry[];

  /**
   * Makes an entry durable before it resolves. An ordered host can do without, since entries follow from operations; it may keep them
   * for readers of the run.
   *
   * @throws `LeaseLostError`, or a `StateError` of the backend's
   */
  append(entry: JournalEntry): Promise<void>;

  /**
   * Does work whose result an ordered host has to record. A keyed one just does it: there, an entry that follows stands for it.
   *
   * @param codec - how the result is recorded
   */
  once<Result>(path: string, work: () => Promise<Result>, codec: Codec<Result>): Promise<Result>;

  /**
   * Calls `onDue` once the time has come, in milliseconds since the epoch: at once, if that is over.
   *
   * @returns calls it off
   */
  timer(path: string, dueAt: number, onDue: () => void): () => void;

  /**
   * Waits for the answer to the question at a path; not beyond its deadline, in milliseconds since the epoch, nor after `signal` aborts.
   * A keyed host does not wait for people: what is not answered yet is `open`, and the run pauses.
   */
  wait(path: string, deadline: number | undefined, signal: AbortSignal): Promise<Waited>;

  /**
   * Waits for something in this process that no journal has to know of, such as somebody who looks on. What it throws
   * is what this rejects with.
   */
  local(work: () => void | PromiseLike<void>): Promise<void>;

  /** Runs lanes side by side, so many at a time, begun in their order. Resolves when all that were begun have ended. */
  fork(paths: readonly string[], concurrency: number, run: (lane: number) => Promise<void>): Promise<void>;

  /**
   * Executes the run, or all of it that can be executed now.
   *
   * @param drive - how it is stopped; `suspend` is called by a host that waits for people and has nothing else to do
   */
  drive(execute: () => Promise<Outcome>, drive: HostDrive): Promise<Outcome>;
}

export interface HostDrive {
  /** Aborts when the drive is to end. What is {@link Encoded.cancelled} from then on is not recorded. */
  readonly signal: AbortSignal;
  /** Aborts `signal`, upon which the execution ends. */
  readonly suspend: () => void;
}

/** How results are written as text, and read. */
export interface Codec<Result> {
  encode(result: Result): Encoded<Result>;
  decode(text: string): Result;
}

export interface Encoded<Result> {
  readonly text: string;
  /** What the text stands for: another result than the one given, if that can't be written. */
  readonly stands: Result;
  /** Whether it says no more than that the work was stopped. */
  readonly cancelled: boolean;
}

export type Waited =
  | { readonly status: "answered"; readonly answer: Pick<Signal, "value"> }
  | { readonly status: "overdue" }
  | { readonly status: "open" }
  | { readonly status: "cancelled" };
