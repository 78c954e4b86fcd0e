import { PartialReader, parsePartial, repair } from "@flujo/agents";
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

/** Most characters of a piece of a stream. */
const PIECE = 20;

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
  await benchPartial();
}

/** What it takes to read a value while it is written, beside reading it once. */
async function benchPartial(): Promise<void> {
  const text = rows(ROW);
  const times = await race(
    {
      once: () => parsePartial(text),
      streamed: () => {
        const reader = new PartialReader();
        for (let at = 0; at < text.length; at += PIECE) reader.push(text.slice(at, at + PIECE));
      },
    },
    { rounds: 5 },
  );
  report(`Reading ${Math.round(text.length / 1000)} kB while it is written (median of 5)`, [
    ["all of it, once", `${times.once.toFixed(1)} ms`],
    [`in pieces of ${PIECE} characters`, `${times.streamed.toFixed(1)} ms`, "all readings together"],
  ]);
}

function rows(row: string): string {
  return `[${Array<string>(ROWS).fill(row).join(",\n")}]`;
}
