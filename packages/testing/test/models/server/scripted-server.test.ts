import { createOpenAI } from "@ai-sdk/openai";
import {
  type FaultPlan,
  ManualClock,
  type ModelScript,
  type ReplyFunction,
  replyRules,
  type ScriptedServer,
  type ScriptedServerOptions,
  type ServedCall,
  scriptedServer,
} from "@flujo/testing";
import { describe, expect, test } from "vitest";

const PRICES = { inputPico: 150_000n, cacheReadPico: 75_000n, cacheWritePico: 187_500n, outputPico: 600_000n };

/** Asks by plain HTTP, so that nothing is tried again or made prettier. */
function ask(
  server: ScriptedServer,
  content: string,
  more: object = {},
  signal?: AbortSignal,
  headers = {},
): Promise<Response> {
  return fetch(`${server.settings.baseURL}/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer sk-123", "x-custom": "yes", ...headers },
    body: JSON.stringify({ model: "m", messages: [{ role: "user", content }], ...more }),
    ...(signal === undefined ? {} : { signal }),
  });
}

const quiet = (server: ScriptedServer): Promise<void> =>
  server.until((journal) => journal.every(({ state }) => state !== "at work"));

describe("the journal", () => {
  test("has what was asked without secrets, what was said, and what it costs to the pico-dollar", async () => {
    const usage = {
      inputTokens: 1_000,
      cacheReadTokens: 600,
      cacheWriteTokens: 100,
      outputTokens: 50,
      reasoningTokens: 20,
    };
    await using server = await scriptedServer(() => ({ text: "Hello!", usage }), { prices: PRICES });
    const said = await (await ask(server, "Hello?")).text();
    const [call] = server.journal;
    expect(call).toMatchObject({
      number: 1,
      path: "/v1/chat/completions",
      headers: { authorization: "[secret]", "x-custom": "yes" },
      body: { model: "m", messages: [{ role: "user", content: "Hello?" }] },
      state: "answered",
      status: 200,
      sent: said,
      fault: undefined,
      usage: { ...usage, isReported: true },
      costPico: 300n * 150_000n + 600n * 75_000n + 100n * 187_500n + 50n * 600_000n,
    });
    expect(
      JSON.stringify(server.journal, (_, value) => (typeof value === "bigint" ? `${value}` : value)),
    ).not.toContain("sk-123");
    expect(server.totals()).toEqual({ calls: 1, ...usage, costPico: call?.costPico });
    expect(server.spentPico).toBe(138_750_000n);
  });

  test.each([
    ["authorization", true],
    ["proxy-authorization", true],
    ["x-api-key", true],
    ["api-key", true],
    ["x-goog-api-key", true],
    ["x-amz-security-token", true],
    ["x-auth-token", true],
    ["cookie", true],
    ["openai-organization", true],
    ["idempotency-key", false],
    ["x-request-id", false],
    ["x-max-tokens", false],
  ])("knows whether %s bears a secret: %s", async (name, isSecret) => {
    await using server = await scriptedServer(() => "a");
    await ask(server, "a", {}, undefined, { [name]: "as it was" });
    expect(server.journal[0]?.headers[name]).toBe(isSecret ? "[secret]" : "as it was");
  });

  test("prices each model by its name", async () => {
    const prices = (model: string) => ({ inputPico: 0n, outputPico: model === "dear" ? 1_000n : 1n });
    await using server = await scriptedServer(() => ({ text: "a", usage: { outputTokens: 7 } }), { prices });
    for (const model of ["cheap", "dear"]) await ask(server, "a", { model });
    expect(server.journal.map(({ costPico }) => costPico)).toEqual([7n, 7_000n]);
  });

  test("charges who leaves, and knows that they left", async () => {
    let arrived = (): void => {};
    const begun = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const never = new Promise(() => {});
    const script: ModelScript = () => {
      arrived();
      return { text: "Hello!", when: never, usage: { outputTokens: 7 } };
    };
    await using server = await scriptedServer(script, { prices: PRICES });
    const controller = new AbortController();
    const asked = ask(server, "Hello?", {}, controller.signal);
    await begun;
    controller.abort();
    await expect(asked).rejects.toThrow("aborted");
    await quiet(server);
    expect(server.journal).toMatchObject([{ state: "left", status: undefined, sent: "", usage: { outputTokens: 7 } }]);
    expect(server.spentPico).toBe(2n * 150_000n + 7n * 600_000n);
  });

  test("has half of what was half sent", async () => {
    await using server = await scriptedServer(({ isStream }) => ({
      text: ["Hel", "lo"],
      breaks: { afterPieces: 1, by: isStream ? "cut" : "end" },
    }));
    const half = await (await ask(server, "Hello?")).text();
    await expect(ask(server, "Hello?", { stream: true }).then((response) => response.text())).rejects.toThrow();
    await quiet(server);
    const [first, second] = server.journal;
    expect(first).toMatchObject({ state: "broken", sent: half });
    expect(() => JSON.parse(half)).toThrow();
    expect(second?.state).toBe("broken");
    expect(second?.sent).toContain('"content":"Hel"');
    expect(second?.sent).not.toContain('"content":"lo"');
  });

  test("knows how many were at work at a time", async () => {
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    await using server = await scriptedServer(() => ({ text: "a", when: opened }));
    const asked = ["1", "2", "3"].map((content) => ask(server, content));
    await server.until(({ length }) => length === 3);
    open();
    await Promise.all(asked);
    await ask(server, "4");
    await quiet(server);
    expect(server.mostAtWork).toBe(3);
    server.clear();
    expect(server.journal).toEqual([]);
    await ask(server, "1");
    expect(server.journal[0]?.request?.nth).toBe(1);
    expect(server.mostAtWork).toBe(1);
  });

  test("waits by the clock that it is given", async () => {
    const clock = new ManualClock();
    const script: ModelScript = () => ({ text: "Hello!", delayMs: 60_000 });
    await using server = await scriptedServer(script, { clock });
    let isAnswered = false;
    const asked = ask(server, "Hello?").then((response) => {
      isAnswered = true;
      return response.status;
    });
    await server.until(([call]) => (call?.usage.outputTokens ?? 0) > 0);
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(59_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isAnswered).toBe(false);
    clock.advance(1);
    expect(await asked).toBe(200);
  });
});

describe("what is no request", () => {
  test.each([
    ["no JSON", "{", "The body is no JSON"],
    ["no object", "[]", "The body must be an object"],
    ["no model", '{"messages":[]}', "model must be a string that is not empty"],
    ["no messages", '{"model":"m"}', "messages must be a list"],
    ["no message", '{"model":"m","messages":["a"]}', "messages[0] must be an object"],
  ])("is told so: %s", async (_, body, message) => {
    await using server = await scriptedServer(() => "a");
    const response = await fetch(`${server.settings.baseURL}/chat/completions`, { method: "POST", body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { message } });
    expect(() => server.verify()).toThrow(message);
    expect(server.journal).toMatchObject([{ request: undefined, status: 400, costPico: 0n }]);
  });

  test("has a defect of the script told, and not tried again", async () => {
    const script: ReplyFunction = () => {
      throw new Error("a defect");
    };
    await using server = await scriptedServer(script);
    const response = await ask(server, "a");
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { message: "a defect" } });
    expect(() => server.verify()).toThrow("a defect");
  });
});

describe("a server that closes", () => {
  test("ends what is at work, and is gone", async () => {
    const server = await scriptedServer(() => ({ text: ["a", "b"], breaks: { afterPieces: 1, by: "stall" } }));
    const response = await ask(server, "a", { stream: true });
    const read = response.text();
    await server[Symbol.asyncDispose]();
    await expect(read).rejects.toThrow();
    await expect(ask(server, "a")).rejects.toThrow();
    await server[Symbol.asyncDispose]();
  });
});

describe("answers and faults", () => {
  const FAULTS: FaultPlan = {
    rateLimit: 0.15,
    serverError: 0.1,
    unavailable: 0.1,
    cut: 0.1,
    truncated: 0.1,
    malformed: 0.1,
    mostPerRequest: 3,
  };
  const SCRIPT = replyRules([
    {
      reply: ({ prompt, random }) => ({
        text: `${prompt} ${random()}`,
        usage: { outputTokens: 1 + Math.floor(random() * 50) },
      }),
    },
  ]);
  const QUESTIONS = Array.from({ length: 100 }, (_, index) => `question ${index}`);

  /** Asks all questions, so many at a time, each until it is answered; and gives the server's books without their order. */
  async function books(concurrency: number, options: ScriptedServerOptions): Promise<readonly object[]> {
    await using server = await scriptedServer(SCRIPT, { prices: PRICES, faults: FAULTS, ...options });
    const left = QUESTIONS.toReversed();
    const work = async (): Promise<void> => {
      for (let question = left.pop(); question !== undefined; question = left.pop()) {
        for (let isAnswered = false; !isAnswered; ) {
          isAnswered = await ask(server, question)
            .then(
              async (response) => response.ok && typeof (await response.json()) === "object",
              () => false,
            )
            .catch(() => false);
        }
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    await quiet(server);
    server.verify();
    const entry = ({ request, status, sent, fault, costPico }: ServedCall) => ({
      key: `${request?.prompt} ${request?.nth}`,
      ...{ status, sent, fault, costPico },
    });
    return server.journal.map(entry).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  test("are the same for every request, whatever is asked beside it", async () => {
    const oneByOne = await books(1, { seed: 5 });
    expect(await books(20, { seed: 5 })).toEqual(oneByOne);
    expect(await books(20, { seed: 6 })).not.toEqual(oneByOne);
    const kinds = new Set(oneByOne.map((entry) => (entry as ServedCall).fault));
    expect(kinds).toEqual(
      new Set([undefined, "rateLimit", "serverError", "unavailable", "cut", "truncated", "malformed"]),
    );
  });

  test("have shares that are kept to, and no more of them in a row than is said", async () => {
    await using server = await scriptedServer(() => "a", { faults: { serverError: 0.5, mostPerRequest: 1 } });
    const statuses: number[] = [];
    for (let question = 0; question < 200; question++) statuses.push((await ask(server, String(question))).status);
    const failed = statuses.filter((status) => status === 500).length;
    // Of 200 by a half: more than five standard deviations to each side.
    expect(failed).toBeGreaterThan(60);
    expect(failed).toBeLessThan(140);
    for (const [question, status] of statuses.entries()) {
      if (status === 500) expect((await ask(server, String(question))).status).toBe(200);
    }
  });

  test("charge what is said, and not what is refused", async () => {
    for (const [fault, costs] of [
      ["rateLimit", false],
      ["serverError", false],
      ["unavailable", false],
      ["malformed", true],
      ["truncated", true],
      ["cut", true],
    ] as const) {
      await using server = await scriptedServer(() => "abcd", { faults: { [fault]: 1 }, prices: PRICES });
      await ask(server, "abcd")
        .then((response) => response.text())
        .catch(() => undefined);
      await quiet(server);
      expect(server.journal).toMatchObject([{ fault, costPico: costs ? 750_000n : 0n }]);
    }
  });

  test.each([
    ["shares above one", { cut: 0.6, stall: 0.6 }, "together no more than 1"],
    ["a share below none", { cut: -0.1 }, "faults.cut"],
    ["a fault of another name", { fire: 1 }, "faults.fire"],
  ])("can't have %s", async (_, faults, message) => {
    await expect(scriptedServer(() => "a", { faults: faults as FaultPlan })).rejects.toThrow(message);
  });
});

describe("a thousand calls side by side", () => {
  test("have the same sums at the client as at the server, of all that the client saw to its end", async () => {
    const script: ReplyFunction = ({ random }) => ({
      text: "x".repeat(Math.floor(random() * 200)),
      usage: { cacheReadTokens: Math.floor(random() * 2) },
    });
    const faults = { rateLimit: 0.1, serverError: 0.05, cut: 0.05, mostPerRequest: 4 };
    await using server = await scriptedServer(script, { prices: PRICES, faults, seed: 11 });
    const model = createOpenAI(server.settings).chat("m");
    const seen = { inputTokens: 0, cacheReadTokens: 0, outputTokens: 0 };
    const call = async (index: number): Promise<void> => {
      const prompt = [{ role: "user" as const, content: [{ type: "text" as const, text: `question ${index}` }] }];
      for (;;) {
        try {
          const { usage } = await model.doGenerate({ prompt });
          seen.inputTokens += usage.inputTokens.total ?? Number.NaN;
          seen.cacheReadTokens += usage.inputTokens.cacheRead ?? Number.NaN;
          seen.outputTokens += usage.outputTokens.total ?? Number.NaN;
          return;
        } catch {
          // Asks until it is answered: each fault comes up four times at most.
        }
      }
    };
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => call(index)));
    await quiet(server);
    server.verify();
    const {
      calls,
      cacheWriteTokens: _,
      reasoningTokens: __,
      costPico,
      ...answered
    } = server.totals(({ state, status }) => state === "answered" && status === 200);
    expect(calls).toBe(1_000);
    expect(answered).toEqual(seen);
    const { inputTokens, cacheReadTokens, outputTokens } = seen;
    expect(costPico).toBe(
      BigInt(inputTokens - cacheReadTokens) * 150_000n +
        BigInt(cacheReadTokens) * 75_000n +
        BigInt(outputTokens) * 600_000n,
    );
    const broken = server.totals(({ state }) => state === "broken");
    expect(broken.calls).toBeGreaterThan(0);
    expect(server.spentPico).toBe(costPico + broken.costPico);
  });
});
