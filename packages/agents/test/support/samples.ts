import fc from "fast-check";
import type { JsonSchema } from "../../src/index.ts";

/** As JSON has it: without the sign of a zero. */
export const json = fc.jsonValue({ maxDepth: 5 }).map((value): unknown => JSON.parse(JSON.stringify(value)));
export const container = json.filter((value) => typeof value === "object" && value !== null);

/** A value and a schema that it fits. */
export interface Sample {
  readonly schema: JsonSchema;
  readonly value: unknown;
}

const LEVELS = ["low", "medium", "high"];
const words = fc.constantFrom("alpha", "it's", 'a "b" c', "x, y", "{z}", "one\ntwo", "\\d+", "12", "true", "# no", "");

const { sample } = fc.letrec<{ sample: Sample; record: Sample }>((tie) => ({
  sample: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    words.map((value) => ({ schema: { type: "string" }, value })),
    fc.integer({ min: -99, max: 999 }).map((value) => ({ schema: { type: "integer" }, value })),
    fc.boolean().map((value) => ({ schema: { type: "boolean" }, value })),
    fc.constantFrom(...LEVELS).map((value) => ({ schema: { enum: LEVELS }, value })),
    fc.tuple(tie("sample"), fc.nat(3)).map(([{ schema, value }, count]) => ({
      schema: { type: "array", items: schema },
      value: Array(count).fill(value),
    })),
    tie("record"),
  ),
  record: fc
    .dictionary(fc.constantFrom("id", "name", "first_name", "tags", "level", "note"), tie("sample"), { minKeys: 1 })
    .map((parts) => {
      const mapped = (part: keyof Sample): object =>
        Object.fromEntries(Object.entries(parts).map(([key, one]) => [key, one[part]]));
      return {
        schema: { type: "object", properties: mapped("schema"), required: Object.keys(parts) },
        value: mapped("value"),
      };
    }),
}));
/** Objects, with their schemas. */
export const record = sample.filter(({ schema }) => (schema as { type?: string }).type === "object");
