import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createOpenAI } from "@ai-sdk/openai";
import { agent } from "@flujo/agents";
import { Flujo } from "@flujo/core";
import { sqliteState } from "@flujo/state-sqlite";
import { tool } from "ai";
import { z } from "zod";

/** Drives the run of an agent that uses a tool, to its end or until it is killed: `run-agent.ts BASE_URL DATABASE NOTES`. */
const [baseURL = "", file = "", notes = ""] = process.argv.slice(2);

const note = tool({
  description: "Takes a note, once for each key.",
  inputSchema: z.object({ text: z.string() }),
  execute: ({ text }, options) => {
    const { idempotencyKey } = options as unknown as { readonly idempotencyKey: string };
    const taken = existsSync(notes) ? readFileSync(notes, "utf8") : "";
    if (!taken.includes(`${idempotencyKey} `)) appendFileSync(notes, `${idempotencyKey} ${text}\n`);
    return `noted ${text}`;
  },
});

const model = createOpenAI({ baseURL, apiKey: "secret" }).chat("gpt-5-mini");
const clerk = agent("clerk", { model, prompt: (topic: string) => `Note: ${topic}`, tools: { note }, maxTurns: 10 });

await using flujo = new Flujo(clerk, { modules: [sqliteState({ file })] });
const result = await flujo.run("dams", { runId: "one" });
console.log(JSON.stringify(result.status === "completed" ? result.output : result));
