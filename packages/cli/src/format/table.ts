import type { Paint } from "./paint.ts";
import { padEnd, padStart, width } from "./text.ts";

export interface Column<Row> {
  readonly title: string;
  /** Default `left`. */
  readonly align?: "left" | "right";
  /** What stands in the cell, which may be coloured. */
  readonly cell: (row: Row) => string;
}

/** Rows under titles, each column as wide as its widest cell. */
export function formatTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], paint: Paint): string[] {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const widths = columns.map(({ title }, index) =>
    Math.max(width(title), ...cells.map((row) => width(row[index] ?? ""))),
  );
  const line = (texts: readonly string[]) =>
    texts
      .map((text, index) => (columns[index]?.align === "right" ? padStart : padEnd)(text, widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(columns.map(({ title }) => paint("dim", title))), ...cells.map(line)];
}
