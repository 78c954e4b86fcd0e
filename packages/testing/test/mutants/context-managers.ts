import { CopyOnWriteContext } from "@flujo/core";
import { type BranchLine, ContextConflictError, type ContextLine, type ContextManager } from "@flujo/core/protocols";
import type { MergeStrategy } from "@flujo/dsl";

type Merge = ContextManager["merge"];

/** A line that does as `right` does, but for what a mutant does another way; its forks too. */
function altered(right: ContextLine, change: (right: ContextLine) => Partial<ContextLine>): ContextLine {
  const wrapped: ContextLine = {
    get current() {
      return right.current;
    },
    get patches() {
      return right.patches;
    },
    update: (recipe) => right.update(recipe),
    replay: (patches) => right.replay(patches),
    replace: (value) => right.replace(value),
    fork: () => altered(right.fork(), change),
    adopt: (fork) => right.adopt(fork),
  };
  return Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(change(right)));
}

/** Lines that do something another way. */
function lines(change: (right: ContextLine) => Partial<ContextLine>): () => ContextManager {
  return () => {
    const right = new CopyOnWriteContext();
    return {
      begin: (value) => altered(right.begin(value), change),
      merge: (...given) => right.merge(...given),
    };
  };
}

function merging(make: (right: Merge) => Merge): () => ContextManager {
  return () => {
    const right = new CopyOnWriteContext();
    return { begin: (value) => right.begin(value), merge: make((...given) => right.merge(...given)) };
  };
}

const onlyFor =
  (only: MergeStrategy<never> | "function", change: (...given: Parameters<Merge>) => Parameters<Merge>) =>
  (right: Merge): Merge =>
  (...given) =>
    right(...(given[2] === only || typeof given[2] === only ? change(...given) : given));

