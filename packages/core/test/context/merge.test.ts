import { Flujo, unwrap } from "@flujo/core";
import type { ContextLine } from "@flujo/core/protocols";
import { type MergeStrategy, map, parallel, type StepScope, step, steps } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { deepFreeze, PatchedContextLine } from "../../src/context/context-line.ts";
import { mergeBranches } from "../../src/context/merge.ts";

interface Context {
  a: number;
  b: { c: number; d?: number | undefined };
  list: string[];
  kind: Map<string, number>;
}
const start = (): Context => ({ a: 0, b: { c: 0, d: 0 }, list: [], kind: new Map() });
const s = steps<Context>();
type Change = (draft: Context) => unknown;

/** Runs changes in parallel branches, the later ones first to finish, and gives the outcome. */
async function merged(
  changes: Record<string, Change | readonly Change[]>,
  merge: MergeStrategy<Context> = "errorOnConflict",
) {
  const names = Object.keys(changes);
  const branches = Object.fromEntries(
    names.map((name, index) => [
      name,
      s.step(name, async (_: null, scope) => {
        await new Promise((resolve) => setTimeout(resolve, (names.length - index) * 5));
        for (const change of [changes[name]].flat()) scope.update(change as Change);
      }),
    ]),
  );
  await using flujo = new Flujo(parallel("all", branches, { merge }), { context: start() });
  return await flujo.run(null);
}

describe("parallel branches", () => {
  test("each bring what only they changed", async () => {
    const result = await merged({
      one: (draft) => {
        draft.a = 1;
      },
      two: (draft) => {
        draft.b.c = 2;
      },
      three: (draft) => {
        draft.list.push("x");
      },
      four: () => undefined,
    });
    expect(result).toMatchObject({ status: "completed", context: { a: 1, b: { c: 2, d: 0 }, list: ["x"] } });
  });

  test("may set one place to the same value", async () => {
    const set: Change = (draft) => {
      draft.b.c = 7;
    };
    expect((await merged({ one: set, two: set })).context).toMatchObject({ b: { c: 7 } });
  });

  test.each<[string, Change, Change, string]>([
    [
      "one property",
      (draft) => {
        draft.a = 1;
      },
      (draft) => {
        draft.a = 2;
      },
      "context.a",
    ],
    ["a list", (draft) => draft.list.push("x"), (draft) => draft.list.push("y"), "context.list"],
    ["a Map", (draft) => draft.kind.set("x", 1), (draft) => draft.kind.set("y", 1), "context.kind"],
    [
      "an object and a property of it",
      (draft) => {
        draft.b = { c: 9 };
      },
      (draft) => {
        draft.b.c = 2;
      },
      "context.b",
    ],
    [
      "a property and the object around it",
      (draft) => {
        draft.b.c = 2;
      },
      (draft) => {
        draft.b = { c: 9 };
      },
      "context.b",
    ],
    [
      "a property, taken away and set to undefined",
      (draft) => {
        delete draft.b.d;
      },
      (draft) => {
        draft.b.d = undefined;
      },
      "context.b.d",
    ],
  ])("that change %s differently fail the step, naming the place and both", async (_name, one, two, place) => {
    const result = await merged({ one, two });
    expect(result).toMatchObject({
      status: "failed",
      error: { code: "context_conflict", path: "all", branches: ["one", "two"] },
    });
    if (result.status === "failed") expect(result.error.message).toContain(place);
    expect(result.context).toEqual(start());
  });

  test("merge in declared order, whoever finished first", async () => {
    const changes: Record<string, Change> = {
      one: (draft) => {
        draft.a = 1;
      },
      two: (draft) => {
        draft.a = 2;
        draft.b.c = 2;
      },
    };
    expect((await merged(changes, "lastBranchWins")).context).toMatchObject({ a: 2, b: { c: 2 } });
    expect((await merged(changes, "keepFirst")).context).toMatchObject({ a: 1, b: { c: 2 } });
    expect((await merged(changes, "discard")).context).toEqual(start());
    const sum: MergeStrategy<Context> = (snapshot, branches) => ({
      ...snapshot,
      a: Object.values(branches).reduce((total, { a }) => total + a, 0),
    });
    expect((await merged(changes, sum)).context).toMatchObject({ a: 3, b: { c: 0 } });
  });

  test("may replace an object and then change it", async () => {
    const result = await merged({
      one: [
        (draft) => {
          draft.b = { c: 9 };
        },
        (draft) => {
          draft.b.c = 10;
        },
      ],
      two: (draft) => {
        draft.a = 7;
      },
    });
    expect(result).toMatchObject({ status: "completed", context: { a: 7, b: { c: 10 } } });
  });

  test("change what a branch before them has replaced, where the last one wins", async () => {
    const changes: Record<string, Change> = {
      one: (draft) => {
        draft.b = { c: 9 };
      },
      two: (draft) => {
        draft.b.d = 7;
      },
    };
    expect((await merged(changes, "lastBranchWins")).context.b).toStrictEqual({ c: 9, d: 7 });
  });

  test("that changed one object, each at a place of its own, are one update of it, however many they are", () => {
    let updates = 0;
    class CountedLine extends PatchedContextLine {
      override update(recipe: (draft: never) => unknown): void {
        updates++;
        super.update(recipe);
      }
      override fork(): ContextLine {
        return new CountedLine(this.current);
      }
    }
    const target = new CountedLine(deepFreeze({ by: {} }));
    const branches = Array.from({ length: 200 }, (_, index) => {
      const line = new PatchedContextLine(target.current);
      line.update((draft: { by: Record<string, number> }) => {
        draft.by[`b${index}`] = index;
      });
      return { name: `b${index}`, line };
    });
    mergeBranches(target, branches, "errorOnConflict");
    expect(Object.keys((target.current as { by: object }).by)).toHaveLength(200);
    expect(updates).toBe(1);
  });

  test.each(["undefined", "null", "0", "", "false"])("keep an explicit %s", async (text) => {
    const value = { undefined: undefined, null: null, 0: 0, "": "", false: false }[text] as never;
    const result = await merged({
      one: (draft) => {
        draft.b.c = value;
      },
      two: (draft) => {
        draft.a = 1;
      },
    });
    expect(result.context.b).toStrictEqual({ c: value, d: 0 });
  });

  test("that fail bring nothing along", async () => {
    const bad = s.step("bad", (_: null, { update }) => {
      update((draft) => {
        draft.a = 13;
      });
      throw new Error("no");
    });
    const good = s.step("good", (_: null, { update }) => {
      update((draft) => {
        draft.b.c = 1;
      });
    });
    await using flujo = new Flujo(parallel("all", { bad, good }, { onFailure: "collect" }), { context: start() });
    const result = await flujo.run(null);
    expect(result.context).toEqual({ ...start(), b: { c: 1, d: 0 } });
    expect(unwrap(result)).toMatchObject({
      bad: { status: "rejected", reason: { message: "no" } },
      good: { status: "fulfilled" },
    });
  });
});

