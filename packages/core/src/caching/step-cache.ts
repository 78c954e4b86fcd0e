import { CANCELLED, completed } from "../errors/failure.ts";
import type { Worked } from "../execution/attempts.ts";
import { caught } from "../execution/caught.ts";
import { type Frame, within } from "../execution/frame.ts";
import { operateOn } from "../execution/operation.ts";
import type { PlanNode } from "../execution/plan.ts";
import { forgetAbort, listenForAbort } from "../platform/abort-listeners.ts";
import type { CacheBackend } from "../protocols/cache-backend.ts";
import type { ContextLine, ContextPatch } from "../protocols/context-manager.ts";
import type { Hasher } from "../protocols/hasher.ts";
import type { Serializer } from "../protocols/serializer.ts";
import type { Outcome } from "../protocols/step-handler.ts";

/** What is kept of a completed node. */
interface Kept {
  readonly output: unknown;
  readonly patches: readonly ContextPatch[];
}

/** Says that somebody is at work on a key. */
interface Claim {
  readonly release: () => void;
}

/** What looking came to; in a box, since what is kept may be `undefined`. */
interface Found {
  readonly key: string;
  readonly kept: Pick<Kept, "output"> | undefined;
}

/** Lets nodes that ask for it take an outcome of another time for their own. */
export class StepCache {
  readonly #backend: CacheBackend;
  readonly #hasher: Hasher;
  readonly #serializer: Serializer;
  /** The keys that somebody is at work on, each until that work is over. */
  readonly #atWork = new Map<string, Promise<void>>();

  constructor(parts: { readonly backend: CacheBackend; readonly hasher: Hasher; readonly serializer: Serializer }) {
    this.#backend = parts.backend;
    this.#hasher = parts.hasher;
    this.#serializer = parts.serializer;
  }

  /** What is cached for this node, input and context; or what `work` makes of them, which is cached if it completes. */
  async through(
    node: PlanNode,
    path: string,
    input: unknown,
    frame: Frame,
    work: () => Promise<Worked>,
  ): Promise<Worked> {
    const line = frame.line.fork();
    let claim: Claim | undefined;
    const look = async (): Promise<Outcome> => {
      try {
        const key = await this.#key(node, input, frame.line.current);
        return await this.#find(key, path, line, frame, () => {
          claim = this.#claim(key);
        });
      } catch (thrown) {
        return caught(thrown, path, frame);
      }
    };
    try {
      const looked = await operateOn(`${path}:cache`, within(frame, { line }), look);
      if (looked.status !== "completed") return { outcome: looked, attempts: 0, line };
      const { key, kept } = looked.output as Found;
      if (kept !== undefined) return { outcome: completed(kept.output), attempts: 0, line };
      const worked = await work();
      await frame.run.host.local(() => this.#keep(key, path, worked, node, frame));
      return worked;
    } finally {
      claim?.release();
    }
  }

  /** What is kept, once nobody is at work on it; its changes are on `line` then. If nothing is, `claim` says that the caller is. */
  async #find(key: string, path: string, line: ContextLine, frame: Frame, claim: () => void): Promise<Outcome> {
    for (;;) {
      // Who works now may be done before the look is, and what it keeps be missed: it is looked for again then.
      const other = this.#atWork.get(key);
      const kept = await this.#look(key, path, frame);
      if (kept !== undefined) {
        if (kept.patches.length > 0) line.replay(kept.patches);
        return completed({ key, kept: { output: kept.output } } satisfies Found);
      }
      const over = other ?? this.#atWork.get(key);
      if (over === undefined) {
        claim();
        return completed({ key, kept: undefined } satisfies Found);
      }
      // Whoever is at work may fail: then the next one finds nothing, and is the first.
      if (!(await endedBefore(over, frame.signal))) return CANCELLED;
    }
  }

  #claim(key: string): Claim {
    let release = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      release = () => {
        this.#atWork.delete(key);
        resolve();
      };
    });
    this.#atWork.set(key, over);
    return { release };
  }

  /** All that the outcome can depend on: where and what the step is, and what it sees. */
  #key({ step, address }: PlanNode, input: unknown, context: unknown): Promise<string> {
    const { key, version } = step.policies.cache ?? {};
    const seen = key === undefined ? [input, context] : [key(input as never, context as never)];
    return this.#hasher.digest(this.#serializer.stringify([address, step.describe(), version, ...seen]));
  }

  async #look(key: string, path: string, { run }: Frame): Promise<Kept | undefined> {
    try {
      const text = await this.#backend.get(key);
      return text === undefined ? undefined : (this.#serializer.parse(text) as Kept);
    } catch (error) {
      warn(run, path, "could not be read", error);
      return undefined;
    }
  }

  async #keep(key: string, path: string, { outcome, line }: Worked, { step }: PlanNode, { run }: Frame): Promise<void> {
    if (outcome.status !== "completed") return;
    try {
      const kept: Kept = { output: outcome.output, patches: line.patches };
      await this.#backend.set(key, this.#serializer.stringify(kept), step.policies.cache?.ttlMs ?? Infinity);
    } catch (error) {
      warn(run, path, "could not be written", error);
    }
  }
}

function warn(run: Frame["run"], path: string, what: string, error: unknown): void {
  const message = `the cache ${what}: ${error instanceof Error ? error.message : String(error)}`;
  run.events.emit({ type: "step-log", path, level: "warn", message });
}

/** Whether `work` ended before `signal` aborted. */
function endedBefore(work: Promise<void>, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const onAbort = (): void => {
      resolve(false);
    };
    listenForAbort(signal, onAbort);
    void work.then(() => {
      forgetAbort(signal, onAbort);
      resolve(true);
    });
  });
}
