import { StoredRuns } from "@flujo/core";
import type { RunResult, StateManager } from "@flujo/core/protocols";
import type { StateManagerHarness } from "@flujo/testing";

type Open = StateManagerHarness["open"];
type Parts = Parameters<Open>[0];

/** The manager that is right, but for what a mutant does another way. */
function replacing(replace: (right: StateManager, parts: Parts) => Partial<StateManager>): Open {
  return (parts) => {
    const right = new StoredRuns(parts);
    return {
      create: (run) => right.create(run),
      read: (runId) => right.read(runId),
      lease: (runId) => right.lease(runId),
      keep: (lease, onLost) => right.keep(lease, onLost),
      release: (lease) => right.release(lease),
      answers: (runId) => right.answers(runId),
      end: (lease, conclusion) => right.end(lease, conclusion),
      result: (record) => right.result(record),
      ...replace(right, parts),
    };
  };
}

const telling = (change: (result: RunResult<unknown>) => object): Open =>
  replacing((right) => ({
    result: async (record) => change(await right.result(record)) as RunResult<unknown>,
  }));

/** State managers that each break one promise, by the title (in part) of a test that has to notice. */
export const STATE_MANAGERS: Readonly<Record<string, Open>> = {
  "dated by its clock": replacing((_, { state }) => ({ create: (run) => state.createRun({ ...run, createdAt: 0 }) })),
  "that an id is taken": replacing((right) => ({
    create: async (run) => {
      await right.create(run);
      return true;
    },
  })),
  "a run that is not there": replacing((_, { state }) => ({
    read: async (runId) => (await state.getRun(runId)) as never,
  })),
  "to one at a time": replacing((right) => ({
    lease: async (runId) => (await right.lease(runId)) ?? { runId, epoch: 9 },
  })),
  "no sign of life": replacing((_, { state }) => ({ lease: (runId) => state.acquireLease(runId, 1e9) })),
  "for as long as it is told to": replacing(() => ({ keep: () => () => undefined })),
  "tells once of a lease": replacing((right) => ({
    keep: (lease, onLost) =>
      right.keep(lease, (error) => {
        onLost(error);
        onLost(error);
      }),
  })),
  "for a moment": replacing((_, { state, clock }) => ({
    keep: (lease, onLost) => {
      let cancel: () => void;
      const renew = (): void => {
        state.renewLease(lease, 30_000).then(
          () => schedule(),
          (error) => onLost(error),
        );
      };
      const schedule = (): void => {
        cancel = clock.schedule(renew, 10_000);
      };
      schedule();
      return () => cancel();
    },
  })),
  "reached for long": replacing((_, { state, clock }) => ({
    keep: (lease) => {
      let cancel: () => void;
      const renew = (): void => {
        void state.renewLease(lease, 30_000).catch(() => undefined);
        cancel = clock.schedule(renew, 10_000);
      };
      renew();
      return () => cancel();
    },
  })),
  "the answers that came": replacing((right) => ({
    answers: async (runId) => (await right.answers(runId)).toReversed(),
  })),
  "with undefined": telling((result) =>
    result.status === "completed" ? { ...result, output: result.output ?? null } : result,
  ),
  "with what JSON has not": telling((result) =>
    JSON.parse(JSON.stringify(result, (_, value) => (typeof value === "bigint" ? 0 : value))),
  ),
  "how a run failed": telling((result) => {
    if (result.status === "failed") Object.defineProperty(result.error, "cause", { value: undefined });
    return result;
  }),
  "and why": telling((result) => (result.status === "cancelled" ? { ...result, reason: undefined } : result)),
  "what a run waits for": telling((result) => (result.status === "paused" ? { ...result, awaiting: [] } : result)),
  "whose answer is there": replacing((right) => ({
    end: async (lease, conclusion) => {
      const ended = await right.end(lease, conclusion);
      if (!ended) await right.release(lease);
      return ended;
    },
  })),
  "only for whoever drives it": replacing((right, { state }) => ({
    end: async (lease, conclusion) => {
      for (let epoch = lease.epoch; epoch < lease.epoch + 3; epoch++) {
        const held = await state.renewLease({ ...lease, epoch }, 30_000);
        if (held) return right.end({ ...lease, epoch }, conclusion);
      }
      return right.end(lease, conclusion);
    },
  })),
  "of every step that is recorded": telling((result) => ({
    ...result,
    steps: result.steps.filter(({ status }) => status === "completed"),
  })),
};
