import { NO_USAGE, type RunEvent, type RunEventBody, StepFailedError } from "@flujo/core/protocols";

type StepEnding = Extract<RunEventBody, { type: "step-end" }>;

/** Writes the events of a run by hand, a clock tick apart unless `at` says otherwise. */
export class EventScript {
  readonly events: RunEvent[] = [];
  readonly runId: string;
  #time: number;

  constructor(runId = "run-1", startsAt = 1_000_000) {
    this.runId = runId;
    this.#time = startsAt;
  }

  get now(): number {
    return this.#time;
  }

  wait(ms: number): this {
    this.#time += ms;
    return this;
  }

  add(body: RunEventBody): this {
    this.events.push({ ...body, seq: this.events.length + 1, runId: this.runId, time: this.#time });
    return this;
  }

  begin(pipeline = "article", resumed = false): this {
    return this.add({ type: "run-start", pipeline, resumed });
  }

  start(path: string, kind = "step"): this {
    return this.add({ type: "step-start", path, name: path, kind });
  }

  fanOut(path: string, lanes: number): this {
    return this.add({ type: "step-fan-out", path, lanes });
  }

  end(path: string, part: Partial<StepEnding> = {}): this {
    return this.add({
      type: "step-end",
      path,
      name: path,
      kind: "step",
      status: "completed",
      attempts: 1,
      durationMs: 100,
      usage: NO_USAGE,
      replayed: false,
      ...part,
    });
  }

  fail(path: string, message: string, part: Partial<StepEnding> = {}): this {
    return this.end(path, { status: "failed", error: new StepFailedError(message, { path }), ...part });
  }

  finish(status: "completed" | "failed" | "cancelled" = "completed"): this {
    return this.add({ type: "run-end", status, durationMs: 0, usage: NO_USAGE });
  }
}
