import type { BranchLine, ContextLine, ContextManager } from "@flujo/core/protocols";
import type { MergeStrategy } from "@flujo/dsl";
import fc from "fast-check";
import { expect, test } from "vitest";

/** A context of two levels: places are pairs of names. */
type Tree = Record<string, Record<string, unknown>>;

/** What one branch does at one place: sets it, or takes it away. */
interface Change {
  readonly outer: string;
  readonly inner: string;
  readonly value: unknown;
  readonly remove: boolean;
}

type Changes = readonly Change[];

const OUTER = ["p", "q", "__proto__x"];
const INNER = ["x", "y", "z"];

/** Few, so that branches often mean the same place, and often the same value. */
const value = fc.constantFrom(undefined, null, 0, -0, "", "s", 1, Number.NaN, false);

const snapshots: fc.Arbitrary<Tree> = fc
  .tuple(...OUTER.map(() => fc.dictionary(fc.constantFrom(...INNER), value, { noNullPrototype: true })))
  .map((inners) => Object.fromEntries(OUTER.map((outer, index) => [outer, inners[index] ?? {}])));

const changes: fc.Arbitrary<Changes> = fc.uniqueArray(
  fc.record({
    outer: fc.constantFrom(...OUTER),
    inner: fc.constantFrom(...INNER),
    value,
    remove: fc.boolean(),
  }),
  { selector: placeOf, maxLength: 6 },
);

const branches = fc.array(changes, { minLength: 2, maxLength: 4 });

/** The laws of merging, held against what plain assignments in the order that a strategy says would give. */
export function describeMergeLaws(open: () => ContextManager | Promise<ContextManager>): void {
  async function merged(snapshot: Tree, all: readonly Changes[], strategy: MergeStrategy<never>, order = all.keys()) {
    const contexts = await open();
    const line = contexts.begin(structuredClone(snapshot));
    const forks = all.map((_, index): BranchLine => ({ name: `branch ${index}`, line: line.fork() }));
    // The order in which they end, which is not the one in which they are declared.
    for (const index of order) apply((forks[index] as BranchLine).line, all[index] as Changes);
    contexts.merge(line, forks, strategy);
    return { contexts, line };
  }

  const inAnyOrder = fc
    .tuple(snapshots, branches)
    .chain(([snapshot, all]) =>
      fc.tuple(
        fc.constant(snapshot),
        fc.constant(all),
        fc.shuffledSubarray([...all.keys()], { minLength: all.length }),
      ),
    );

  test("under lastBranchWins, as if the branches had run one after another in the declared order", async () => {
    await fc.assert(
      fc.asyncProperty(snapshots, branches, async (snapshot, all) => {
        const { line } = await merged(snapshot, all, "lastBranchWins");
        expect(line.current).toStrictEqual(assigned(snapshot, all));
      }),
    );
  });

  test("under keepFirst, as if they had run one after another in the reverse of that order", async () => {
    await fc.assert(
      fc.asyncProperty(snapshots, branches, async (snapshot, all) => {
        const { line } = await merged(snapshot, all, "keepFirst");
        expect(line.current).toStrictEqual(assigned(snapshot, all.toReversed()));
      }),
    );
  });

  test("under errorOnConflict, all changes, or an error and no change where two branches differ about a place", async () => {
    await fc.assert(
      fc.asyncProperty(snapshots, branches, async (snapshot, all) => {
        const contexts = await open();
        const line = contexts.begin(structuredClone(snapshot));
        const forks = all.map((each, index): BranchLine => {
          const fork = line.fork();
          apply(fork, each);
          return { name: `branch ${index}`, line: fork };
        });
        const merge = (): void => contexts.merge(line, forks, "errorOnConflict");
        if (differ(snapshot, all)) {
          expect(merge).toThrow(expect.objectContaining({ code: "context_conflict" }));
          expect(line.current).toStrictEqual(snapshot);
          expect(line.patches).toStrictEqual([]);
        } else {
          merge();
          expect(line.current).toStrictEqual(assigned(snapshot, all));
        }
      }),
    );
  });

  test("under discard, none of their changes", async () => {
    await fc.assert(
      fc.asyncProperty(snapshots, branches, async (snapshot, all) => {
        const { line } = await merged(snapshot, all, "discard");
        expect(line.current).toStrictEqual(snapshot);
        expect(line.patches).toStrictEqual([]);
      }),
    );
  });

  test.each(["lastBranchWins", "keepFirst"] as const)(
    "under %s, the same whatever the order in which they end",
    async (strategy) => {
      await fc.assert(
        fc.asyncProperty(inAnyOrder, async ([snapshot, all, order]) => {
          const { line } = await merged(snapshot, all, strategy, order.values());
          const declared = await merged(snapshot, all, strategy);
          expect(line.current).toStrictEqual(declared.line.current);
        }),
      );
    },
  );

  test("with changes that lead from the snapshot to what came of it", async () => {
    await fc.assert(
      fc.asyncProperty(snapshots, branches, async (snapshot, all) => {
        const { contexts, line } = await merged(snapshot, all, "lastBranchWins");
        const again = contexts.begin(structuredClone(snapshot));
        again.replay(line.patches);
        expect(again.current).toStrictEqual(line.current);
      }),
    );
  });
}

function placeOf({ outer, inner }: Change): string {
  return `${outer} ${inner}`;
}

function apply(line: ContextLine, all: Changes): void {
  line.update((draft: Tree) => {
    for (const change of all) make(draft, change);
  });
}

function make(tree: Tree, change: Change): void {
  const inner = tree[change.outer] as Record<string, unknown>;
  if (change.remove) delete inner[change.inner];
  else inner[change.inner] = change.value;
}

/** Whether it is a change at all: setting what is there already is none. */
function changesIt(snapshot: Tree, { outer, inner, value: next, remove }: Change): boolean {
  const there = snapshot[outer] as Record<string, unknown>;
  if (remove) return Object.hasOwn(there, inner);
  return !Object.hasOwn(there, inner) || !Object.is(there[inner], next);
}

/** The snapshot with the real changes of all branches made one after another. */
function assigned(snapshot: Tree, all: readonly Changes[]): Tree {
  const tree = structuredClone(snapshot);
  for (const change of all.flat()) {
    if (changesIt(snapshot, change)) make(tree, change);
  }
  return tree;
}

function differ(snapshot: Tree, all: readonly Changes[]): boolean {
  const seen = new Map<string, Change>();
  for (const change of all.flat()) {
    if (!changesIt(snapshot, change)) continue;
    const before = seen.get(placeOf(change));
    if (before === undefined) seen.set(placeOf(change), change);
    else if (before.remove !== change.remove || (!change.remove && !Object.is(before.value, change.value))) return true;
  }
  return false;
}
