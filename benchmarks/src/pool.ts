import { BoundedObjectPool, NoPool } from "@flujo/core";
import type { ObjectPool, PooledKind } from "@flujo/core/protocols";
import { micros, ratio, report } from "./report.ts";
import { race } from "./statistics.ts";

const STEPS = 20_000;
/** How many are under way at once. */
const LANES = 50;

interface Frame {
  run: unknown;
  line: unknown;
  meter: unknown;
  signal: unknown;
  feedback: string | undefined;
  redirects: readonly unknown[] | undefined;
}

/** What the executor's attempt at a node holds, in the same kind of fields. */
class Attempt {
  #execute: unknown;
  #node: unknown;
  #frame: Frame | undefined;
  input: unknown;
  path: string;
  attempt: number;

  constructor(
    execute: unknown,
    node: unknown,
    input: unknown,
    path: string,
    attempt: number,
    frame: Frame | undefined,
  ) {
    this.#execute = execute;
    this.#node = node;
    this.#frame = frame;
    this.input = input;
    this.path = path;
    this.attempt = attempt;
  }

  fill(execute: unknown, node: unknown, input: unknown, path: string, attempt: number, frame: Frame): void {
    this.#execute = execute;
    this.#node = node;
    this.#frame = frame;
    this.input = input;
    this.path = path;
    this.attempt = attempt;
  }

  clear(): void {
    this.#execute = undefined;
    this.#node = undefined;
    this.#frame = undefined;
    this.input = undefined;
    this.path = "";
    this.attempt = 0;
  }

  /** Reads all that it holds, as executing it does. */
  get complete(): boolean {
    return this.#execute !== undefined && this.#node !== undefined && this.#frame?.run !== undefined;
  }
}

const FRAMES: PooledKind<Frame> = {
  name: "frame",
  make: () => ({
    run: undefined,
    line: undefined,
    meter: undefined,
    signal: undefined,
    feedback: undefined,
    redirects: undefined,
  }),
  reset: (frame) => {
    frame.run = undefined;
    frame.line = undefined;
    frame.meter = undefined;
    frame.signal = undefined;
    frame.feedback = undefined;
    frame.redirects = undefined;
  },
};

const ATTEMPTS: PooledKind<Attempt> = {
  name: "attempt",
  make: () => new Attempt(undefined, undefined, undefined, "", 0, undefined),
  reset: (attempt) => attempt.clear(),
};

/** The least that a pool can be: it knows nothing of double releases, strangers or bounds. */
class BarePool implements ObjectPool {
  readonly #free = new Map<PooledKind<object>, object[]>([
    [FRAMES, []],
    [ATTEMPTS, []],
  ]);

  acquire<Value extends object>(kind: PooledKind<Value>): Value {
    return (this.#free.get(kind)?.pop() as Value | undefined) ?? kind.make();
  }

  release<Value extends object>(kind: PooledKind<Value>, value: Value): void {
    kind.reset(value);
    this.#free.get(kind)?.push(value);
  }
}

const RUN = {};
const LINE = {};
const METER = {};
const NODE = {};
const { signal } = new AbortController();

/** A step of which the caller, and the compiler, can't see the end. */
async function work(attempt: Attempt): Promise<number> {
  await Promise.resolve();
  return attempt.complete ? 1 : 0;
}

async function fresh(index: number): Promise<number> {
  const frame: Frame = { run: RUN, line: LINE, meter: METER, signal, feedback: undefined, redirects: undefined };
  return await work(new Attempt(work, NODE, index, "chain/step", 1, frame));
}

async function pooled(pool: ObjectPool, index: number): Promise<number> {
  const frame = pool.acquire(FRAMES);
  frame.run = RUN;
  frame.line = LINE;
  frame.meter = METER;
  frame.signal = signal;
  const attempt = pool.acquire(ATTEMPTS);
  attempt.fill(work, NODE, index, "chain/step", 1, frame);
  try {
    return await work(attempt);
  } finally {
    pool.release(ATTEMPTS, attempt);
    pool.release(FRAMES, frame);
  }
}

/** Whether what the executor makes for each step is better kept and used again. */
export async function benchPool(): Promise<void> {
  for (const lanes of [1, LANES]) {
    const drive = (one: (index: number) => Promise<number>) => async (): Promise<void> => {
      await Promise.all(
        Array.from({ length: lanes }, async () => {
          for (let index = 0; index < STEPS / lanes; index++) await one(index);
        }),
      );
    };
    const [bounded, bare, none] = [new BoundedObjectPool(), new BarePool(), new NoPool()];
    const times = await race(
      {
        fresh: drive(fresh),
        bounded: drive((index) => pooled(bounded, index)),
        bare: drive((index) => pooled(bare, index)),
        none: drive((index) => pooled(none, index)),
      },
      { rounds: 31, warmup: 5 },
    );
    const beside = (ms: number): string => `${ratio(ms, times.fresh)} the objects made anew`;
    report(
      `The frame and attempt of a step, ${lanes === 1 ? "one after another" : `${lanes} at a time`} (median of 31)`,
      [
        ["made anew", micros(times.fresh / STEPS)],
        ["from a BoundedObjectPool", micros(times.bounded / STEPS), beside(times.bounded)],
        ["from a pool without checks", micros(times.bare / STEPS), beside(times.bare)],
        ["through a NoPool", micros(times.none / STEPS), beside(times.none)],
      ],
    );
  }
}
