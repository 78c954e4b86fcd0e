import { expect, it } from "vitest";
import { plainPaint } from "../../src/format/paint.ts";
import { formatTable } from "../../src/format/table.ts";

it("makes each column as wide as its widest cell, wide characters counted", () => {
  const rows = [
    { name: "潮", count: 5 },
    { name: "harbour", count: 1200 },
  ];
  const table = formatTable(
    rows,
    [
      { title: "NAME", cell: ({ name }) => name },
      { title: "N", align: "right", cell: ({ count }) => String(count) },
    ],
    plainPaint,
  );
  expect(table).toEqual([
    "NAME        N", //
    "潮          5",
    "harbour  1200",
  ]);
});
