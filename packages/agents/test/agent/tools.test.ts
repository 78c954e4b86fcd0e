import { Flujo } from "@flujo/core";
import { type AnyStep, InvalidOptionError, type Step } from "@flujo/dsl";
import { dynamicTool, jsonSchema, tool } from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type AgentOptions, agent, MaxTurnsError } from "../../src/index.ts";
import { ModelOfV2, ModelOfV4 } from "../support/models.ts";
import { turns } from "../support/turns.ts";

const search = tool({
  description: "Finds pages.",
  inputSchema: z.object({ query: z.string() }),
  execute: async ({ query }) => `pages on ${query}`,
});

/** A promise, and what resolves it. */
function gate(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Runs an agent, and gives its result. */
async function run(step: AnyStep, input: unknown = "dams", options: object = {}) {
  await using flujo = new Flujo(step as Step<unknown, unknown>);
  return await flujo.run(input, options);
}

function finder(model: ModelOfV4, more: Partial<AgentOptions<string, unknown>> = {}) {
  return agent("finder", { model, prompt: (topic: string) => `Find: ${topic}`, tools: { search }, ...more });
}

describe("a tool", () => {
  test("is offered, run with what its schema makes of the arguments, and answered for", async () => {
    const model = turns([["search", { query: "dams" }]], "Two pages.");
    const result = await run(finder(model, { system: "You find." }));
    expect(result).toMatchObject({ status: "completed", output: "Two pages." });
    expect(model.asked[0]?.tools).toEqual([
      {
        type: "function",
        name: "search",
        description: "Finds pages.",
        inputSchema: expect.objectContaining({
          type: "object",
          properties: { query: { type: "string" } },
          additionalProperties: false,
        }),
      },
    ]);
    expect(model.asked[1]?.prompt).toEqual([
      { role: "system", content: "You find." },
      { role: "user", content: [{ type: "text", text: "Find: dams" }] },
      {
        role: "assistant",
        content: [{ type: "tool-call", toolCallId: "search-id", toolName: "search", input: { query: "dams" } }],
      },
      {
        role: "tool",
        content: [
          {
            type: "tool-result",
            toolCallId: "search-id",
            toolName: "search",
            output: { type: "text", value: "pages on dams" },
          },
        ],
      },
    ]);
  });

  test("is called twice under one id with the arguments of each call", async () => {
    const calls: readonly [string, object, string][] = [
      ["search", { query: "a" }, "x"],
      ["search", { query: "b" }, "x"],
    ];
    const model = turns(calls, "Done.");
    expect(await run(finder(model))).toMatchObject({ status: "completed" });
    const said = model.asked[1]?.prompt.find(({ role }) => role === "assistant")?.content;
    expect(said).toMatchObject([{ input: { query: "a" } }, { input: { query: "b" } }]);
  });

  test("and each call of the model are steps of their own, with paths that can be read", async () => {
    const model = turns(
      [
        ["search", { query: "a" }],
        ["search", { query: "b" }, "b"],
      ],
      [["search", { query: "c" }]],
      "Done.",
    );
    const result = await run(finder(model));
    expect(result.steps.map(({ path, kind }) => `${path} ${kind}`).toSorted()).toEqual([
      "finder agent",
      "finder#1/model model",
      "finder#2/model model",
      "finder#3/model model",
      "finder@0/search tool",
      "finder@1/search tool",
      "finder@2/search tool",
    ]);
    expect(result.usage.requests).toBe(3);
  });

  test("is given the call's id, the conversation, the signal and a key that stays the same", async () => {
    const given: unknown[] = [];
    const noting = tool({
      inputSchema: z.object({}),
      execute: (_input, options) => {
        given.push(options);
        return null;
      },
    });
    const model = turns([["noting", {}]], "Done.");
    await run(finder(model, { system: "You find.", tools: { noting } }), "dams", { runId: "run-1" });
    expect(given).toEqual([
      {
        toolCallId: "noting-id",
        messages: [{ role: "user", content: [{ type: "text", text: "Find: dams" }] }],
        abortSignal: expect.any(AbortSignal),
        context: expect.anything(),
        idempotencyKey: "run-1:finder@0/noting",
      },
    ]);
  });

  test("runs beside the others of its turn, and is answered for in the order of the calls", async () => {
    const both = gate();
    let running = 0;
    const slow = tool({
      inputSchema: z.object({ name: z.string() }),
      execute: async ({ name }) => {
        if (++running === 2) both.resolve();
        await both.promise;
        return name;
      },
    });
    const model = turns(
      [
        ["slow", { name: "a" }, "1"],
        ["slow", { name: "b" }, "2"],
      ],
      "Done.",
    );
    await run(finder(model, { tools: { slow } }));
    expect(model.asked[1]?.prompt.at(-1)?.content).toMatchObject([
      { toolCallId: "1", output: { value: "a" } },
      { toolCallId: "2", output: { value: "b" } },
    ]);
  });

  test("may have a JSON Schema, as MCP's have, and give parts that are files", async () => {
    const image = dynamicTool({
      description: "Draws.",
      inputSchema: jsonSchema({ type: "object", properties: { of: { type: "string" } }, required: ["of"] }),
      execute: async () => ({ content: [] }),
      toModelOutput: () => ({ type: "content", value: [{ type: "image-data", data: "AAAA", mediaType: "image/png" }] }),
    });
    const model = turns([["image", { of: "a dam" }]], "Drawn.");
    await run(finder(model, { tools: { image } }));
    expect(model.asked[1]?.prompt.at(-1)?.content).toMatchObject([
      {
        output: {
          type: "content",
          value: [{ type: "file", data: { type: "data", data: "AAAA" }, mediaType: "image/png" }],
        },
      },
    ]);
  });

  test("that gives several values is answered for with the last, and shows all of them", async () => {
    const counting = tool({
      inputSchema: z.object({}),
      async *execute() {
        yield 1;
        yield { count: 2 };
      },
    });
    await using flujo = new Flujo(finder(turns([["counting", {}]], "Done."), { tools: { counting } }));
    const chunks: unknown[] = [];
    for await (const event of flujo.stream("dams")) if (event.type === "step-chunk") chunks.push(event);
    expect(chunks).toMatchObject([
      { path: "finder@0/counting", chunk: { type: "tool-progress", toolName: "counting", output: 1 } },
      { path: "finder@0/counting", chunk: { type: "tool-progress", toolName: "counting", output: { count: 2 } } },
    ]);
  });

  test("of the provider's is passed on, and what it did there is given back", async () => {
    const model = new ModelOfV4(() => ({
      content:
        model.asked.length > 1
          ? [{ type: "text", text: "Done." }]
          : [
              { type: "tool-call", toolCallId: "1", toolName: "web", input: "{}", providerExecuted: true },
              { type: "tool-result", toolCallId: "1", toolName: "web", result: { hits: 2 } },
              { type: "tool-call", toolCallId: "2", toolName: "search", input: '{"query":"x"}' },
            ],
    }));
    const web = { type: "provider", id: "acme.web", args: { most: 2 }, isProviderExecuted: true } as const;
    await run(finder(model, { tools: { web, search } }));
    expect(model.asked[0]?.tools?.[0]).toEqual({ type: "provider", id: "acme.web", name: "web", args: { most: 2 } });
    expect(model.asked[1]?.prompt.at(-2)?.content).toMatchObject([
      { type: "tool-call", toolName: "web", providerExecuted: true },
      { type: "tool-result", toolName: "web", output: { type: "json", value: { hits: 2 } } },
      { type: "tool-call", toolName: "search" },
    ]);
  });

  test("works with models of v2", async () => {
    const model: ModelOfV2 = new ModelOfV2(() =>
      model.asked.length > 1
        ? { content: [{ type: "text", text: "Done." }] }
        : {
            finishReason: "tool-calls",
            content: [{ type: "tool-call", toolCallId: "1", toolName: "search", input: '{"query":"x"}' }],
          },
    );
    expect(await run(agent("finder", { model, prompt: "?", tools: { search } }))).toMatchObject({ output: "Done." });
  });
});

describe("a call that goes wrong", () => {
  const told = (model: ModelOfV4): unknown => model.asked[1]?.prompt.at(-1)?.content;
  const broken = tool({
    inputSchema: z.object({}),
    execute: (): string => {
      throw new Error("no such index");
    },
  });

  test("because the tool throws is told to the model", async () => {
    const model = turns([["broken", {}]], "Never mind.");
    expect(await run(finder(model, { tools: { broken } }))).toMatchObject({ output: "Never mind." });
    expect(told(model)).toMatchObject([
      { output: { type: "error-text", value: "The tool broken failed: no such index" } },
    ]);
  });

  test("because there is no such tool is told to the model", async () => {
    const model = turns([["fetch", {}]], "Never mind.");
    expect(await run(finder(model))).toMatchObject({ output: "Never mind." });
    expect(told(model)).toMatchObject([
      { toolName: "fetch", output: { type: "error-text", value: 'There is no tool "fetch"; there is search' } },
    ]);
  });

  test("because of its arguments is told to the model, beside the result of another that does not", async () => {
    const model = turns(
      [
        ["search", { query: 7, q: 1 }, "1"],
        ["search", { query: "x" }, "2"],
      ],
      "Never mind.",
    );
    await run(finder(model, { repair: { deterministic: false } }));
    expect(told(model)).toMatchObject([
      { toolCallId: "1", output: { type: "error-text", value: expect.stringContaining("do not fit") } },
      { toolCallId: "2", output: { type: "text", value: "pages on x" } },
    ]);
  });

  test("only by its notation is mended", async () => {
    const model = turns([["search", "{query: 'dams',}"]], "Done.");
    await run(finder(model));
    expect(told(model)).toMatchObject([{ output: { value: "pages on dams" } }]);
    expect(model.asked[1]?.prompt.at(-2)?.content).toMatchObject([{ input: { query: "dams" } }]);
  });

  test.each([
    [[["broken", {}]], "tool_failed"],
    [[["fetch", {}]], "unknown_tool"],
    [[["search", "no JSON"]], "tool_arguments"],
  ] as const)("%j fails the agent where it is to: %s", async (turn, code) => {
    const model = turns([...turn], "Never mind.");
    const result = await run(finder(model, { tools: { broken, search }, onToolError: "fail" }));
    expect(result).toMatchObject({ status: "failed", error: { code } });
    expect(model.asked).toHaveLength(1);
  });

  test("by a model that was given no tools fails the agent", async () => {
    const result = await run(agent("finder", { model: turns([["search", {}]]), prompt: "?" }));
    expect(result).toMatchObject({ status: "failed", error: { code: "unknown_tool", path: "finder" } });
  });
});

describe("turns", () => {
  test("have an end: one more is a MaxTurnsError, and what was called last is not run", async () => {
    let ran = 0;
    const counting = tool({ inputSchema: z.object({}), execute: () => ++ran });
    const again = [["counting", {}]] as const;
    const model = turns(again, again, again, "Done.");
    const result = await run(finder(model, { tools: { counting }, maxTurns: 3 }));
    expect(result.status === "failed" && result.error).toBeInstanceOf(MaxTurnsError);
    expect(result).toMatchObject({
      error: { code: "max_turns", maxTurns: 3, toolNames: ["counting"], path: "finder" },
    });
    expect(ran).toBe(2);
    expect(model.asked).toHaveLength(3);
    expect(await run(finder(turns(again, again, "Done."), { tools: { counting }, maxTurns: 3 }))).toMatchObject({
      output: "Done.",
    });
  });

  test("after the first may do without the tool that the first must call", async () => {
    const model = turns([["search", { query: "x" }]], "Done.");
    await run(finder(model, { toolChoice: { toolName: "search" } }));
    expect(model.asked.map(({ toolChoice }) => toolChoice)).toEqual([{ type: "tool", toolName: "search" }, undefined]);
  });

  test("that fail are tried again where they are, if so many attempts are allowed", async () => {
    let failures = 0;
    const flaky = turns([["search", { query: "x" }]], "Done.");
    const model = new ModelOfV4(async () => {
      const call = model.asked.at(-1) as never;
      if (model.asked.length === 2 && failures++ === 0) throw Object.assign(new Error("busy"), { statusCode: 503 });
      return flaky.doGenerate(call);
    });
    const result = await run(finder(model, { retry: { maxAttempts: 2, initialDelayMs: 0 } }));
    expect(result).toMatchObject({ status: "completed", output: "Done." });
    expect(model.asked).toHaveLength(3);
    expect(result.steps.find(({ path }) => path === "finder#2/model")?.attempts).toBe(2);
  });
});

describe("approval", () => {
  const risky = finder(turns([["search", { query: "dams" }]], "Done."), { approval: true });

  test("pauses the run with a question, and a yes runs the call", async () => {
    const model = turns([["search", { query: "dams" }]], "Done.");
    await using flujo = new Flujo(finder(model, { approval: true }));
    const paused = await flujo.run("dams", { runId: "one" });
    expect(paused).toMatchObject({
      status: "paused",
      awaiting: [{ path: "finder@0/search/approve", prompt: 'Call search with {"query":"dams"}?' }],
    });
    const result = await flujo.resume("one", { signals: { "finder@0/search/approve": true } });
    expect(result).toMatchObject({ status: "completed", output: "Done." });
    expect(model.asked).toHaveLength(2);
    expect(model.asked[1]?.prompt.at(-1)?.content).toMatchObject([{ output: { value: "pages on dams" } }]);
  });

  test("that is refused is told to the model, with the reason", async () => {
    const model = turns([["search", { query: "dams" }]], "Done.");
    await using flujo = new Flujo(finder(model, { approval: true }));
    await flujo.run("dams", { runId: "one" });
    await flujo.resume("one", { signals: { "finder@0/search/approve": { approved: false, reason: "too dear" } } });
    expect(model.asked[1]?.prompt.at(-1)?.content).toMatchObject([
      { output: { type: "execution-denied", reason: "too dear" } },
    ]);
  });

  test("may depend on the call, as the tool itself says or the agent", async () => {
    const own = { ...search, needsApproval: ({ query }: { query: string }) => query === "secrets" };
    const model = turns(
      [
        ["search", { query: "dams" }],
        ["search", { query: "secrets" }, "2"],
      ],
      "Done.",
    );
    await using flujo = new Flujo(finder(model, { tools: { search: own } }));
    expect(await flujo.run("dams", { runId: "one" })).toMatchObject({
      status: "paused",
      awaiting: [{ path: "finder@1/search/approve" }],
    });
    const asks = finder(turns([["search", { query: "dams" }]], "Done."), {
      approval: ({ toolName, input }) => toolName === "search" && (input as { query: string }).query === "dams",
    });
    expect(await run(asks)).toMatchObject({ status: "paused" });
  });

  test("takes yes, no and reasons for answers, and nothing else", async () => {
    await using flujo = new Flujo(risky);
    const paused = await flujo.run("dams", { runId: "one" });
    expect(paused.status === "paused" && paused.awaiting[0]?.schema).toMatchObject({
      anyOf: [{ type: "boolean" }, {}],
    });
    for (const answer of ["yes", { approved: 1 }, { approved: true, reason: 7 }, { approved: true, by: "me" }]) {
      await expect(flujo.resume("one", { signals: { "finder@0/search/approve": answer } })).rejects.toThrow();
    }
  });
});

describe("tools that can't be used are refused when the agent is made", () => {
  const inputSchema = z.object({});
  const execute = (): number => 1;
  test.each([
    ["run by nobody", { inputSchema }, "execute"],
    ["without a schema", { execute }, "inputSchema"],
    ["with a schema that can't be written down", { inputSchema: z.object({ at: z.date() }), execute }, "inputSchema"],
    ["with a promised schema", { inputSchema: jsonSchema(Promise.resolve({})), execute }, "inputSchema"],
    ["with a description that is a function", { inputSchema, description: () => "?", execute }, "description"],
    ["of a provider that has no id", { type: "provider" }, "id"],
    ["of a provider that does not run it", { type: "provider", id: "a.b", isProviderExecuted: false }, "execute"],
    ["that are none", 7, "tool"],
  ])("%s", (_, given, option) => {
    const make = () => agent("finder", { model: turns(), prompt: "?", tools: { it: given as never } });
    expect(make).toThrow(InvalidOptionError);
    expect(make).toThrow(new RegExp(`^${option} .*"it" of agent "finder"|^tool "it" of agent "finder"`));
  });

  test("by a name that providers refuse", () => {
    expect(() => agent("finder", { model: turns(), prompt: "?", tools: { "a b": search } })).toThrow(
      InvalidOptionError,
    );
  });
});

describe("a run that was interrupted", () => {
  test("pays no turn and runs no tool twice, and builds its prompt once", async () => {
    let prompts = 0;
    let ran = 0;
    const counting = tool({ inputSchema: z.object({}), execute: () => ++ran });
    const script = turns([["counting", {}]], [["counting", {}]], "Done.");
    const model = new ModelOfV4(() => {
      if (model.asked.length === 3) {
        handle.interrupt();
        throw new Error("socket hang up");
      }
      return script.doGenerate(model.asked.at(-1) as never);
    });
    const prompt = (topic: string) => `Find: ${topic}, ${++prompts}`;
    await using flujo = new Flujo(agent("finder", { model, prompt, tools: { counting } }));
    const handle = flujo.start("dams", { runId: "one" });
    await expect(handle.result).rejects.toMatchObject({ code: "run_interrupted" });
    expect(model.asked).toHaveLength(3);
    expect(await flujo.resume("one")).toMatchObject({ status: "completed", output: "Done." });
    expect(model.asked).toHaveLength(4);
    expect(model.asked[3]?.prompt).toEqual(model.asked[2]?.prompt);
    expect({ prompts, ran }).toEqual({ prompts: 1, ran: 2 });
  });
});
