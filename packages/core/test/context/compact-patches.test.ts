import fc from "fast-check";
import { apply, type Draft, type Patches } from "mutative";
import { expect, test } from "vitest";
import { compactPatches } from "../../src/context/compact-patches.ts";
import { PatchedContextLine } from "../../src/context/context-line.ts";

interface Box {
  count: number;
  list: number[];
  inner: Record<string, number[]>;
}

const change = fc.oneof(
  fc.record({ what: fc.constant("count" as const), n: fc.nat(9) }),
  fc.record({ what: fc.constantFrom("push" as const, "shift" as const, "cut" as const, "set" as const), n: fc.nat(9) }),
  fc.record({
    what: fc.constantFrom("add" as const, "remove" as const, "replace" as const, "deep" as const),
    n: fc.nat(2),
  }),
);

function make(draft: Draft<Box>, { what, n }: { readonly what: string; readonly n: number }): void {
  const key = `k${n}`;
  if (what === "count") draft.count = n;
  else if (what === "push") draft.list.push(n);
  else if (what === "shift") draft.list.shift();
  else if (what === "cut") draft.list.length = Math.min(draft.list.length, n);
  else if (what === "set" && n < draft.list.length) draft.list[n] = -n;
  else if (what === "add") draft.inner[key] = [n];
  else if (what === "remove") delete draft.inner[key];
  else if (what === "replace") draft.inner = { [key]: [n, n] };
  else if (what === "deep") draft.inner[key]?.push(n);
}

test("compacted changes come to what all of them come to", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const before: Box = { count: 0, list: [1, 2, 3], inner: { k0: [0] } };
      const line = new PatchedContextLine(before);
      for (const each of changes) line.update((draft) => make(draft, each));
      const compacted = compactPatches(line.patches);
      expect(apply(before, compacted as Patches)).toStrictEqual(line.current);
      expect(compacted.length).toBeLessThanOrEqual(line.patches.length);
    }),
    { numRuns: 2_000 },
  );
});

test("a field that changes again and again is one change", () => {
  const line = new PatchedContextLine({ count: 0, list: [] });
  for (let n = 1; n <= 100; n++) {
    line.update((draft: { count: number; list: number[] }) => {
      draft.count = n;
      if (n % 50 === 0) draft.list.push(n);
    });
  }
  expect(compactPatches(line.patches)).toHaveLength(3);
});
