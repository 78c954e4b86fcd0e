import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { setImmediate } from "node:timers";
import { syncData } from "./durable-files.ts";
import { codeOf } from "./file-error.ts";
import { damaged, FIRST_HEADER, FIRST_LINE_OF_LOG, framesIn, isOfOlderVersion } from "./log-format.ts";
import { type LogRecord, recordFromPayload, recordToFrame } from "./log-record.ts";
import { parseLog, type ReadLog } from "./read-log.ts";
import type { RunLock } from "./run-lock.ts";
import type { RunState } from "./run-state.ts";

/** What a write comes to, once it is known how the run stands. */
export interface Decision<Result> {
  readonly records: readonly LogRecord[];
  readonly result: Result;
}

/**
 * Decides by how a run stands, which is undefined if nobody created it, and in the same moment: nobody else writes
 * to it until the records are on the disk. What it throws is told to the caller, and disturbs no other write.
 */
export type Decide<Result> = (run: RunState | undefined) => Decision<Result>;

interface Write {
  readonly decide: Decide<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface KnownLog extends ReadLog {
  /** The header of its first record: another one's is another run, which got the id when the first was deleted. */
  readonly header: Buffer;
  /** Whether its first line names an older version than what is written to it. */
  readonly isOlder: boolean;
}

export interface RunLogOptions {
  readonly file: string;
  /** Name of the file, which the lock bears too. */
  readonly name: string;
  readonly lock: RunLock;
  /** Whether a write waits for the disk. */
  readonly synced: boolean;
  /** Whose runs are kept in mind between writes: while a backend drives one, it need not read its log again. */
  readonly owner: string;
  /** Called when nothing waits to be written and nothing is kept in mind. */
  readonly onIdle: () => void;
}

/**
 * Writes to one run's log. What is asked for within one turn of the event loop, or while an earlier write
 * waits for the disk, is written together and waits for it once; each stands alone all the same, and none is
 * acknowledged before it is there.
 */
export class RunLog {
  readonly #options: RunLogOptions;
  #waiting: Write[] = [];
  #working = false;
  /** What the log held when this backend last wrote to it. */
  #known: KnownLog | undefined;
  /**
   * False once a log turned out to be shorter than what is known to have been acknowledged: to forget that would make
   * the damage look like a write that was cut short, which the next one would cut off.
   */
  #mayBeAhead = true;

  constructor(options: RunLogOptions) {
    this.#options = options;
  }

  write<Result>(decide: Decide<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ decide, resolve: resolve as Write["resolve"], reject });
      if (this.#working) return;
      this.#working = true;
      setImmediate(() => void this.#work());
    });
  }

  async #work(): Promise<void> {
    const { lock, name, owner, onIdle } = this.#options;
    while (this.#waiting.length > 0) {
      let batch: readonly Write[] = [];
      try {
        const acknowledgements = await lock.hold(name, () => {
          batch = this.#waiting;
          this.#waiting = [];
          return this.#commit(batch);
        });
        for (const acknowledge of acknowledgements) acknowledge();
      } catch (error) {
        // Without the lock, the batch was not even taken.
        if (batch.length === 0) batch = this.#waiting.splice(0);
        // What is known of the run may be ahead of its log: that is read from its beginning the next time.
        if (this.#mayBeAhead) this.#known = undefined;
        for (const write of batch) write.reject(error);
      }
    }
    this.#working = false;
    if (this.#known?.run.owner !== owner) this.#known = undefined;
    if (this.#known === undefined) onIdle();
  }

  async #commit(batch: readonly Write[]): Promise<readonly (() => void)[]> {
    const descriptor = this.#open();
    try {
      if (descriptor !== undefined) this.#catchUp(descriptor);
      const frames: Buffer[] = [];
      const acknowledgements = batch.map((write) => decided(write, this.#known?.run, frames));
      if (descriptor !== undefined && frames.length > 0) await this.#append(descriptor, Buffer.concat(frames));
      return acknowledgements;
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  #open(): number | undefined {
    try {
      return openSync(this.#options.file, "r+");
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
      this.#known = undefined;
      return undefined;
    }
  }

  /** Reads what others wrote, and cuts off what one of them did not write to its end. */
  #catchUp(descriptor: number): void {
    const { file } = this.#options;
    const { size } = fstatSync(descriptor);
    const header = read(descriptor, FIRST_HEADER.at, FIRST_HEADER.at + FIRST_HEADER.length);
    const known = this.#known?.header.equals(header) ? this.#known : undefined;
    this.#mayBeAhead = known === undefined || size >= known.end;
    if (known !== undefined && size < known.end) {
      throw damaged(file, size, `it is shorter than the ${known.end} bytes that were there`);
    }
    if (known !== undefined && size === known.end) return;
    this.#known = known
      ? { ...known, ...catchUp(known, read(descriptor, known.end, size), file) }
      : learn(read(descriptor, 0, size), header, file);
    if (this.#known.end < size) ftruncateSync(descriptor, this.#known.end);
  }

  async #append(descriptor: number, bytes: Buffer): Promise<void> {
    const known = this.#known as KnownLog;
    const { end } = known;
    try {
      if (known.isOlder) write(descriptor, FIRST_LINE_OF_LOG, 0);
      write(descriptor, bytes, end);
      if (this.#options.synced) await syncData(descriptor);
    } catch (error) {
      undo(descriptor, end);
      throw error;
    }
    this.#known = { ...known, isOlder: false, end: end + bytes.length };
  }
}

/** Takes a write's decision, if it comes to one, and returns how to tell its caller once that is on the disk. */
function decided({ decide, resolve, reject }: Write, run: RunState | undefined, frames: Buffer[]): () => void {
  try {
    const { records, result } = decide(run);
    frames.push(...records.map(recordToFrame));
    for (const record of records) run?.apply(record);
    return () => resolve(result);
  } catch (error) {
    return () => reject(error);
  }
}

function learn(bytes: Buffer, header: Buffer, file: string): KnownLog {
  const { run, end } = parseLog(bytes, file, () => true);
  return { run, end, header, isOlder: isOfOlderVersion(bytes) };
}

function catchUp({ run, end }: ReadLog, bytes: Buffer, file: string): ReadLog {
  let caughtUp = end;
  for (const frame of framesIn(bytes, end, file)) {
    run.apply(recordFromPayload(frame.payload));
    caughtUp = frame.end;
  }
  return { run, end: caughtUp };
}

function read(descriptor: number, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(to - from);
  for (let done = 0; done < bytes.length; ) {
    const more = readSync(descriptor, bytes, done, bytes.length - done, from + done);
    if (more === 0) return bytes.subarray(0, done);
    done += more;
  }
  return bytes;
}

function write(descriptor: number, bytes: Buffer, at: number): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, at + written);
  }
}

function undo(descriptor: number, end: number): void {
  try {
    ftruncateSync(descriptor, end);
  } catch {
    // Whoever writes next finds what is whole of it, and cuts off the rest.
  }
}