/** Context managers that each break one promise, by the title (in part) of a test that has to notice. */
export const CONTEXT_MANAGERS: Readonly<Record<string, () => ContextManager>> = {
  "and no changes": () => {
    const right = new CopyOnWriteContext();
    return {
      begin: (value) => {
        const line = right.begin(undefined);
        line.replace(value);
        return line;
      },
      merge: (...given) => right.merge(...given),
    };
  },
  "begins with null": () => {
    const right = new CopyOnWriteContext();
    return { begin: (value) => right.begin(value ?? {}), merge: (...given) => right.merge(...given) };
  },
  "a property further in can't be changed from outside": () => {
    const right = new CopyOnWriteContext();
    return {
      begin: (value) =>
        altered(right.begin(structuredClone(value)), (line) => ({
          get current() {
            return structuredClone(line.current);
          },
        })),
      merge: (...given) => right.merge(...given),
    };
  },
  "is seen at once": lines((right) => {
    const first = right.current;
    return {
      get current() {
        return right.patches.length < 2 ? first : right.current;
      },
    };
  }),
  "is shared, not copied": lines((right) => ({
    get current() {
      return deepFrozen(structuredClone(right.current));
    },
  })),
  "what a recipe returns has no meaning": lines((right) => ({
    update: (recipe) => {
      let returned: unknown;
      right.update((draft) => {
        returned = recipe(draft);
      });
      if (typeof returned === "object" && returned !== null) right.replace(returned);
    },
  })),
  "a recipe that throws changes nothing": lines((right) => ({
    update: (recipe) => {
      let thrown: { readonly error: unknown } | undefined;
      right.update((draft) => {
        try {
          return recipe(draft);
        } catch (error) {
          thrown = { error };
          return undefined;
        }
      });
      if (thrown !== undefined) throw thrown.error;
    },
  })),
  "an asynchronous recipe": lines((right) => ({ update: (recipe) => right.update((draft) => void recipe(draft)) })),
  "undefined is a value": lines((right) => ({
    update: (recipe) =>
      right.update((draft) => {
        const returned = recipe(draft);
        const { b } = draft as { readonly b?: Record<string, unknown> };
        if (b !== undefined && b["c"] === undefined) delete b["c"];
        return returned;
      }),
  })),
  "is not one that is undefined": lines((right) => ({
    update: (recipe) =>
      right.update((draft) => {
        const returned = recipe(draft);
        const { b } = draft as { readonly b?: Record<string, unknown> };
        if (b !== undefined && !("d" in b)) b["d"] = undefined;
        return returned;
      }),
  })),
  "from storage they lead to the same value": lines((right) => ({
    replay: (patches) => right.replay(patches.toReversed()),
  })),
  "for a recipe that changed nothing": lines((right) => ({
    update: (recipe) => {
      right.update(recipe);
      right.replace(right.current);
    },
  })),
  "that replace the whole": lines((right) => ({ replace: (value) => right.replace(value ?? null) })),
  "that were played again leave a value that is frozen": lines((right) => {
    let thawed: { readonly value: unknown } | undefined;
    return {
      get current() {
        return thawed === undefined ? right.current : thawed.value;
      },
      replay: (patches) => {
        right.replay(patches);
        thawed = { value: structuredClone(right.current) };
      },
    };
  }),
  "with no changes of its own": lines((right) => ({
    fork: () => {
      const fork = right.fork();
      fork.replay([{ op: "replace", path: [], value: fork.current }]);
      return fork;
    },
  })),
  "what a fork does is not seen by its line": lines((right) => ({
    fork: () =>
      altered(right.fork(), (fork) => ({
        update: (recipe) => {
          fork.update(recipe);
          right.update(recipe);
        },
      })),
  })),
  "follows on what it had": lines(() => ({ adopt: () => undefined })),
  "under lastBranchWins, as if": merging(
    onlyFor("lastBranchWins", (target, branches) => [target, branches, "keepFirst"]),
  ),
  "under keepFirst, as if": merging(onlyFor("keepFirst", (target, branches) => [target, branches, "lastBranchWins"])),
  "under errorOnConflict, all changes": merging(
    onlyFor("errorOnConflict", (target, branches) => [target, branches, "lastBranchWins"]),
  ),
  "under discard": merging(onlyFor("discard", (target, branches) => [target, branches, "keepFirst"])),
  "under keepFirst, the same whatever": () => {
    let updates = 0;
    const updated = new WeakMap<ContextLine, number>();
    const right = new CopyOnWriteContext();
    const stamped = (line: ContextLine): ContextLine => {
      const wrapped = altered(line, (each) => ({
        fork: () => stamped(each.fork()),
        update: (recipe) => {
          each.update(recipe);
          updated.set(wrapped, updates++);
        },
      }));
      return wrapped;
    };
    const at = ({ line }: BranchLine): number => updated.get(line) ?? 0;
    return {
      begin: (value) => stamped(right.begin(value)),
      merge: (target, branches, strategy) =>
        right.merge(
          target,
          branches.toSorted((a, b) => at(a) - at(b)),
          strategy,
        ),
    };
  },
  "with changes that lead from the snapshot": merging((right) => (target, branches, strategy) => {
    const merged = target.fork();
    right(merged, branches, strategy);
    target.adopt(Object.defineProperty(merged, "patches", { value: merged.patches.slice(0, 1) }));
  }),
  "names the place and both branches": merging((right) => (...given) => {
    try {
      right(...given);
    } catch (thrown) {
      if (thrown instanceof ContextConflictError) throw new ContextConflictError("", thrown.branches);
      throw thrown;
    }
  }),
  "a conflict about what is in an object and that": merging((right) => (target, branches, strategy) => {
    try {
      right(target, branches, strategy);
    } catch (thrown) {
      if (!(thrown instanceof ContextConflictError) || thrown.place !== "b") throw thrown;
    }
  }),
  "a meaning in places": merging((right) => (target, branches, strategy) => {
    const spots = branches.map(({ line }) => line.patches.map(({ path }) => [...path].join(".")));
    const twice = spots.flat().find((spot, index, all) => all.indexOf(spot) !== index);
    if (strategy === "errorOnConflict" && twice === "a.b") throw new ContextConflictError(twice, ["one", "two"]);
    right(target, branches, strategy);
  }),
  "each branch's own, by name": merging(
    onlyFor("function", (target, branches, strategy) => [
      target,
      branches.filter(({ line }) => line.patches.length > 0),
      strategy,
    ]),
  ),
  "a function that throws changes nothing": merging((right) => (target, branches, strategy) => {
    try {
      right(target, branches, strategy);
    } catch (thrown) {
      if (typeof strategy === "function") right(target, branches, "lastBranchWins");
      throw thrown;
    }
  }),
  "an explicit undefined of one branch": merging((right) => (target, branches, strategy) => {
    const [{ line } = { line: target }] = branches;
    const { b } = line.current as { readonly b?: { readonly c: unknown } };
    right(target, b !== undefined && b.c === undefined ? branches.slice(1) : branches, strategy);
  }),
  "put another value in the place of the whole": merging(
    (right) => (target, branches, strategy) =>
      right(
        target,
        branches.filter(({ line }) => line.patches.every(({ path }) => path.length > 0)),
        strategy,
      ),
  ),
  "what no branch changed is shared": merging((right) => (target, branches, strategy) => {
    right(target, branches, strategy);
    target.replace(structuredClone(target.current));
  }),
  "a thousand branches": merging((right) => (target, branches, strategy) => {
    right(target, branches.slice(0, 100), strategy);
  }),
};

function deepFrozen(value: unknown): unknown {
  return new CopyOnWriteContext().begin(value).current;
}
