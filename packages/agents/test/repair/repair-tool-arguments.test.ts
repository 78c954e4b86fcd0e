import { describe, expect, test } from "vitest";
import { z } from "zod";
import { repairToolArguments } from "../../src/index.ts";

const Move = z.object({ steps: z.number().default(1), note: z.string().optional() });

describe("the arguments of a tool call", () => {
  test("are made to fit", async () => {
    expect(await repairToolArguments("{steps: '3'}", Move)).toMatchObject({ ok: true, value: { steps: 3 } });
  });

  test("are an object without members where there is no text", async () => {
    expect(await repairToolArguments(" ", Move)).toMatchObject({ ok: true, value: { steps: 1 }, json: {} });
    const schema = { type: "object", required: ["steps"] };
    expect(await repairToolArguments("", schema)).toMatchObject({ ok: false, reason: "schema" });
  });

  test("are all of them, or there is no call", async () => {
    expect(await repairToolArguments('{"steps": 3, "note": "as fa', Move)).toMatchObject({
      ok: false,
      reason: "policy",
    });
    expect(await repairToolArguments('{"steps": 3} {"steps": 4}', Move)).toMatchObject({ ok: false, reason: "policy" });
    const policy = { refuse: [] };
    expect(await repairToolArguments('{"note": "as fa', Move, { policy })).toMatchObject({
      ok: true,
      flags: ["truncated"],
    });
  });
});
