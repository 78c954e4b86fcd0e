import { human, pipeline, type Step, step } from "@flujo/dsl";
import { type CrashProgram, crashTest, type Effects } from "@flujo/testing/crash";
import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";

const length = step("length", (text: string) => text.length);
const build = (effects: Effects) =>
  pipeline(
    "asks",
    step("see", (text: string, scope) => {
      effects.record(scope);
      return text;
    }),
    human("ask", { prompt: "?", schema: z.number() }),
  );

describe("crashTest", () => {
  test("takes the input that the pipeline takes", () => {
    void crashTest(length, { input: "text" });
    void crashTest(build, { input: "text", answers: { ask: 1 } });
    // @ts-expect-error the pipeline takes a text
    void crashTest(length, { input: 1 });
    // @ts-expect-error and so does one that is built anew
    void crashTest(build, { input: 1 });
  });

  test("takes the context that the pipeline needs", () => {
    const seen = step("seen", (text: string) => text) as Step<string, string, { readonly seen: readonly string[] }>;
    void crashTest(seen, { input: "text", context: { seen: [] } });
    // @ts-expect-error what was seen are texts
    void crashTest(seen, { input: "text", context: { seen: [1] } });
  });

  test("has a program's pipeline, input and store in one object", () => {
    expectTypeOf(build).toExtend<CrashProgram<string, number, unknown>["pipeline"]>();
    expectTypeOf<CrashProgram<string, number, unknown>["input"]>().toBeString();
  });
});
