import type { HookDispatcher } from "../protocols/hook-dispatcher.ts";
import type { StepEnd } from "../protocols/run-event.ts";
import type { EventSink, StepCoordinator, WatchedEnd, WatchedStep } from "../protocols/step-coordinator.ts";

/** Sends a step's events, then calls its hooks: who only looks on is told first. */
export class StepWatch implements StepCoordinator {
  readonly #hooks: HookDispatcher;
  readonly #hooked: boolean;

  constructor({ hooks }: { readonly hooks: HookDispatcher }) {
    this.#hooks = hooks;
    this.#hooked = hooks.listens("onStepStart") || hooks.listens("onStepEnd") || hooks.listens("onStepFailure");
  }

  watches(events: EventSink): boolean {
    return this.#hooked || events.active;
  }

  begin({ events, ...watched }: WatchedStep): void | Promise<void> {
    const { path, step, input } = watched;
    if (events.active) events.emit({ type: "step-start", path, name: step.name, kind: step.kind, input });
    return this.#hooks.listens("onStepStart") ? this.#hooks.dispatch("onStepStart", watched) : undefined;
  }

  end({ events, ...watched }: WatchedStep, end: WatchedEnd): void | Promise<void> {
    if (events.active) events.emit(stepEnd(watched, end));
    if (end.replayed) return undefined;
    const { outcome, attempts, durationMs, usage } = end;
    const over = { ...watched, attempts, durationMs, usage };
    if (outcome.status === "completed" && this.#hooks.listens("onStepEnd")) {
      return this.#hooks.dispatch("onStepEnd", { ...over, output: outcome.output });
    }
    if (outcome.status === "failed" && this.#hooks.listens("onStepFailure")) {
      return this.#hooks.dispatch("onStepFailure", { ...over, error: outcome.error });
    }
    return undefined;
  }
}

function stepEnd({ path, step }: Omit<WatchedStep, "events">, end: WatchedEnd): StepEnd {
  const { outcome, attempts, durationMs, usage, replayed } = end;
  return {
    type: "step-end",
    path,
    name: step.name,
    kind: step.kind,
    status: outcome.status,
    ...(outcome.status === "completed" ? { output: outcome.output } : {}),
    ...(outcome.status === "failed" ? { error: outcome.error } : {}),
    attempts,
    durationMs,
    usage,
    replayed,
  };
}
