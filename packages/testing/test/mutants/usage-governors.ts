import { LedgerGovernor } from "@flujo/core";
import type { GovernedRun, Ledger, RunLedger, StateBackend, Usage, UsageGovernor } from "@flujo/core/protocols";
import type { UsageGovernorHarness, UsageGovernorParts } from "@flujo/testing";

type Open = UsageGovernorHarness["open"];

/** The governor that is right, but for what a mutant does another way. */
function replacing(replace: (right: UsageGovernor, parts: UsageGovernorParts) => Partial<UsageGovernor>): Open {
  return (parts) => {
    const right = new LedgerGovernor(parts);
    return {
      open: (run) => right.open(run),
      estimate: (step, address, input, context) => right.estimate(step, address, input, context),
      learn: (address, usage) => {
        right.learn(address, usage);
      },
      ...replace(right, parts),
    };
  };
}

/** A governor that reads what it is told of a run wrongly. */
function misreading(misread: (run: GovernedRun) => Partial<GovernedRun>): Open {
  return replacing((right) => ({ open: (run) => right.open({ ...run, ...misread(run) }) }));
}

/** A governor whose store seems to be another. */
function seeing(see: (state: StateBackend) => Partial<StateBackend>): Open {
  return (parts) => {
    const { state } = parts;
    const seen = { listRuns: state.listRuns.bind(state), readEntries: state.readEntries.bind(state), ...see(state) };
    return new LedgerGovernor({ ...parts, state: seen as StateBackend });
  };
}

/** A governor whose ledgers, at any depth, do otherwise. */
function ledgers(change: (right: RunLedger, around: Ledger | undefined, run: GovernedRun) => Partial<Ledger>): Open {
  const wrap = (right: RunLedger, around: Ledger | undefined, run: GovernedRun): RunLedger => {
    const changed: RunLedger = {
      get usage() {
        return right.usage;
      },
      limited: right.limited,
      limitsCost: right.limitsCost,
      open: (scope) => wrap(right.open(scope) as RunLedger, changed, run),
      add: (usage) => {
        right.add(usage);
      },
      reserve: (estimate, signal) => right.reserve(estimate, signal),
      release: () => {
        right.release();
      },
      close: () => {
        right.close();
      },
    };
    return Object.defineProperties(changed, Object.getOwnPropertyDescriptors(change(right, around, run)));
  };
  return replacing((right) => ({ open: async (run) => wrap(await right.open(run), undefined, run) }));
}

/** As if it were one token more. */
function oneMore({ known, ...usage }: Usage): Usage {
  const totalTokens = known.totalTokens + 1;
  return { ...usage, totalTokens, known: { ...known, totalTokens } };
}

/** Governors that each break one promise, by the title (in part) of a test that has to notice. */
export const USAGE_GOVERNORS: Readonly<Record<string, Open>> = {
  "add up what is used at a node and at all around it": ledgers((right, around) => ({
    // To those around it twice.
    add: (usage) => {
      right.add(usage);
      around?.add(usage);
    },
  })),

  "say what is limited": ledgers(() => ({ limited: true })),

  "let a limit be reached": ledgers((right) => ({ add: (usage) => right.add(oneMore(usage)) })),

  "hold what is in a scope against its budget": ledgers((right, around, run) => ({
    open: (scope) =>
      around === undefined && scope !== undefined ? right.open({ ...scope, name: run.runId }) : right.open(),
  })),

  "others can't use up meanwhile": ledgers(() => ({ reserve: async () => true })),

  "is used is taken from, and not counted twice": ledgers((right, around) => ({
    // Books it where nothing is set aside.
    add: (usage) => {
      (around ?? right).add(usage);
    },
  })),

  "can never fit is refused": ledgers((right) => ({
    reserve: async (estimate, signal) => {
      if (!(await right.reserve(estimate, signal))) throw new Error("It does not fit");
      return true;
    },
  })),

  "is waited for no longer than the signal allows": ledgers((right) => ({
    reserve: (estimate) => right.reserve(estimate, new AbortController().signal),
  })),

  "by what the step says, of its input": replacing((right) => ({
    estimate: (step, address, _, context) => right.estimate(step, address, 1, context),
  })),

  "by the most that earlier attempts at the same place used": replacing((right) => ({
    learn: (_, usage) => {
      right.learn("s", usage);
    },
  })),

  "all that bear its tags together": (parts) => {
    const governors = new Map<string, UsageGovernor>();
    return replacing(() => ({
      // Each set of tags has a budget of its own.
      open: (run) => {
        const key = JSON.stringify(run.tags);
        const governor = governors.get(key) ?? new LedgerGovernor(parts);
        governors.set(key, governor);
        return governor.open(run);
      },
    }))(parts);
  },

  "no others": (parts) =>
    new LedgerGovernor({ ...parts, budgets: parts.budgets.map(({ tags: _, ...budget }) => budget) }),

  "also by what is set aside": ledgers((right, _, run) =>
    run.budget === undefined
      ? { reserve: async () => true }
      : { reserve: (estimate, signal) => right.reserve(estimate, signal) },
  ),

  "by the day in which a run was created": (parts) =>
    replacing((right) => ({ open: (run) => right.open({ ...run, createdAt: parts.clock.now() }) }))(parts),

  // Goes by what it has itself, beside what it reads of the same run.
  "those that have ended in this process among them": replacing((right) => ({
    open: async (run) => {
      const ledger = await right.open({ ...run, runId: `${run.runId} here` });
      return Object.assign(ledger, { close: () => ledger.release() });
    },
  })),

  "a run is told at once where it is passed already": replacing((right) => ({
    open: async (run) => {
      let isOpen = false;
      const ledger = await right.open({ ...run, onBreach: (breach) => isOpen && run.onBreach(breach) });
      isOpen = true;
      return ledger;
    },
  })),

  "with what the store has of a completed run": seeing((state) => ({
    listRuns: (query) => state.listRuns({ ...query, status: ["running", "paused"] }),
  })),

  "with what the store has of a paused run": seeing((state) => ({
    listRuns: (query) => state.listRuns({ ...query, status: ["running", "completed"] }),
  })),

  "with what the store has of a running run": seeing((state) => ({
    // No entry is part of another.
    readEntries: async (runId) =>
      (await state.readEntries(runId)).map((entry) => ({ ...entry, path: entry.path.replaceAll(/[:/#]/g, "-") })),
  })),

  "with what others have stored meanwhile": (parts) =>
    new LedgerGovernor({ ...parts, clock: { now: () => parts.clock.now(), monotonic: () => 0 } }),

  "a paused run that goes on counts once": misreading(() => ({ resumed: false })),

  "a running run that goes on counts once": misreading(() => ({ resumed: false })),

  // Its spending so far is kept, and it is taken for another run.
  "a run that is closed and opened again counts once": (parts) => {
    let opened = 0;
    return replacing((right) => ({
      open: (run) => right.open({ ...run, runId: `${run.runId}, opened ${++opened}`, resumed: false }),
    }))(parts);
  },

  "a run that has gone on elsewhere comes with what it has used": misreading(() => ({ resumed: false })),

  "none begins where the store can't be read": seeing((state) => ({
    listRuns: (query) => state.listRuns(query).catch(() => ({ runs: [] })),
  })),
};
