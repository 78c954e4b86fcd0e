import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Flujo } from "@flujo/core";
import { loop, type Step, step } from "@flujo/dsl";
import { sqliteState } from "@flujo/state-sqlite";
import { millis, ratio, report } from "./report.ts";
import { median } from "./statistics.ts";

const SIZES = [10, 1_000, 100_000] as const;
const ROUNDS = 7;
const RUN = "long";

/** Goes round so many times, and once more; `onLast` may stop it there. */
function longLoop(size: number, onLast: () => void): Step<number, number> {
  const body = step("body", (n: number, { signal }) => {
    if (n === size) onLast();
    signal.throwIfAborted();
    return n + 1;
  });
  return loop("again", { body, until: (n: number) => n > size, maxIterations: size + 1 });
}

/** How long it takes to go on with a run that was stopped, by how much of it has settled: from opening its file to its end. */
export async function benchResume(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "flujo-resume-"));
  try {
    const measured: (readonly [size: number, ms: number])[] = [];
    for (const size of SIZES) {
      const file = join(folder, `${size}.db`);
      await stopAt(size, file);
      await goOn(size, file, folder);
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round++) times.push(await goOn(size, file, folder));
      measured.push([size, median(times)]);
    }
    const least = measured[0]?.[1] ?? Number.NaN;
    report(
      `Going on with a run that was stopped, in SQLite, by the steps that have settled (median of ${ROUNDS})`,
      measured.map(([size, ms]) => [size.toLocaleString("en"), millis(ms), `${ratio(ms, least)} that of ${SIZES[0]}`]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Leaves a run behind of which so many steps have settled. */
async function stopAt(size: number, file: string): Promise<void> {
  const pipeline = longLoop(size, () => handle.interrupt());
  await using flujo = new Flujo(pipeline, { modules: [sqliteState({ file, durability: "normal" })] });
  const handle = flujo.start(0, { runId: RUN });
  await handle.result.catch(() => undefined);
}

/** Milliseconds that a copy of the run takes to its end. */
async function goOn(size: number, from: string, folder: string): Promise<number> {
  const file = join(folder, "copy.db");
  copyFileSync(from, file);
  const began = performance.now();
  const pipeline = longLoop(size, () => undefined);
  await using flujo = new Flujo(pipeline, { modules: [sqliteState({ file, durability: "normal" })] });
  const result = await flujo.resume(RUN);
  if (result.status !== "completed" || result.output !== size + 1) throw new Error(`it came to ${result.status}`);
  return performance.now() - began;
}
