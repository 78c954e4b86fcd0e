import { createOpenAI } from "@ai-sdk/openai";
import { agent, type LanguageModel, prices } from "@flujo/agents";
import type { FlujoModule } from "@flujo/core/protocols";
import { z } from "zod";
import { Clerk } from "./clerk.ts";
import { findOrder } from "./find-order.ts";
import { refund } from "./refund.ts";

const { OPENAI_API_KEY: apiKey } = process.env;
const model: LanguageModel = apiKey ? createOpenAI({ apiKey })("gpt-5-mini") : new Clerk();

/** What the customer is told, and what was done. */
const Reply = z.object({ message: z.string(), refundedEuros: z.number().nonnegative() });

export default agent("desk", {
  model,
  system:
    "You answer customers of a kitchen shop. Look an order up before you speak of it. Refund what came broken, in full.",
  prompt: (letter: string) => `A customer writes:\n${letter}`,
  output: Reply,
  tools: { findOrder, refund },
  retry: { maxAttempts: 3 },
}).withBudget({ costUsd: 0.05 });

export const modules: FlujoModule[] = [prices({ overrides: { "example/clerk": { input: 0, output: 0 } } })];
