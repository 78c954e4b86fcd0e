import { Flujo } from "@flujo/core";
import type { FlujoModule, RunResult } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import type { SceneContext } from "./scene-steps.ts";
import { SCENES, type Scene } from "./scenes.ts";

/** How the suite gets at the engine under test. */
export interface DurableEngineHarness {
  /** Of the engine, as the suite's title shows it. */
  readonly name: string;
  /** An engine without any runs. @param seed - of what is left to chance, if anything is */
  readonly open: (seed: number) => HostedRuns;
  /** Seeds to try each pipeline with. Default: 1 to 3. */
  readonly seeds?: readonly number[];
  /** Whether a result lists steps that others stand for, however often the run was cut off. Default true. */
  readonly listsAllSteps?: boolean;
}

/** An engine with its runs. */
export interface HostedRuns {
  /** What plugs it into a runner, with a state backend of its own. */
  readonly modules: readonly FlujoModule[];
  /** How many things are recorded of a run. */
  readonly recorded: (runId: string) => Promise<number>;
  /**
   * The engine as it would be found if the process had died when only so many things had been recorded of a run. It is
   * not given the answers to what the run asks.
   */
  readonly cut: (runId: string, recorded: number) => Promise<HostedRuns>;
}

const RUN = "run";
const MOST_PAUSES = 100;
const CONTEXT: SceneContext = { seen: [], total: 0 };

/**
 * The contract of {@link DurableEngine} as a suite of tests. Call it at the top of a test file that Vitest runs.
 *
 * Pipelines of all kinds are run to their ends, then again from each thing that was recorded of them, as if the process had died just then: they come to
 * the same, and what was recorded to have been done is not done again.
 */
export function describeDurableEngine({
  name,
  open,
  seeds = [1, 2, 3],
  listsAllSteps = true,
}: DurableEngineHarness): void {
  describe(`The ${name} engine`, () => {
    describe.each(SCENES)("carries out $name", (scene) => {
      test.each(seeds)("and goes on with it from wherever it was cut off, seed %i", async (seed) => {
        const engine = open(seed);
        const whole = await carryOut(scene, engine);
        expect(summaryOf(whole.result, scene, listsAllSteps)).toMatchObject({
          status: scene.status,
          outcome: scene.outcome,
        });

        const length = await engine.recorded(RUN);
        for (let cut = 0; cut <= length; cut++) {
          const again = await carryOut(scene, await engine.cut(RUN, cut));
          expect(summaryOf(again.result, scene, listsAllSteps), `cut after ${cut} of ${length}`).toStrictEqual(
            summaryOf(whole.result, scene, listsAllSteps),
          );
        }
        const finished = await carryOut(scene, await engine.cut(RUN, length));
        expect(finished.effects).toStrictEqual([]);
      });
    });
  });
}

async function carryOut(
  scene: Scene,
  { modules }: HostedRuns,
): Promise<{ readonly result: RunResult<unknown, SceneContext>; readonly effects: readonly string[] }> {
  const effects: string[] = [];
  const pipeline = scene.build((key) => effects.push(key));
  const budget = scene.budgetUsd === undefined ? {} : { budget: { costUsd: scene.budgetUsd } };
  await using flujo = new Flujo(pipeline, { modules, context: CONTEXT, ...budget });
  let result = await flujo.run(1, { runId: RUN });
  // An engine that waits for people asks again once it has nothing else to do.
  for (let pauses = 0; result.status === "paused"; pauses++) {
    if (pauses === MOST_PAUSES) throw new Error(`It still waits for ${result.awaiting.map(({ path }) => path)}`);
    const answers = result.awaiting.flatMap(({ path, token }) =>
      scene.answers?.[path] === undefined ? [] : [[token, scene.answers[path]]],
    );
    if (answers.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    result = await flujo.resume(RUN, { signals: Object.fromEntries(answers) });
  }
  return { result, effects };
}

/** All of a result that is the same however often the run was cut off. */
function summaryOf(
  result: RunResult<unknown, SceneContext>,
  { isRace = false }: Scene,
  listsAllSteps: boolean,
): object {
  const { status, context, usage, steps } = result;
  const outcome =
    result.status === "completed" ? result.output : result.status === "failed" ? result.error.code : undefined;
  const done = listsAllSteps && !isRace ? steps.map(({ path, status: how }) => `${path} ${how}`).sort() : [];
  return { status, outcome, usage, ...(isRace ? {} : { context }), done };
}
