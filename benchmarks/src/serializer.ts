import { CompiledSerializer, TaggedJsonSerializer } from "@flujo/core";
import build from "fast-json-stringify";
import { micros, ratio, report } from "./report.ts";
import { compileGuard, objectSchema, type Schema } from "./schema-guard.ts";
import { race } from "./statistics.ts";

const ROUNDS = 15;
/** Roughly the characters that one contender writes in a round. */
const CHARACTERS = 1_000_000;

interface Shape {
  readonly value: unknown;
  readonly schema: Schema;
}

const TEXT: Schema = { type: "string" };
const WORD: Schema = { type: "string", maxLength: 40 };
const COUNT: Schema = { type: "integer" };

const SHAPES: Readonly<Record<string, Shape>> = {
  "a verdict": {
    value: { label: "good", score: 0.87 },
    schema: objectSchema({ label: WORD, score: { type: "number" } }),
  },
  "an object of 4 properties": {
    value: { id: "u-123", name: "Ada", age: 36, admin: false },
    schema: objectSchema({ id: WORD, name: WORD, age: COUNT, admin: { type: "boolean" } }),
  },
  "nested objects": {
    value: { at: { line: 3, column: 14 }, by: { id: "u-123", role: { name: "editor", level: 2 } }, final: true },
    schema: objectSchema({
      at: objectSchema({ line: COUNT, column: COUNT }),
      by: objectSchema({ id: WORD, role: objectSchema({ name: WORD, level: COUNT }) }),
      final: { type: "boolean" },
    }),
  },
  "an object of 16 properties": wide(16),
  "an object of 4 texts of 100 characters": {
    value: { a: "a".repeat(100), b: "b".repeat(100), c: "c".repeat(100), d: "d".repeat(100) },
    schema: objectSchema({ a: TEXT, b: TEXT, c: TEXT, d: TEXT }),
  },
  "a model's answer": {
    value: {
      title: "On composition",
      summary: "Small parts, joined by types, run where they are put. ".repeat(10),
      topics: ["types", "journals", "budgets"],
      confidence: 0.87,
    },
    schema: objectSchema({
      title: TEXT,
      summary: TEXT,
      topics: { type: "array", items: TEXT },
      confidence: { type: "number" },
    }),
  },
  "an object of 100 properties": wide(100),
  "an array of 1000 objects": {
    value: Array.from({ length: 1_000 }, (_, id) => ({ id, title: `title ${id}`, score: id / 7, tags: ["a", "b"] })),
    schema: {
      type: "array",
      items: objectSchema({
        id: COUNT,
        title: TEXT,
        score: { type: "number" },
        tags: { type: "array", items: TEXT },
      }),
    },
  },
  "an array of 5000 numbers": {
    value: Array.from({ length: 5_000 }, (_, index) => index * 1.5),
    schema: { type: "array", items: { type: "number" } },
  },
  "a text of 90 000 characters": {
    value: { text: "lorem ipsum dolor ".repeat(5_000) },
    schema: objectSchema({ text: TEXT }),
  },
};

/** What it costs to write a value: as JSON, as the default serializer does, and by code compiled from its schema. */
export async function benchSerializer(): Promise<void> {
  for (const [name, shape] of Object.entries(SHAPES)) await benchShape(name, shape);
}

async function benchShape(name: string, { value, schema }: Shape): Promise<void> {
  const serializer = new TaggedJsonSerializer();
  const ours = new CompiledSerializer().compile(schema);
  const unguarded = build(schema as build.AnySchema) as (value: unknown) => string;
  const fits = compileGuard(schema);
  const writers = {
    json: (given: unknown) => JSON.stringify(given),
    tagged: (given: unknown) => serializer.stringify(given),
    compiled: ours,
    guarded: (given: unknown) => (fits(given) ? unguarded(given) : serializer.stringify(given)),
    unguarded,
  } as const;
  const expected = serializer.stringify(value);
  for (const [writer, write] of Object.entries(writers)) {
    if (write(value) !== expected) throw new Error(`${writer} writes ${name} otherwise`);
  }
  if (!fits(value)) throw new Error(`The guard does not let ${name} pass`);
  const calls = Math.ceil(CHARACTERS / expected.length);
  const repeat = (write: (given: unknown) => string) => () => {
    // A text that was joined of many is put together when somebody reads it, which a store does.
    for (let call = 0; call < calls; call++) write(value).charCodeAt(0);
  };
  const times = await race(
    {
      json: repeat(writers.json),
      tagged: repeat(writers.tagged),
      compiled: repeat(writers.compiled),
      guarded: repeat(writers.guarded),
      unguarded: repeat(writers.unguarded),
    },
    { rounds: ROUNDS, warmup: 5 },
  );
  const row = (what: string, ms: number): [string, string, string] => [
    what,
    micros(ms / calls),
    `${ratio(ms, times.json)} JSON.stringify, ${ratio(ms, times.tagged)} TaggedJsonSerializer`,
  ];
  report(`Writing ${name}, ${expected.length} characters (median of ${ROUNDS})`, [
    row("JSON.stringify", times.json),
    row("TaggedJsonSerializer", times.tagged),
    row("CompiledSerializer", times.compiled),
    row("fast-json-stringify behind a guard", times.guarded),
    row("fast-json-stringify, unguarded", times.unguarded),
  ]);
}

function wide(properties: number): Shape {
  const keys = Array.from({ length: properties }, (_, index) => `key${index}`);
  return {
    value: Object.fromEntries(keys.map((key, index) => [key, index % 3 === 0 ? `text ${index}` : index])),
    schema: objectSchema(Object.fromEntries(keys.map((key, index) => [key, index % 3 === 0 ? WORD : COUNT]))),
  };
}
