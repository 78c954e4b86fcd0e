import { StepWatch } from "@flujo/core";
import type { HookDispatcher, StepCoordinator, WatchedEnd } from "@flujo/core/protocols";

interface Parts {
  readonly hooks: HookDispatcher;
}

type Open = (parts: Parts) => StepCoordinator;

/** The coordinator that is right, but for what a mutant does another way. */
function replacing(replace: (right: StepCoordinator, parts: Parts) => Partial<StepCoordinator>): Open {
  return (parts) => {
    const right = new StepWatch(parts);
    return {
      watches: (events) => right.watches(events),
      begin: (step) => right.begin(step),
      end: (step, end) => right.end(step, end),
      ...replace(right, parts),
    };
  };
}

/** Tells of another end than it is told. */
const ending = (change: (end: WatchedEnd) => WatchedEnd): Open =>
  replacing((right) => ({ end: (step, end) => right.end(step, change(end)) }));

/** Asks another dispatcher than it is given. */
const asking =
  (change: (hooks: HookDispatcher) => Partial<HookDispatcher>): Open =>
  ({ hooks }) =>
    new StepWatch({
      hooks: {
        listens: (to) => hooks.listens(to),
        dispatch: (to, payload) => hooks.dispatch(to, payload),
        ...change(hooks),
      },
    });

const SILENT = { active: false, emit: (): void => undefined };

/** Coordinators that each break one promise, by the title (in part) of a test that has to notice. */
export const STEP_COORDINATORS: Readonly<Record<string, Open>> = {
  "events first, then hooks": replacing((right) => ({
    begin: async (step) => {
      await right.begin({ ...step, events: SILENT });
      if (step.events.active) {
        const { path, input } = step;
        step.events.emit({ type: "step-start", path, name: step.step.name, kind: step.step.kind, input });
      }
    },
  })),
  "undefined included": ending((end) =>
    end.outcome.status === "completed"
      ? { ...end, outcome: { status: "completed", output: end.outcome.output ?? null } }
      : end,
  ),
  "where a step fails": ending((end) =>
    end.outcome.status === "failed" ? { ...end, outcome: { status: "cancelled" } } : end,
  ),
  "where a step is paused": ending((end) =>
    end.outcome.status === "paused" ? { ...end, outcome: { status: "completed", output: undefined } } : end,
  ),
  "recorded before": ending((end) => ({ ...end, replayed: false })),
  "waits for hooks": replacing((right) => ({
    begin: (step) => {
      Promise.resolve(right.begin(step)).catch(() => undefined);
    },
  })),
  "lets an abort out": asking((hooks) => ({
    dispatch: (name, payload) => hooks.dispatch(name, payload).catch(() => undefined),
  })),
  "where nobody watches": replacing((right) => ({
    begin: (step) => (step.events.active ? right.begin(step) : undefined),
  })),
  "that nobody listens to": asking(() => ({ listens: () => true })),
  "if onStepFailure is listened to": replacing((_, { hooks }) => ({
    watches: (events) => events.active || hooks.listens("onStepStart") || hooks.listens("onStepEnd"),
  })),
  "of two that differ": replacing((right) => {
    let known: boolean | undefined;
    return {
      watches: (events) => {
        known ??= right.watches(events);
        return known;
      },
    };
  }),
};
