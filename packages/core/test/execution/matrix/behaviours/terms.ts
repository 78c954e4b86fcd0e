import { expect } from "vitest";
import { RUN } from "../cell.ts";
import type { Kind } from "../kinds.ts";
import type { Scene } from "../scene.ts";
import type { Stage } from "../stage.ts";
import { type AnyWork, type Call, note, one, s, Work } from "../work.ts";

export const ONCE_MORE = { maxAttempts: 2, initialDelayMs: 0 } as const;

/** Takes the place of a step, and says what it was given. */
export const spare: AnyWork = s.step("spare", (given: unknown, scope) => {
  note("spare", scope);
  return { spare: given };
});

/** Everything by which a step could get over what ended it. */
export const recovering = (subject: AnyWork): AnyWork =>
  subject.withRetry({ maxAttempts: 3, initialDelayMs: 0 }).withFallback(spare);

/** What the step gives when nothing comes in between. */
export const usual = ({ gives }: Kind): unknown => gives(2, 1);

export const completedBy = (output: unknown) => (): object => ({ status: "completed", output, degraded: false });

export const oneCall = (scene: Scene): readonly Partial<Call>[] => [
  { path: scene.workPath(), input: 1, attempt: 1, feedback: undefined },
];

/** Work that fails in its first calls. */
export function failing(times: number): Work {
  const work: Work = new Work((call, scope) => {
    if (work.calls.length <= times) throw new Error(`call ${work.calls.length}`);
    return one(call, scope);
  });
  return work;
}

/** Runs it a second time under the same id: nothing more is done, and what came of it stands. */
export async function expectToStand(stage: Stage, status: string): Promise<void> {
  const calls = stage.calls.length;
  expect(await stage.flujo.run(stage.input, { runId: RUN })).toMatchObject({ status });
  expect(stage.calls).toHaveLength(calls);
}
