import type { LanguageModelV4Middleware } from "@ai-sdk/provider";
import type { generateText } from "ai";
import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  type RepairResult,
  readRepairAnswer,
  repair,
  repairMiddleware,
  repairToolArguments,
  repairToolCall,
  repairWithModel,
} from "../../src/index.ts";

const Ticket = z.object({ title: z.string(), due: z.string().transform((day) => new Date(day)) });
type Output = { title: string; due: Date };

test("a repair gives what the schema makes of it", () => {
  expectTypeOf(repair("", { schema: Ticket })).toEqualTypeOf<RepairResult<Output>>();
  expectTypeOf(repair("", { schema: { type: "object" } })).toEqualTypeOf<RepairResult<unknown>>();
  expectTypeOf(repairWithModel<typeof Ticket>)
    .returns.resolves.toHaveProperty("result")
    .toEqualTypeOf<RepairResult<Output>>();
  expectTypeOf(readRepairAnswer<typeof Ticket>).returns.resolves.toEqualTypeOf<RepairResult<Output>>();
  expectTypeOf(repairToolArguments<typeof Ticket>).returns.resolves.toEqualTypeOf<RepairResult<Output>>();
});

test("a value is there only if it is ok", () => {
  const result = repair("", { schema: Ticket });
  // @ts-expect-error nobody has asked whether there is one
  result.value;
  if (result.ok) expectTypeOf(result.value).toEqualTypeOf<Output>();
  else expectTypeOf(result.best).toEqualTypeOf<unknown>();
});

test("the AI SDK takes the middleware and the hook", () => {
  expectTypeOf(repairMiddleware()).toExtend<LanguageModelV4Middleware>();
  expectTypeOf(repairToolCall()).toExtend<NonNullable<Parameters<typeof generateText>[0]["repairToolCall"]>>();
});

test("options that nobody knows are mistakes", () => {
  // @ts-expect-error it is called policy
  repairMiddleware({ polcy: {} });
  // @ts-expect-error a model is asked by repairWithModel
  repair("", { model: {} });
});
