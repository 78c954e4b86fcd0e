import { agent, type LanguageModelV4, prices } from "@flujo/agents";
import { Flujo } from "@flujo/core";
import { z } from "zod";
import { micros, report } from "./report.ts";
import { computeMs, race } from "./statistics.ts";

const ROUNDS = 7;
const CALLS = 3_000;

/** Answers at once: what is left is the overhead. */
function modelThatSays(text: string): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: "bench",
    modelId: "instant",
    doGenerate: async () => ({
      content: [{ type: "text", text }],
      finishReason: { unified: "stop", raw: "stop" },
      usage: { inputTokens: { total: 100, cacheRead: 0 }, outputTokens: { total: 20, reasoning: 0 } },
      warnings: [],
    }),
  };
}

const Answer = z.object({ title: z.string(), score: z.number() });
const JSON_TEXT = '{"title":"A title of some length","score":0.75}';
const prompt = [{ role: "user" as const, content: [{ type: "text" as const, text: "Rate this draft." }] }];

/** What a step that asks a model costs beside the call itself: prompt, prices, books, journal, schema. */
export async function benchAgent(): Promise<void> {
  const priced = prices({ overrides: { "bench/instant": { input: 1, output: 4 } } });
  const bare = modelThatSays(JSON_TEXT);
  const text = new Flujo(agent("text", { model: modelThatSays("Fine."), prompt: "Rate this draft." }), {
    modules: [priced],
  });
  const structured = new Flujo(
    agent("structured", { model: modelThatSays(JSON_TEXT), prompt: "Rate this draft.", output: Answer }),
    { modules: [priced] },
  );
  const subjects: Readonly<Record<string, () => Promise<unknown>>> = {
    "bare doGenerate, JSON.parse and schema": async () => {
      const call = { prompt, abortSignal: new AbortController().signal };
      const { content } = await bare.doGenerate(call);
      return Answer.parse(JSON.parse(content[0]?.text ?? ""));
    },
    "agent that gives text, as a run of its own": () => text.run("draft"),
    "agent that gives data, as a run of its own": () => structured.run("draft"),
  };
  const medians = await race(
    Object.fromEntries(Object.entries(subjects).map(([name, call]) => [name, () => repeated(call)])),
    { rounds: ROUNDS, measure: computeMs },
  );
  const rows = Object.entries(medians).map(([name, ms]) => [name, ms / CALLS] as const);
  const least = rows[0]?.[1] ?? Number.NaN;
  report(
    `Processor time of a model call that answers at once (median of ${ROUNDS}); a real one takes 500,000 µs and more`,
    rows.map(([name, ms]) => [name, micros(ms), `${micros(ms - least)} more than the bare call`]),
  );
  await text[Symbol.asyncDispose]();
  await structured[Symbol.asyncDispose]();
}

async function repeated(call: () => Promise<unknown>): Promise<void> {
  for (let calls = 0; calls < CALLS; calls++) await call();
}
