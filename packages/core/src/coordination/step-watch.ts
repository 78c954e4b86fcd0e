import type { HookPayloads } from "../protocols/hook.ts";
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

  begin(watched: WatchedStep): void | Promise<void> {
    const { path, step, input, events } = watched;
    if (events.active) events.emit({ type: "step-start", path, name: step.name, kind: step.kind, input });
    return this.#hooks.listens("onStepStart") ? this.#hooks.dispatch("onStepStart", shown(watched)) : undefined;
  }

  end(watched: WatchedStep, end: WatchedEnd): void | Promise<void> {
    const { outcome, attempts, durationMs, usage, replayed } = end;
    if (watched.events.active) watched.events.emit(stepEnd(watched, end));
    if (replayed) return undefined;
    if (outcome.status === "completed" && this.#hooks.listens("onStepEnd")) {
      const { output } = outcome;
      return this.#hooks.dispatch("onStepEnd", { ...shown(watched), attempts, durationMs, usage, output });
    }
    if (outcome.status === "failed" && this.#hooks.listens("onStepFailure")) {
      const { error } = outcome;
      return this.#hooks.dispatch("onStepFailure", { ...shown(watched), attempts, durationMs, usage, error });
    }
    return undefined;
  }
}

/** What hooks are shown of a step. */
function shown({ runId, path, step, input, context, signal }: WatchedStep): HookPayloads["onStepStart"] {
  return { runId, path, step, input, context, signal };
}

function stepEnd({ path, step }: WatchedStep, end: WatchedEnd): StepEnd {
  const { outcome, attempts, durationMs, usage, replayed } = end;
  const { status } = outcome;
  const { name, kind } = step;
  const facts = { type: "step-end", path, name, kind, status, attempts, durationMs, usage, replayed } as const;
  if (outcome.status === "completed") return { ...facts, output: outcome.output };
  return outcome.status === "failed" ? { ...facts, error: outcome.error } : facts;
}
