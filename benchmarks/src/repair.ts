import { repair } from "@flujo/agents";
import { jsonrepair } from "jsonrepair";
import { report } from "./report.ts";
import { race } from "./statistics.ts";

const ROW = '{"id": 12, "name": "some name", "tags": ["a", "b"], "ok": true}';
const ROWS = 4_000;

/** What both of them can repair. */
const SLIPS: Readonly<Record<string, string>> = {
  "nothing wrong": rows(ROW),
  "a code fence": `\`\`\`json\n${rows(ROW)}\n\`\`\``,
  "single quotes": rows(ROW.replaceAll('"', "'")),
  "keys without quotes": rows(ROW.replaceAll(/"(\w+)":/g, "$1:")),
  "commas too few": rows(ROW.replaceAll(', "', ' "')),
  "a comma too many, once": rows(ROW).replace(/\]$/, ",]"),
  "commas too many, in each row": rows(ROW.replace("}", ",}")),
  "quotes in texts": rows(ROW.replace("some name", 'some "short" name')),
};

/** How many megabytes a second are repaired, without a schema, since jsonrepair takes none, and with one. */
export async function benchRepair(): Promise<void> {
  const schema = {
    type: "array",
    items: {
      type: "object",
      properties: {
        id: { type: "integer" },
        name: { type: "string" },
        tags: { type: "array", items: { type: "string" } },
        ok: { type: "boolean" },
      },
      required: ["id", "name", "tags", "ok"],
    },
  } as const;
  const lines: [string, string, string][] = [];
  for (const [name, text] of Object.entries(SLIPS)) {
    const times = await race(
      {
        plain: () => repair(text),
        withSchema: () => repair(text, { schema }),
        jsonrepair: () => JSON.parse(jsonrepair(text)),
      },
      { rounds: 7, warmup: 2 },
    );
    const speed = (ms: number): string => `${(text.length / 1000 / ms).toFixed(1)} MB/s`;
    lines.push([
      name,
      speed(times.plain),
      `with a schema ${speed(times.withSchema)}, jsonrepair ${speed(times.jsonrepair)}`,
    ]);
  }
  report(`Repair of ${ROWS} rows, ${Math.round(rows(ROW).length / 1000)} kB (median of 7)`, lines);
}

function rows(row: string): string {
  return `[${Array<string>(ROWS).fill(row).join(",\n")}]`;
}
