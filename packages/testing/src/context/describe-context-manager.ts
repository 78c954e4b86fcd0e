import { TaggedJsonSerializer } from "@flujo/core";
import type { BranchLine, ContextLine, ContextManager, ContextPatch } from "@flujo/core/protocols";
import type { MergeStrategy } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { describeMergeLaws } from "./contract/merge-laws.ts";

/** How the suite gets at the context manager under test. */
export interface ContextManagerHarness {
  /** Of the context manager, as the suite's title shows it. */
  readonly name: string;
  readonly open: () => ContextManager | Promise<ContextManager>;
}

interface Sample {
  a: number;
  b: { c: unknown; d?: unknown };
  list: string[];
  kinds: Map<string, { n: number }>;
  marks: Set<string>;
}

function sample(): Sample {
  return { a: 0, b: { c: 0, d: 0 }, list: ["x"], kinds: new Map([["k", { n: 1 }]]), marks: new Set(["m"]) };
}

type Recipe = (draft: Sample) => unknown;

/** What `undefined` is taken for by mistake, and the like. */
const EMPTY_VALUES = [undefined, null, 0, "", false, Number.NaN];

/** The contract of {@link ContextManager} as a suite of tests. Call it at the top of a test file that Vitest runs. */
export function describeContextManager({ name, open }: ContextManagerHarness): void {
  async function begun(value: unknown) {
    const contexts = await open();
    return { contexts, line: contexts.begin(value) };
  }

  const current = (line: ContextLine): Sample => line.current as Sample;
  const update = (line: ContextLine, recipe: Recipe): void => line.update(recipe as (draft: never) => unknown);

  /** Branches of a line, each with what it changed. */
  function branchesOf(line: ContextLine, recipes: Readonly<Record<string, Recipe>>): readonly BranchLine[] {
    return Object.entries(recipes).map(([branch, recipe]) => {
      const fork = line.fork();
      update(fork, recipe);
      return { name: branch, line: fork };
    });
  }

  describe(`The ${name} context manager`, () => {
    test("begins with the value that it is given, and no changes", async () => {
      const { line } = await begun(sample());
      expect(line.current).toStrictEqual(sample());
      expect(line.patches).toStrictEqual([]);
    });

    test.each(EMPTY_VALUES.map((value) => [value]))("begins with %s as with any value", async (value) => {
      const { line } = await begun(value);
      expect(line.current).toBe(value);
      expect(line.fork().current).toBe(value);
    });

    describe("freezes values:", () => {
      const sneaks: Readonly<Record<string, (context: Sample) => unknown>> = {
        "a property": (context) => {
          context.a = 5;
        },
        "a property further in": (context) => {
          context.b.c = 5;
        },
        "a new property": (context) => {
          (context as unknown as Record<string, unknown>)["e"] = 1;
        },
        "a list": (context) => context.list.push("y"),
        "a Map": (context) => context.kinds.set("l", { n: 2 }),
        "a Map, which is emptied": (context) => context.kinds.clear(),
        "what is in a Map": (context) => {
          (context.kinds.get("k") as { n: number }).n = 5;
        },
        "a Set": (context) => context.marks.add("n"),
        "a Set, of which something is taken out": (context) => context.marks.delete("m"),
      };

      test.each(Object.entries(sneaks))("%s can't be changed from outside", async (_, sneak) => {
        const { line } = await begun(sample());
        expect(() => sneak(current(line))).toThrow(TypeError);
        expect(line.current).toStrictEqual(sample());
      });

      test.each(Object.entries(sneaks))("%s can't be changed from outside after an update", async (_, sneak) => {
        const { line } = await begun({});
        update(line, (draft) => Object.assign(draft, sample()));
        expect(() => sneak(current(line))).toThrow(Error);
        expect(Object.entries(line.current as object)).toEqual(Object.entries(sample()));
      });

      test("and still lets all of it be changed by update", async () => {
        const { line } = await begun(sample());
        for (const round of [1, 2]) {
          update(line, (draft) => {
            draft.kinds.set(`l${round}`, { n: 2 });
            (draft.kinds.get("k") as { n: number }).n += 1;
            draft.marks.add(`n${round}`);
            draft.list.push(`y${round}`);
          });
        }
        expect([...current(line).kinds]).toEqual([
          ["k", { n: 3 }],
          ["l1", { n: 2 }],
          ["l2", { n: 2 }],
        ]);
        expect([...current(line).marks]).toEqual(["m", "n1", "n2"]);
        expect(current(line).list).toEqual(["x", "y1", "y2"]);
      });
    });

    describe("updates:", () => {
      test("an update is seen at once, and what was current before stays as it was", async () => {
        const { line } = await begun(sample());
        const before = line.current;
        update(line, (draft) => {
          draft.b.c = 1;
        });
        expect(current(line).b.c).toBe(1);
        expect(before).toStrictEqual(sample());
      });

      test("what did not change is shared, not copied", async () => {
        const { line } = await begun(sample());
        const before = current(line);
        update(line, (draft) => {
          draft.b.c = 1;
        });
        const { list, kinds, marks } = current(line);
        expect([list === before.list, kinds === before.kinds, marks === before.marks]).toStrictEqual([
          true,
          true,
          true,
        ]);
      });

      test("what a recipe returns has no meaning", async () => {
        const { line } = await begun(sample());
        update(line, (draft) => draft.list.push("y"));
        update(line, () => ({ a: 7 }));
        update(line, () => null);
        expect(line.current).toStrictEqual({ ...sample(), list: ["x", "y"] });
      });

      test("a recipe that throws changes nothing, whatever it did before", async () => {
        const { line } = await begun(sample());
        const before = line.current;
        const thrown = new Error("no");
        const failing = (): void =>
          update(line, (draft) => {
            draft.a = 13;
            draft.list.length = 0;
            throw thrown;
          });
        expect(failing).toThrow(thrown);
        expect(line.current).toBe(before);
        expect(line.current).toStrictEqual(sample());
        expect(line.patches).toStrictEqual([]);
      });

      test("an asynchronous recipe is refused and changes nothing", async () => {
        const { line } = await begun(sample());
        const late = async (draft: Sample): Promise<void> => {
          draft.a = 13;
        };
        expect(() => update(line, late)).toThrow(expect.objectContaining({ code: "invalid_option" }));
        expect(line.current).toStrictEqual(sample());
        expect(line.patches).toStrictEqual([]);
      });

      test.each(EMPTY_VALUES.map((value) => [value]))("%s is a value, and not nothing", async (value) => {
        const { line } = await begun({ ...sample(), a: 1, b: { c: 1, d: 1 } });
        update(line, (draft) => {
          draft.b.c = value;
        });
        expect(current(line).b).toStrictEqual({ c: value, d: 1 });
      });

      test("a property that is taken away is not one that is undefined", async () => {
        const { line } = await begun(sample());
        update(line, (draft) => {
          delete draft.b.d;
        });
        expect(Object.hasOwn(current(line).b, "d")).toBe(false);
      });
    });

    describe("changes:", () => {
      const recipes: readonly Recipe[] = [
        (draft) => {
          draft.b = { c: { deep: [1, { er: undefined }] } };
          draft.list = ["a", "b", "a"];
        },
        (draft) => {
          draft.list.shift();
          draft.list.push("c");
          delete draft.b.d;
        },
        (draft) => {
          draft.kinds.set("new", { n: 2 });
          draft.kinds.delete("k");
          draft.marks.add("n");
          (draft as unknown as Record<string, unknown>)["a.b/c"] = { "~": 1 };
        },
        (draft) => {
          draft.list.length = 0;
          draft.a = Number.NaN;
        },
      ];

      test("played again from storage they lead to the same value", async () => {
        const { contexts, line } = await begun(sample());
        for (const recipe of recipes) update(line, recipe);
        const serializer = new TaggedJsonSerializer();
        const stored = serializer.parse(serializer.stringify(line.patches)) as readonly ContextPatch[];
        const again = contexts.begin(sample());
        again.replay(stored);
        expect(serializer.stringify(again.current)).toBe(serializer.stringify(line.current));
        expect(serializer.stringify(again.patches)).toBe(serializer.stringify(line.patches));
      });

      test("are not there for a recipe that changed nothing", async () => {
        const { line } = await begun(sample());
        update(line, () => undefined);
        expect(line.patches).toStrictEqual([]);
      });

      test("that replace the whole can be played again", async () => {
        for (const value of [...EMPTY_VALUES, { other: [1] }]) {
          const { contexts, line } = await begun(sample());
          line.replace(value);
          expect(line.current).toStrictEqual(value);
          const again = contexts.begin(sample());
          again.replay(line.patches);
          expect(again.current).toStrictEqual(value);
        }
      });

      test("that were played again leave a value that is frozen", async () => {
        const { contexts, line } = await begun(sample());
        update(line, (draft) => {
          draft.b = { c: { n: 1 } };
        });
        const serializer = new TaggedJsonSerializer();
        const again = contexts.begin(sample());
        again.replay(serializer.parse(serializer.stringify(line.patches)) as readonly ContextPatch[]);
        expect(() => {
          (current(again).b.c as { n: number }).n = 2;
        }).toThrow(TypeError);
      });
    });

    describe("forks:", () => {
      test("a fork begins where its line stands, with no changes of its own", async () => {
        const { line } = await begun(sample());
        update(line, (draft) => {
          draft.a = 1;
        });
        const fork = line.fork();
        expect(fork.current).toBe(line.current);
        expect(fork.patches).toStrictEqual([]);
      });

      test("what a fork does is not seen by its line nor by other forks, until it is adopted", async () => {
        const { line } = await begun(sample());
        const [one, two] = [line.fork(), line.fork()];
        update(one, (draft) => {
          draft.a = 1;
          draft.list.push("y");
        });
        expect([line.current, two.current]).toStrictEqual([sample(), sample()]);
        expect(line.patches).toStrictEqual([]);
        line.adopt(one);
        expect(line.current).toStrictEqual({ ...sample(), a: 1, list: ["x", "y"] });
        expect(two.current).toStrictEqual(sample());
      });

      test("what a line adopts follows on what it had, also when it is played again", async () => {
        const { contexts, line } = await begun(sample());
        update(line, (draft) => {
          draft.list.push("first");
        });
        const fork = line.fork();
        update(fork, (draft) => {
          draft.list.push("second");
        });
        line.adopt(fork);
        line.adopt(line.fork());
        const again = contexts.begin(sample());
        again.replay(line.patches);
        expect(current(again).list).toStrictEqual(["x", "first", "second"]);
      });
    });

    describe("merges:", () => {
      describeMergeLaws(open);

      const conflicts: readonly (readonly [string, Recipe, Recipe, string])[] = [
        ["one property", (draft) => set(draft, "a", 1), (draft) => set(draft, "a", 2), "a"],
        ["a property further in", (draft) => set(draft.b, "c", 1), (draft) => set(draft.b, "c", 2), "b.c"],
        ["a list", (draft) => draft.list.push("y"), (draft) => draft.list.push("z"), "list"],
        ["a Map", (draft) => draft.kinds.set("y", { n: 1 }), (draft) => draft.kinds.set("z", { n: 1 }), "kinds"],
        ["a Set", (draft) => draft.marks.add("y"), (draft) => draft.marks.add("z"), "marks"],
        ["an object and what is in it", (draft) => set(draft, "b", { c: 9 }), (draft) => set(draft.b, "c", 2), "b"],
        ["what is in an object and that", (draft) => set(draft.b, "c", 2), (draft) => set(draft, "b", { c: 9 }), "b"],
        [
          "a property, taken away and set to undefined",
          (draft) => Reflect.deleteProperty(draft.b, "d"),
          (draft) => set(draft.b, "d", undefined),
          "b.d",
        ],
      ];

      test.each(conflicts)("a conflict about %s names the place and both branches", async (_, one, two, place) => {
        const { contexts, line } = await begun(sample());
        const before = line.current;
        const branches = branchesOf(line, { none: () => undefined, one, other: (draft) => set(draft, "o", 1), two });
        const merge = (): void => contexts.merge(line, branches, "errorOnConflict");
        expect(merge).toThrow(expect.objectContaining({ code: "context_conflict", branches: ["one", "two"] }));
        expect(merge).toThrow(expect.objectContaining({ place: expect.stringContaining(place) }));
        expect(line.current).toStrictEqual(before);
      });

      test("names with what has a meaning in places are told apart", async () => {
        const { contexts, line } = await begun({ a: { b: 1 }, "a.b": 1, "a/b": 1, 'a","b': 1 });
        const branches = branchesOf(line, {
          one: (draft) => set(draft.a as unknown as object, "b", 2),
          two: (draft) => set(draft, "a.b", 3),
          three: (draft) => set(draft, "a/b", 4),
          four: (draft) => set(draft, 'a","b', 5),
        });
        contexts.merge(line, branches, "errorOnConflict");
        expect(line.current).toStrictEqual({ a: { b: 2 }, "a.b": 3, "a/b": 4, 'a","b': 5 });
      });

      test("a function is given the snapshot and each branch's own, by name, and decides", async () => {
        const { contexts, line } = await begun(sample());
        const branches = branchesOf(line, {
          one: (draft) => set(draft, "a", 1),
          two: (draft) => set(draft, "a", 2),
          none: () => undefined,
        });
        const given: unknown[] = [];
        const sum: MergeStrategy<Sample> = (snapshot, contextsOf) => {
          given.push(snapshot, contextsOf);
          return { ...snapshot, a: 3 };
        };
        contexts.merge(line, branches, sum as MergeStrategy as MergeStrategy<never>);
        const at = (a: number): Sample => ({ ...sample(), a });
        expect(given).toStrictEqual([sample(), { one: at(1), two: at(2), none: at(0) }]);
        expect(line.current).toStrictEqual(at(3));
      });

      test("a function that throws changes nothing", async () => {
        const { contexts, line } = await begun(sample());
        const branches = branchesOf(line, { one: (draft) => set(draft, "a", 1), two: (draft) => set(draft, "a", 2) });
        const refuse = (): never => {
          throw new Error("no sum");
        };
        expect(() => contexts.merge(line, branches, refuse)).toThrow("no sum");
        expect(line.current).toStrictEqual(sample());
        expect(line.patches).toStrictEqual([]);
      });

      test.each(EMPTY_VALUES.map((value) => [value]))("an explicit %s of one branch is kept", async (value) => {
        const { contexts, line } = await begun({ ...sample(), b: { c: 1, d: 1 } });
        const branches = branchesOf(line, {
          one: (draft) => set(draft.b, "c", value),
          two: (draft) => set(draft, "a", 1),
        });
        contexts.merge(line, branches, "errorOnConflict");
        expect(current(line).b).toStrictEqual({ c: value, d: 1 });
      });

      test("a branch that put another value in the place of the whole keeps it where it wins", async () => {
        const { contexts, line } = await begun(sample());
        const whole = line.fork();
        whole.replace({ a: 7, b: { c: 7 } });
        const branches = [{ name: "whole", line: whole }, ...branchesOf(line, { part: (draft) => set(draft, "a", 1) })];
        const [first, last, strict] = [line.fork(), line.fork(), line.fork()];
        contexts.merge(first, branches, "keepFirst");
        contexts.merge(last, branches, "lastBranchWins");
        expect([first.current, last.current]).toStrictEqual([
          { a: 7, b: { c: 7 } },
          { a: 1, b: { c: 7 } },
        ]);
        expect(() => contexts.merge(strict, branches, "errorOnConflict")).toThrow(
          expect.objectContaining({ code: "context_conflict", branches: ["whole", "part"] }),
        );
      });

      test("what no branch changed is shared, and what came together is frozen", async () => {
        const { contexts, line } = await begun(sample());
        const { list, kinds } = current(line);
        const branches = branchesOf(line, {
          one: (draft) => set(draft.b, "c", { n: 1 }),
          two: (draft) => set(draft, "a", 1),
        });
        contexts.merge(line, branches, "lastBranchWins");
        expect([current(line).list === list, current(line).kinds === kinds]).toStrictEqual([true, true]);
        expect(() => set(current(line).b.c as object, "n", 2)).toThrow(TypeError);
      });

      test("a thousand branches come together", async () => {
        const { contexts, line } = await begun({});
        const recipes = Object.fromEntries(
          Array.from({ length: 1_000 }, (_, index) => [`b${index}`, (draft: Sample) => set(draft, `p${index}`, index)]),
        );
        contexts.merge(line, branchesOf(line, recipes), "errorOnConflict");
        expect(Object.keys(line.current as object)).toHaveLength(1_000);
      });
    });
  });
}

function set(owner: object, property: string, value: unknown): void {
  (owner as Record<string, unknown>)[property] = value;
}
