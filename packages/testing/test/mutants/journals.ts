import { StoredJournal } from "@flujo/core";
import { type Journal, type RunJournal, type Settlement, StateError } from "@flujo/core/protocols";
import type { JournalHarness } from "@flujo/testing";

type Open = JournalHarness["open"];
type Parts = Parameters<Open>[0];

/** Journals of runs that are right, but for what a mutant does another way. */
function replacing(replace: (right: RunJournal, parts: Parts) => Partial<RunJournal>): Open {
  return (parts): Journal => {
    const journals = new StoredJournal(parts);
    return {
      open: (host) => {
        const right = journals.open(host);
        const same: RunJournal = {
          decidesAgain: right.decidesAgain,
          get brokenBy() {
            return right.brokenBy;
          },
          get entries() {
            return right.entries;
          },
          get size() {
            return right.size;
          },
          get foldingMark() {
            return right.foldingMark;
          },
          checkpointAt: (base) => right.checkpointAt(base),
          isBehind: (base) => right.isBehind(base),
          isWorthFolding: (mark) => right.isWorthFolding(mark),
          find: (path) => right.find(path),
          read: (entry) => right.read(entry),
          readAnswer: (answer) => right.readAnswer(answer),
          codec: (path) => right.codec(path),
          check: (outcome, path) => right.check(outcome, path),
          record: (settlement) => right.record(settlement),
        };
        return Object.defineProperties(same, Object.getOwnPropertyDescriptors(replace(right, parts)));
      },
    };
  };
}

/** Records something else than it is given. */
const recording = (change: (settlement: Settlement) => Settlement): Open =>
  replacing((right) => ({ record: (settlement) => right.record(change(settlement)) }));

/** Journals that each break one promise, by the title (in part) of a test that has to notice. */
export const JOURNALS: Readonly<Record<string, Open>> = {
  "and is well": replacing(() => ({ brokenBy: null })),
  "stored by the time at which it says so": replacing((right) => ({
    record: async (settlement) => {
      void right.record(settlement).catch(() => undefined);
      return settlement.outcome;
    },
  })),
  "in the order in which it was": replacing((right) => ({
    get entries() {
      return [...right.entries].toSorted((a, b) => (a.path < b.path ? -1 : 1));
    },
  })),
  "recorded at once": replacing((right) => {
    let busy = false;
    return {
      record: async (settlement) => {
        if (busy) return settlement.outcome;
        busy = true;
        return right.record(settlement).finally(() => {
          busy = false;
        });
      },
    };
  }),
  "gives undefined back": recording((settlement) => {
    const { outcome } = settlement;
    return outcome.status === "completed"
      ? { ...settlement, outcome: { ...outcome, output: outcome.output ?? null } }
      : settlement;
  }),
  "gives null back to a later drive": recording((settlement) => ({
    ...settlement,
    patches: settlement.patches.slice(0, 1),
  })),
  "gives a failure back": replacing((right) => ({
    read: (entry) => {
      const read = right.read(entry);
      return entry.status === "failed" ? { ...read, patches: [{ op: "add", path: ["half"], value: 1 }] } : read;
    },
  })),
  "what is paused": recording((settlement) =>
    settlement.outcome.status === "paused"
      ? { ...settlement, outcome: { status: "completed", output: undefined } }
      : settlement,
  ),
  "output that can't be carried": replacing((right) => ({
    record: async (settlement) => {
      await right.record(settlement);
      return settlement.outcome;
    },
  })),
  "context changes that can't be carried": recording((settlement) => ({ ...settlement, patches: [] })),
  "says beforehand": replacing(() => ({ check: (outcome) => outcome })),
  "partly unknown": recording(({ usage, ...settlement }) => settlement),
  "none where no model was called": replacing((right) => ({
    find: (path) => {
      const found = right.find(path);
      return found && { ...found, usage: found.usage ?? ({} as never) };
    },
  })),
  "a path that is taken": replacing((right) => ({
    record: async (settlement) =>
      right.find(settlement.path) === undefined ? right.record(settlement) : settlement.outcome,
  })),
  "once its lease is lost": replacing((right, { state }) => ({
    record: async (settlement) => {
      try {
        return await right.record(settlement);
      } catch (thrown) {
        const held = { runId: "run", epoch: 2 };
        if (await state.renewLease(held, 1_000).catch(() => false)) {
          const entry = { ...right.find("first"), path: settlement.path };
          await state.appendEntries(held, [entry as never]);
        }
        throw thrown;
      }
    },
  })),
  "once the backend failed": replacing((right) => ({
    record: async (settlement) =>
      right.record(settlement).catch((error: unknown) => {
        throw (error as { code?: unknown }).code === "state" ? new StateError("it failed") : error;
      }),
  })),
  "keeps runs apart": (parts) => {
    const journals = new StoredJournal(parts);
    let first: RunJournal | undefined;
    return {
      open: (host) => {
        first ??= journals.open(host);
        return host.recorded.length === 0 ? first : journals.open(host);
      },
    };
  },
};
