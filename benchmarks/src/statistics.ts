/** The middle one of an odd number of values, else the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

/** The value that a share of all values does not pass: 0.95 of them, for one. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Milliseconds that `work` takes. */
async function timeMs(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Milliseconds that this thread computes while `work` goes on, whatever else the machine does meanwhile. */
export async function computeMs(work: () => unknown): Promise<number> {
  const start = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1_000;
}

/**
 * Times several contenders in turn, round after round, so that a machine whose speed drifts is no one's
 * advantage. Gives each one's median, in milliseconds.
 *
 * @param measure - {@link computeMs} for what only computes; default: the time that passes
 * @param prepare - called before each turn of a contender's; what it does is not timed
 */
export async function race<Name extends string>(
  contenders: Readonly<Record<Name, () => unknown>>,
  {
    rounds,
    warmup = 1,
    measure = timeMs,
    prepare,
  }: {
    readonly rounds: number;
    readonly warmup?: number;
    readonly measure?: (work: () => unknown) => Promise<number>;
    readonly prepare?: (name: Name) => unknown;
  },
): Promise<Record<Name, number>> {
  const names = Object.keys(contenders) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -warmup; round < rounds; round++) {
    for (const name of names) {
      await prepare?.(name);
      const ms = await measure(contenders[name]);
      if (round >= 0) times[name].push(ms);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<Name, number>;
}
