import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { Flujo } from "@flujo/core";
import { type ScriptedServer, scriptedServer } from "@flujo/testing";
import { generateText, type ModelMessage } from "ai";
import { describe, expect, test } from "vitest";
import { agent, type LanguageModel } from "../../src/index.ts";

const PNG = "iVBORw0KGgo=";
const BYTES = new Uint8Array(Buffer.from(PNG, "base64"));

const CONVERSATIONS: readonly (readonly [name: string, messages: ModelMessage[]])[] = [
  ["an image in base64", [{ role: "user", content: [{ type: "image", image: PNG, mediaType: "image/png" }] }]],
  ["an image's bytes", [{ role: "user", content: [{ type: "image", image: BYTES, mediaType: "image/png" }] }]],
  ["an image at a URL", [{ role: "user", content: [{ type: "image", image: new URL("https://example.com/a.png") }] }]],
  [
    "an image in a data URL",
    [{ role: "user", content: [{ type: "image", image: `data:image/png;base64,${PNG}`, mediaType: "image/png" }] }],
  ],
  ["a file's bytes", [{ role: "user", content: [{ type: "file", data: BYTES, mediaType: "image/png" }] }]],
  ["a file's buffer", [{ role: "user", content: [{ type: "file", data: BYTES.buffer, mediaType: "image/png" }] }]],
  [
    "a file at a URL that holds it",
    [
      {
        role: "user",
        content: [
          { type: "file", data: { type: "url", url: new URL(`data:image/png;base64,${PNG}`) }, mediaType: "image/png" },
        ],
      },
    ],
  ],
  [
    "a tool that was called",
    [
      { role: "user", content: "Look." },
      { role: "assistant", content: [{ type: "tool-call", toolCallId: "1", toolName: "look", input: { at: "dam" } }] },
      {
        role: "tool",
        content: [
          { type: "tool-result", toolCallId: "1", toolName: "look", output: { type: "text", value: "It holds." } },
        ],
      },
    ],
  ],
];

const PROVIDERS: readonly (readonly [name: string, model: (server: ScriptedServer) => LanguageModel & object])[] = [
  ["@ai-sdk/openai", ({ settings }) => createOpenAI(settings).responses("gpt-5-mini")],
  ["@ai-sdk/anthropic", ({ settings }) => createAnthropic(settings)("claude-sonnet-4-5")],
];

describe.each(PROVIDERS)("messages of the AI SDK's functions, over %s", (_, model) => {
  test.each(CONVERSATIONS)("%s is sent as generateText sends it", async (__, messages) => {
    await using server = await scriptedServer(() => "A dam.");
    await using flujo = new Flujo(agent("viewer", { model: model(server), prompt: messages }));
    expect(await flujo.run(undefined)).toMatchObject({ status: "completed" });
    await generateText({ model: model(server) as never, messages });
    const [ours, theirs] = server.journal.map(({ body }) => body as { input?: unknown; messages?: unknown });
    expect(ours?.input ?? ours?.messages).toEqual(theirs?.input ?? theirs?.messages);
  });
});

test("a file with nothing in it is refused, and not left out", async () => {
  await using server = await scriptedServer([]);
  const model = createOpenAI(server.settings)("gpt-5-mini");
  const viewer = agent("viewer", {
    model,
    prompt: () => [{ role: "user", content: [{ type: "image", image: undefined }] }],
  });
  await using flujo = new Flujo(viewer);
  const result = await flujo.run(undefined);
  expect(result).toMatchObject({
    status: "failed",
    error: { code: "invalid_option", message: expect.stringContaining("a file with its content") },
  });
  expect(server.journal).toEqual([]);
});
