import { describe, expect, it } from "vitest";
import { z } from "zod";
import { sampleAnswer } from "../../src/drive/sample-answer.ts";

function sampleFor(schema: z.ZodType): unknown {
  return sampleAnswer(z.toJSONSchema(schema));
}

describe("sampleAnswer", () => {
  it.each([
    z.object({ ok: z.boolean() }),
    z.object({ verdict: z.enum(["accept", "reject"]), note: z.string().optional(), score: z.number().min(3) }),
    z.string(),
    z.literal("yes"),
    z.array(z.string()),
    z.union([z.object({ kind: z.literal("a") }), z.null()]),
    z.object({ nested: z.object({ deep: z.number().default(4) }) }),
  ])("gives something that the schema takes (%#)", (schema) => {
    const sample = sampleFor(schema);
    expect(sample).toBeDefined();
    expect(schema.safeParse(sample).success).toBe(true);
  });

  it("gives nothing where the schema asks for nothing in particular", () => {
    expect(sampleAnswer({})).toBeUndefined();
  });
});
