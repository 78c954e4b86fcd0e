import { Flujo, type FlujoOptions } from "@flujo/core";
import { type Hook, type JournalEntry, type RunEvent, type RunResult, Telemetry } from "@flujo/core/protocols";
import { expect } from "vitest";
import { whateverTheLoad } from "../../whatever-the-load.ts";
import { drivesOf, entriesOf, eventsOf, hookCallsOf, isUnder, type Mark } from "./history.ts";
import { gates } from "./kinds.ts";
import type { Scene } from "./scene.ts";
import { type AnyWork, type Call, COST, type Notes, type Work } from "./work.ts";

type Result = RunResult<unknown, Notes>;

/** A runner for one cell of the table, and all that is seen of its runs. */
export class Stage implements AsyncDisposable {
  readonly flujo: Flujo<unknown, unknown, Notes>;
  readonly input: unknown;
  readonly scene: Scene;
  readonly #work: Work;
  /** What each drive showed: events to telemetry, calls to hooks. */
  #drives: { readonly events: RunEvent[]; readonly hooks: string[] }[] = [];
  /** Steps whose usage was not that of the calls in them. */
  readonly #miscounted: string[] = [];

  constructor(
    graph: AnyWork,
    { scene, work, input }: { readonly scene: Scene; readonly work: Work; readonly input: unknown },
    { hooks = [], modules = [], ...options }: Partial<FlujoOptions<Notes>> = {},
  ) {
    this.scene = scene;
    this.#work = work;
    this.input = input;
    const telemetry: Telemetry = { onEvent: (event) => this.#see(event) };
    this.flujo = new Flujo(graph, {
      context: { notes: {} },
      hooks: [this.#hook(), ...hooks],
      modules: [
        gates,
        whateverTheLoad,
        (container) => container.register(Telemetry, { useValue: telemetry }),
        ...modules,
      ],
      ...options,
    });
  }

  /** Runs the pipeline, and whenever it waits for a person or was interrupted lets it go on. */
  async play(input: unknown, runId: string): Promise<Result> {
    let result = await this.only((flujo) => flujo.run(input, { runId }));
    while (result.status === "paused") {
      const signals = Object.fromEntries(result.awaiting.map(({ token }) => [token, 2]));
      result = await this.only((flujo) => flujo.resume(runId, { signals }));
    }
    return result;
  }

  /** One drive of a run that is not interrupted. */
  async only(go: (flujo: Stage["flujo"]) => Promise<Result>): Promise<Result> {
    const result = await this.drive(go);
    if (result === undefined) throw new Error("the drive was interrupted");
    return result;
  }

  /** One drive of a run; nothing, if it was interrupted. */
  async drive(go: (flujo: Stage["flujo"]) => Promise<Result>): Promise<Result | undefined> {
    this.#drives.push({ events: [], hooks: [] });
    try {
      return await go(this.flujo);
    } catch (error) {
      if ((error as { readonly code?: string }).code !== "run_interrupted") throw error;
      return undefined;
    }
  }

  /** Forgets what it saw so far: what follows is looked at alone. */
  forget(): void {
    this.#drives = [];
    this.#work.calls.length = 0;
  }

  /** Holds all that was seen of a run against its history. */
  async expect(history: readonly Mark[], result: Result, undetailed = false): Promise<void> {
    const drives = drivesOf(history);
    expect(this.#drives.map(({ events }) => events.flatMap(shown))).toEqual(
      drives.map((marks, index) => [
        `run-start${index === 0 ? "" : " resumed"}`,
        ...eventsOf(marks).filter((line) => !undetailed || !/^(?:decision|fan-out) /.test(line)),
        ending(marks) ?? `run-end ${result.status}`,
      ]),
    );
    expect(this.#drives.map(({ hooks }) => hooks)).toEqual(
      drives.map((marks, index) => {
        const over = ending(marks) ?? `run-end ${result.status}`;
        return [
          `run-start${index === 0 ? "" : " resumed"}`,
          ...hookCallsOf(marks),
          ...(over === "run-interrupt" ? [] : [over]),
        ];
      }),
    );
    for (const { events } of this.#drives)
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(this.#miscounted).toEqual([]);
    const booked = this.#drives.flatMap(({ events }) => events.filter(({ type }) => type === "step-usage"));
    expect(booked.map((event) => "path" in event && event.path)).toEqual(
      this.#work.calls.filter(({ paid }) => paid).map(({ path }) => path),
    );

    const entries = await this.flujo.state.readEntries(result.runId);
    expect(entries.map(written)).toEqual(entriesOf(history));
    const steps = entries.filter(({ kind }) => kind !== "decision" && kind !== "attempt");
    expect(result.steps.map(({ path, status }) => [path, status])).toEqual(
      steps.map(({ path, status }) => [path, status]),
    );
    expect(result.steps.map(({ usage }) => usage.requests)).toEqual(result.steps.map(({ path }) => this.#paidIn(path)));
    const paid = this.#paidIn("");
    expect(result.usage).toMatchObject({
      requests: paid,
      totalTokens: paid * (COST.inputTokens + COST.outputTokens),
      costPico: BigInt(paid) * COST.costPico,
    });
    expect((await this.flujo.state.getRun(result.runId))?.status).toBe(result.status);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.flujo[Symbol.asyncDispose]();
  }

  get calls(): readonly Call[] {
    return this.#work.calls;
  }

  #see(event: RunEvent): void {
    this.#drives.at(-1)?.events.push(event);
    if (event.type !== "step-end") return;
    const paid = this.#paidIn(event.path);
    if (event.usage.requests !== paid) this.#miscounted.push(`${event.path}: ${event.usage.requests}, not ${paid}`);
  }

  /** How many calls in the step at a path reported what they used. */
  #paidIn(path: string): number {
    return this.#work.calls.filter((call) => call.paid && isUnder(call.path, path)).length;
  }

  #hook(): Hook {
    const say = (line: string): void => void this.#drives.at(-1)?.hooks.push(line);
    return {
      onRunStart: ({ resumed }) => say(`run-start${resumed ? " resumed" : ""}`),
      onRunEnd: ({ result }) => say(`run-end ${result.status}`),
      onPause: () => say("run-pause"),
      onStepStart: ({ path }) => say(`start ${path}`),
      onStepEnd: ({ path }) => say(`end ${path}`),
      onStepFailure: ({ path }) => say(`failure ${path}`),
    };
  }
}

function shown(event: RunEvent): readonly string[] {
  switch (event.type) {
    case "run-start":
      return [`run-start${event.resumed ? " resumed" : ""}`];
    case "run-end":
      return [`run-end ${event.status}`];
    case "step-start":
      return [`start ${event.path}`];
    case "step-fan-out":
      return [`fan-out ${event.path}`];
    case "step-end":
      return [`end ${event.path} ${event.status} ×${event.attempts}${event.replayed ? " replayed" : ""}`];
    case "step-decision":
      return [`decision ${event.path}`];
    case "step-retry":
      return [`retry ${event.path} ${event.attempt}`];
    case "step-usage":
      // Held against the work's own list of calls.
      return [];
    default:
      return [event.type];
  }
}

function ending(marks: readonly Mark[]): string | undefined {
  const last = marks.at(-1);
  if (last?.at !== "break") return undefined;
  return last.how === "paused" ? "run-pause" : "run-interrupt";
}

function written({ path, status, attempts }: JournalEntry): string {
  return `${path} ${status} ×${attempts}`;
}
