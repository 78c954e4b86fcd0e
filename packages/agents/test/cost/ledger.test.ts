import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createOpenAI } from "@ai-sdk/openai";
import { Flujo, usageByPurpose } from "@flujo/core";
import { map, type UsageReport } from "@flujo/dsl";
import { expect, test } from "vitest";
import { agent, prices } from "../../src/index.ts";

const CALLS = process.env["FLUJO_PROOF"] === "1" ? 1_000 : 120;

/** What a provider's own books have. */
interface Books {
  requests: number;
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  /** At 3 dollars a million in, 1 for cached, 7 out. */
  costPico: bigint;
  refused: number;
  cut: number;
}

/** Behaves by the number of the request: answers, refuses, breaks down, cuts the answer off. */
function answer(response: ServerResponse, n: number, books: Books): void {
  if (n % 7 === 0 || n % 11 === 0) {
    books.refused += 1;
    response.writeHead(n % 7 === 0 ? 429 : 503, { "content-type": "application/json", "retry-after-ms": "1" });
    response.end(JSON.stringify({ error: { message: "not now", type: "busy" } }));
  } else if (n % 13 === 0) {
    books.cut += 1;
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"id":"chatcmpl', () => response.destroy());
  } else {
    const input = 50 + ((n * 7_919) % 5_000);
    const cached = (n * 31) % input;
    const output = 1 + ((n * 104_729) % 900);
    books.requests += 1;
    books.inputTokens += input;
    books.cachedTokens += cached;
    books.outputTokens += output;
    books.costPico += BigInt(input - cached) * 3_000_000n + BigInt(cached) * 1_000_000n + BigInt(output) * 7_000_000n;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(
      JSON.stringify({
        id: `chatcmpl-${n}`,
        object: "chat.completion",
        created: 1_760_000_000,
        model: "nano",
        choices: [{ index: 0, message: { role: "assistant", content: "Fine." }, finish_reason: "stop" }],
        usage: {
          prompt_tokens: input,
          completion_tokens: output,
          total_tokens: input + output,
          prompt_tokens_details: { cached_tokens: cached },
        },
      }),
    );
  }
}

test("what many calls at once used and cost, refused and cut off ones among them, is what the provider's books have", async () => {
  const books: Books = {
    requests: 0,
    inputTokens: 0,
    outputTokens: 0,
    cachedTokens: 0,
    costPico: 0n,
    refused: 0,
    cut: 0,
  };
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => answer(response, ++asked, books));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const critic = agent("critic", {
      model: createOpenAI({ baseURL, apiKey: "none" }).chat("nano"),
      prompt: (draft: string) => `Review: ${draft}`,
    })
      .withRetry({ maxAttempts: 12, initialDelayMs: 0 })
      .withCircuitBreaker(false);
    const overrides = { "openai/nano": { input: 3, cacheRead: 1, output: 7 } };
    await using flujo = new Flujo(map("all", critic, { concurrency: CALLS }), { modules: [prices({ overrides })] });
    const run = flujo.start(Array.from({ length: CALLS }, (_, index) => `draft ${index}`));
    const reports: UsageReport[] = [];
    for await (const event of run) if (event.type === "step-usage") reports.push(event.report);
    const result = await run.result;

    expect(result.status).toBe("completed");
    const said = reports.filter(({ estimated }) => estimated !== true);
    expect(usageByPurpose(said).get("step")).toMatchObject({
      requests: books.requests,
      inputTokens: books.inputTokens,
      cachedInputTokens: books.cachedTokens,
      outputTokens: books.outputTokens,
      costPico: books.costPico,
    });
    expect(books.refused).toBeGreaterThan(0);
    expect(books.cut).toBeGreaterThan(0);
    // Of those that were cut off an estimate each, of those that were refused nothing.
    expect(reports.length - said.length).toBe(books.cut);
    expect(result.usage.requests).toBe(reports.length);
    const all = reports.reduce((sum, { costPico = 0n }) => sum + costPico, 0n);
    expect(result.usage.costPico).toBe(all);
  } finally {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
});
