import { createOpenAI } from "@ai-sdk/openai";
import { Flujo, usageByPurpose } from "@flujo/core";
import type { UsageReport } from "@flujo/dsl";
import { countTokens, type ModelRequest, type Reply, type ServedCall, scriptedServer } from "@flujo/testing";
import { expect, test } from "vitest";
import { agent, isAgentChunk, prices } from "../../src/index.ts";

const CALLS = process.env["FLUJO_PROOF"] === "1" ? 1_000 : 120;

type Fate = "answered" | "limited" | "overloaded" | "cut" | "left early" | "left late";

const FATES: readonly Fate[] = ["answered", "limited", "cut", "left late", "overloaded", "left early", "answered"];

const PIECES = ["What I think ", "of this draft ", "is no secret."];
const HEARD = 2;

const fateOf = (draft: string): Fate => FATES[Number(draft.slice("draft ".length)) % FATES.length] as Fate;

/** What a call is charged that never comes to its end: what it was asked, and what it said until then. */
const upTo = (pieces: number, { prompt }: ModelRequest) => ({
  inputTokens: countTokens(prompt),
  outputTokens: countTokens(PIECES.slice(0, pieces).join("")),
});

/** Every request has its fate the first time, and is answered the second. */
function replyTo(request: ModelRequest): Reply {
  const fate = request.nth === 1 ? fateOf(request.prompt) : "answered";
  switch (fate) {
    case "limited":
      return { status: 429, retryAfter: 0 };
    case "overloaded":
      return { status: 503 };
    case "cut":
      return { text: PIECES, usage: upTo(HEARD, request), breaks: { afterPieces: HEARD, by: "cut" } };
    case "left late":
      return { text: PIECES, usage: upTo(HEARD, request), breaks: { afterPieces: HEARD, by: "stall" } };
    case "left early":
      return { text: PIECES, usage: upTo(0, request), breaks: { afterPieces: 0, by: "stall" } };
    case "answered": {
      const inputTokens = 50 + Math.floor(request.random() * 5_000);
      const cacheReadTokens = Math.floor(request.random() * inputTokens);
      return {
        text: PIECES,
        usage: { inputTokens, cacheReadTokens, outputTokens: 1 + Math.floor(request.random() * 900) },
      };
    }
  }
}

test("what many runs at once cost that are refused, cut off and called off is what the provider's books have, or a little more where it is said to be an estimate", async () => {
  const leaving = new Map<string, AbortController>();
  const script = (request: ModelRequest): Reply => {
    if (fateOf(request.prompt) === "left early") leaving.get(request.prompt)?.abort();
    return replyTo(request);
  };
  const pricesOfServer = { inputPico: 3_000_000n, cacheReadPico: 1_000_000n, outputPico: 7_000_000n };
  await using server = await scriptedServer(script, { prices: pricesOfServer, seed: 7 });
  const critic = agent("critic", {
    model: createOpenAI(server.settings).chat("nano"),
    prompt: (draft: string) => draft,
    stream: true,
    retry: { maxAttempts: 2, initialDelayMs: 0 },
    circuitBreaker: false,
  });
  const overrides = { "openai/nano": { input: 3, cacheRead: 1, output: 7 } };
  await using flujo = new Flujo(critic, { modules: [prices({ overrides })] });

  /** Runs one draft, and leaves it where that is its fate. Gives what was booked for it. */
  const run = async (draft: string): Promise<readonly UsageReport[]> => {
    const leave = new AbortController();
    leaving.set(draft, leave);
    const handle = flujo.start(draft, { signal: leave.signal });
    const reports: UsageReport[] = [];
    let heard = 0;
    for await (const event of handle) {
      if (event.type === "step-usage") reports.push(event.report);
      if (event.type !== "step-chunk" || !isAgentChunk(event.chunk)) continue;
      heard += 1;
      if (heard === HEARD && fateOf(draft) === "left late") leave.abort();
    }
    const { status, usage } = await handle.result;
    expect(status).toBe(fateOf(draft).startsWith("left") ? "cancelled" : "completed");
    expect(usage.requests).toBe(reports.length);
    return reports;
  };
  const drafts = Array.from({ length: CALLS }, (_, index) => `draft ${index}`);
  const booked = new Map(await Promise.all(drafts.map(async (draft) => [draft, await run(draft)] as const)));
  await server.until((journal) => journal.every(({ state }) => state !== "at work"));

  const isAnswered = ({ state, status }: ServedCall): boolean => state === "answered" && status === 200;
  const answered = server.totals(isAnswered);
  const said = [...booked.values()].flat().filter(({ estimated }) => estimated !== true);
  expect(usageByPurpose(said).get("step")).toMatchObject({
    requests: answered.calls,
    inputTokens: answered.inputTokens,
    cachedInputTokens: answered.cacheReadTokens,
    outputTokens: answered.outputTokens,
    costPico: answered.costPico,
  });

  const broken = server.journal.filter(({ state }) => state === "broken" || state === "left");
  for (const { request, state, usage, costPico } of broken) {
    const estimates = booked.get(request?.prompt ?? "")?.filter(({ estimated }) => estimated === true) ?? [];
    expect(estimates).toHaveLength(1);
    const [{ inputTokens = 0, outputTokens = 0, costPico: estimatedPico = 0n }] = estimates as [UsageReport];
    expect(inputTokens).toBeGreaterThanOrEqual(usage.inputTokens);
    if (state === "broken") {
      // A connection that is gone may take with it what was sent last.
      expect(outputTokens).toBeLessThanOrEqual(usage.outputTokens);
    } else {
      expect(outputTokens).toBe(usage.outputTokens);
      expect(estimatedPico).toBeGreaterThanOrEqual(costPico);
    }
  }
  const estimates = [...booked.values()].flat().filter(({ estimated }) => estimated === true);
  expect(estimates).toHaveLength(broken.length);
  expect(new Set(broken.map(({ state }) => state))).toEqual(new Set(["broken", "left"]));
  expect(server.totals(({ status }) => status === 429 || status === 503)).toMatchObject({ costPico: 0n });
});