describe("map", () => {
  test("merges its items' changes in the order of the items", async () => {
    const note = s.step("note", async (n: number, { update }) => {
      await new Promise((resolve) => setTimeout(resolve, 10 - n));
      update((draft) => {
        draft.kind = new Map([["last", n]]);
      });
    });
    await using flujo = new Flujo(map("each", note, { merge: "lastBranchWins" }), { context: start() });
    expect((await flujo.run([1, 2, 3])).context.kind).toEqual(new Map([["last", 3]]));
  });
});

describe("the context", () => {
  test("can't be changed but by update", async () => {
    const sneak = s.step("sneak", (_: null, { context }) => {
      (context as Context).list.push("x");
    });
    await using flujo = new Flujo(sneak, { context: start() });
    expect(await flujo.run(null)).toMatchObject({ status: "failed", context: start() });
  });

  test("is a copy for each run", async () => {
    const mine = start();
    const note = s.step("note", (_: null, { update }) => {
      update((draft) => {
        draft.list.push("x");
      });
    });
    await using flujo = new Flujo(note, { context: mine });
    await Promise.all([flujo.run(null), flujo.run(null)]);
    expect((await flujo.run(null)).context.list).toEqual(["x"]);
    expect(mine).toEqual(start());
    mine.a = 5;
    expect((await flujo.run(null)).context.a).toBe(0);
  });

  test("shows a step its own changes at once, and keeps none of a failed attempt", async () => {
    const seen: number[] = [];
    const flaky = s
      .step("flaky", (_: null, scope: StepScope<Context>) => {
        scope.update((draft) => {
          draft.a += 1;
        });
        seen.push(scope.context.a);
        if (scope.attempt < 3) throw new Error("again");
      })
      .withRetry({ initialDelayMs: 0 });
    await using flujo = new Flujo(flaky, { context: start() });
    expect((await flujo.run(null)).context.a).toBe(1);
    expect(seen).toEqual([1, 1, 1]);
  });

  test("takes removals and shrinking lists made in sequence as they are", async () => {
    const fill = s.step("fill", (_: null, { update }) => {
      update((draft) => {
        draft.list = ["a", "b", "a"];
        draft.b.c = 5;
      });
    });
    const drop = s.step("drop", (_: unknown, { update }) => {
      update((draft) => {
        draft.list.shift();
        delete draft.b.d;
        draft.b.c = 1;
      });
    });
    await using flujo = new Flujo(fill.pipe(drop).pipe(step("end", () => 1)), { context: start() });
    expect((await flujo.run(null)).context).toStrictEqual({ ...start(), list: ["b", "a"], b: { c: 1 } });
  });
});
