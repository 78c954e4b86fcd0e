import { Flujo, unwrap } from "@flujo/core";
import { StateBackend } from "@flujo/core/protocols";
import { identity } from "@flujo/dsl";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CrashingBackend } from "./crashing-backend.ts";
import { build, type NumberStep, type Shape, shape } from "./random-pipeline.ts";

const silent = (): void => undefined;

async function run(pipeline: NumberStep, input = 1): Promise<{ output: number; paths: string[] }> {
  await using flujo = new Flujo(pipeline);
  const result = await flujo.run(input);
  return { output: unwrap(result), paths: result.steps.map(({ path }) => path).sort() };
}

describe("pipe", () => {
  test("is associative: the graph, its paths and its output", async () => {
    await fc.assert(
      fc.asyncProperty(shape, shape, shape, async (x, y, z) => {
        const [a, b, c] = [build(x, silent, "a"), build(y, silent, "b"), build(z, silent, "c")] as const;
        const left = a.pipe(b).pipe(c);
        const right = a.pipe(b.pipe(c));
        expect(left.describe()).toEqual(right.describe());
        expect(left.toMermaid()).toBe(right.toMermaid());
        expect(await run(left)).toEqual(await run(right));
      }),
      { numRuns: 40 },
    );
  });

  test("has identity as its unit", async () => {
    await fc.assert(
      fc.asyncProperty(shape, async (x) => {
        const a = build(x, silent, "a");
        const alone = await run(a);
        expect(await run(identity<number>().pipe(a))).toEqual(alone);
        expect(await run(a.pipe(identity()))).toEqual(alone);
      }),
      { numRuns: 30 },
    );
  });
});

describe("a run that is cut after any write and resumed", () => {
  /** Drives a run over as many "processes" as it takes, each dying after `cut` writes; gives output and the work done. */
  async function runInPieces(x: Shape, cut: number): Promise<{ output: number; done: string[]; again: string[] }> {
    const disk = new CrashingBackend();
    const done: string[] = [];
    const again: string[] = [];
    for (;;) {
      const recorded = new Set((await disk.readEntries("run")).map(({ path }) => path));
      const onWork = (path: string): void => {
        if (recorded.has(path)) again.push(path);
        done.push(path);
      };
      disk.crashAfter(cut);
      const flujo = new Flujo(build(x, onWork), {
        modules: [(container) => container.register(StateBackend, { useValue: disk })],
      });
      try {
        return { output: unwrap(await flujo.run(1, { runId: "run" })), done, again };
      } catch (error) {
        if ((error as { code?: string }).code !== "state") throw error;
      }
    }
  }

  test("gives what the undisturbed one gives, and does nothing again that was settled (invariant 1)", async () => {
    await fc.assert(
      fc.asyncProperty(shape, fc.integer({ min: 1, max: 6 }), async (x, cut) => {
        const { output } = await run(build(x, silent));
        const pieces = await runInPieces(x, cut);
        expect(pieces.output).toBe(output);
        expect(pieces.again).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
