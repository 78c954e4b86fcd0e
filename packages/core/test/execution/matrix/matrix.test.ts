import { describe, expect, test } from "vitest";
import { ENDINGS } from "./behaviours/endings.ts";
import { EXAMINATIONS } from "./behaviours/examinations.ts";
import { POLICIES } from "./behaviours/policies.ts";
import { STOPS } from "./behaviours/stops.ts";
import { expectCell } from "./cell.ts";
import { KINDS } from "./kinds.ts";
import { DEPTHS } from "./scene.ts";

const BEHAVIOURS = [...ENDINGS, ...POLICIES, ...EXAMINATIONS, ...STOPS];

const ROWS = KINDS.flatMap((kind) => DEPTHS.map((depth) => ({ name: kind.name, depth, kind })));

describe.each(ROWS)("a $name at depth $depth", ({ kind, depth }) => {
  const sensible = BEHAVIOURS.filter(({ senseless }) => senseless?.(kind) === undefined);
  test.each(sensible)("$name", async (behaviour) => {
    await expectCell(behaviour, kind, depth);
  });
});

test("few cells of the table make no sense, each for a reason", () => {
  const senseless = KINDS.flatMap((kind) => BEHAVIOURS.map(({ senseless }) => senseless?.(kind))).filter(
    (reason) => reason !== undefined,
  );
  expect(senseless.filter((reason) => reason.length < 20)).toEqual([]);
  expect(senseless).toHaveLength(4);
});
