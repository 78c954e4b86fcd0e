import type { FlujoOptions } from "@flujo/core";
import type { RunResult } from "@flujo/core/protocols";
import { expect } from "vitest";
import type { Mark } from "./history.ts";
import type { Kind } from "./kinds.ts";
import { type Depth, Scene } from "./scene.ts";
import { Stage } from "./stage.ts";
import { type AnyWork, type Call, type Notes, Work } from "./work.ts";

/** What is done in a cell of the table, and all that is to come of it. */
export interface Cell {
  /** What is put around the step. Left out: nothing. */
  readonly policies?: (subject: AnyWork) => AnyWork;
  /** What is put around the work, where that is another step. */
  readonly around?: (leaf: AnyWork) => AnyWork;
  readonly work?: Work;
  /** Whether the work is a question, whatever it is otherwise. */
  readonly asks?: true;
  readonly options?: Partial<FlujoOptions<Notes>>;
  /** Default: the run is played from its beginning to its end. */
  readonly play?: (stage: Stage, input: unknown) => Promise<RunResult<unknown, Notes>>;
  /** Whether events of details, such as decisions, are not sent: there is too much to do. */
  readonly undetailed?: true;
  readonly history: (scene: Scene) => readonly Mark[];
  /** What the result has, beside its context, usage and steps. */
  readonly result: (scene: Scene) => object;
  readonly notes: (scene: Scene) => Readonly<Record<string, number>>;
  /** What each call of the work is to have been given. */
  readonly calls: (scene: Scene) => readonly Partial<Call>[];
  /** What else is to be seen. */
  readonly also?: (stage: Stage, result: RunResult<unknown, Notes>, scene: Scene) => void | Promise<void>;
}

/** A column of the table: the same for every kind, and what kinds it makes no sense for. */
export interface Behaviour {
  readonly name: string;
  /** Why there is nothing to see in a row, if so. */
  readonly senseless?: (kind: Kind) => string | undefined;
  readonly cell: (kind: Kind) => Cell;
}

export const RUN = "r";

export async function expectCell(behaviour: Behaviour, kind: Kind, depth: Depth): Promise<void> {
  const cell = behaviour.cell(kind);
  const work = cell.work ?? new Work();
  const asks = cell.asks ?? kind.asks ?? false;
  const scene = new Scene(kind, depth, { asks, policed: cell.policies !== undefined });
  const graph = scene.graph(work, cell.policies ?? ((subject) => subject), cell.around);
  await using stage = new Stage(graph, { scene, work, input: kind.given(1) }, cell.options);
  const play = cell.play ?? ((on: Stage, input: unknown) => on.play(input, RUN));
  const result = await play(stage, stage.input);
  expect(result).toMatchObject(cell.result(scene));
  expect(result.context).toEqual({ notes: cell.notes(scene) });
  const calls = cell.calls(scene);
  expect(stage.calls).toHaveLength(calls.length);
  expect(stage.calls).toMatchObject(calls);
  await stage.expect(cell.history(scene), result, cell.undetailed);
  await cell.also?.(stage, result, scene);
}
