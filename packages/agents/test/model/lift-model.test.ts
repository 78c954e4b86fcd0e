import { InvalidOptionError } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import type { ModelMessage } from "../../src/index.ts";
import type { ModelCall } from "../../src/model/language-model.ts";
import { liftModel } from "../../src/model/lift-model.ts";
import { failureOf } from "../support/failure-of.ts";
import { KNOWN_USAGE, ModelOfV2, ModelOfV3, ModelOfV4 } from "../support/models.ts";

function ask(prompt: ModelMessage[] = [{ role: "user", content: [{ type: "text", text: "?" }] }]): ModelCall {
  return { prompt, abortSignal: new AbortController().signal };
}

describe("an answer", () => {
  const content = [{ type: "text" as const, text: "Fine." }];

  test("of v4 and v3 is what the model gave", async () => {
    for (const model of [new ModelOfV4({ content }), new ModelOfV3({ content })]) {
      expect(await liftModel(model).generate(ask())).toEqual({
        content,
        finishReason: { unified: "stop", raw: "stop" },
        usage: KNOWN_USAGE,
        warnings: [],
      });
    }
  });

  test("of v2 has its usage and finish reason put as later versions do", async () => {
    expect(await liftModel(new ModelOfV2({ content })).generate(ask())).toEqual({
      content,
      finishReason: { unified: "stop", raw: undefined },
      usage: { inputTokens: { total: 12, cacheRead: 4 }, outputTokens: { total: 7, reasoning: 2 } },
      warnings: [],
    });
    const silent = new ModelOfV2({ finishReason: "unknown", usage: undefined as never });
    expect(await liftModel(silent).generate(ask())).toMatchObject({
      finishReason: { unified: "other" },
      usage: undefined,
    });
  });
});

describe("a prompt with files", () => {
  const bytes = new Uint8Array([1, 2]);
  const url = new URL("https://example.org/cat.png");
  const prompt: ModelMessage[] = [
    { role: "system", content: "Look." },
    {
      role: "user",
      content: [
        { type: "text", text: "These:" },
        { type: "file", mediaType: "image/png", data: { type: "data", data: bytes }, filename: "cat.png" },
        { type: "file", mediaType: "image", data: { type: "url", url } },
        { type: "file", mediaType: "text/plain", data: { type: "text", text: "né" } },
      ],
    },
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "Hm." },
        { type: "file", mediaType: "audio/wav", data: { type: "data", data: "AAAA" } },
      ],
    },
  ];

  test("reaches a model of v4 as it is", async () => {
    const model = new ModelOfV4("Fine.");
    await liftModel(model).generate(ask(prompt));
    expect(model.asked[0]?.prompt).toEqual(prompt);
  });

  test("reaches older models with the data untagged", async () => {
    const [older, oldest] = [new ModelOfV3("Fine."), new ModelOfV2("Fine.")];
    await liftModel(older).generate(ask(prompt));
    await liftModel(oldest).generate(ask(prompt));
    const lowered = [
      { role: "system", content: "Look." },
      {
        role: "user",
        content: [
          { type: "text", text: "These:" },
          { type: "file", mediaType: "image/png", data: bytes, filename: "cat.png" },
          { type: "file", mediaType: "image/*", data: url },
          { type: "file", mediaType: "text/plain", data: new Uint8Array([0x6e, 0xc3, 0xa9]) },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hm." },
          { type: "file", mediaType: "audio/wav", data: "AAAA" },
        ],
      },
    ];
    expect(older.asked[0]?.prompt).toEqual(lowered);
    expect(oldest.asked[0]?.prompt).toEqual(lowered);
  });

  test("can't reach older models by a provider's reference", async () => {
    const reference: ModelMessage = {
      role: "user",
      content: [{ type: "file", mediaType: "image/png", data: { type: "reference", reference: { acme: "file-1" } } }],
    };
    await failureOf(liftModel(new ModelOfV3("Fine.")).generate(ask([reference])), InvalidOptionError);
  });
});

test("the name is who serves the model and its id there, whichever of their interfaces it uses", () => {
  expect(liftModel(new ModelOfV4("")).name).toBe("acme/nano");
  expect(liftModel(Object.assign(new ModelOfV4(""), { provider: "ollama", modelId: "qwen3:8b" })).name).toBe(
    "ollama/qwen3:8b",
  );
});

describe("what is no model", () => {
  test.each([
    "openai/gpt-5-mini",
    undefined,
    null,
    7,
    {},
    () => {},
    { specificationVersion: "v4", provider: "a", modelId: "b" },
  ])("is refused: %j", (value) => {
    expect(() => liftModel(value as never, "model of agent")).toThrow(
      /^model of agent must be a language model of the AI SDK, such as openai\("gpt-5-mini"\)/,
    );
  });

  test("is a model of another version of the interface, too", () => {
    const v1 = Object.assign(new ModelOfV4(""), { specificationVersion: "v1" });
    expect(() => liftModel(v1 as never)).toThrow(
      /specificationVersion of model must be "v4", "v3" or "v2".*but is "v1"/,
    );
  });
});
