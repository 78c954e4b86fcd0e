/** Runs lanes side by side, begun in their order, at most `concurrency` at a time; resolves when all have ended. */
export async function inLanes(lanes: number, concurrency: number, run: (lane: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < lanes) await run(next++);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, lanes) }, work));
}
