import type { LanguageModelV2, LanguageModelV3, LanguageModelV4 } from "@ai-sdk/provider";

type V4Answer = Awaited<ReturnType<LanguageModelV4["doGenerate"]>>;
type V4Call = Parameters<LanguageModelV4["doGenerate"]>[0];

/** The text of an answer, or as much of an answer as matters to a test, or a function that gives one or throws. */
export type Scripted<Answer> = string | Partial<Answer> | (() => Partial<Answer> | PromiseLike<Partial<Answer>>);

export const KNOWN_USAGE: V4Answer["usage"] = {
  inputTokens: { total: 12, noCache: 8, cacheRead: 4, cacheWrite: undefined },
  outputTokens: { total: 7, text: 5, reasoning: 2 },
};

export const UNKNOWN_USAGE: V4Answer["usage"] = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};

/** A model of v4 that answers what it is told to, and keeps what it was asked. */
export class ModelOfV4 implements LanguageModelV4 {
  readonly specificationVersion = "v4";
  readonly provider: string = "acme.chat";
  readonly modelId: string = "nano";
  readonly supportedUrls = {};
  readonly asked: V4Call[] = [];
  readonly #script: Scripted<V4Answer>;

  constructor(script: Scripted<V4Answer>) {
    this.#script = script;
  }

  async doGenerate(call: V4Call): Promise<V4Answer> {
    this.asked.push(call);
    const answer = await play(this.#script);
    return { content: [], finishReason: { unified: "stop", raw: "stop" }, usage: KNOWN_USAGE, warnings: [], ...answer };
  }

  doStream(): never {
    throw new Error("not asked for in these tests");
  }
}

type V3Answer = Awaited<ReturnType<LanguageModelV3["doGenerate"]>>;
type V3Call = Parameters<LanguageModelV3["doGenerate"]>[0];

/** The same for v3. */
export class ModelOfV3 implements LanguageModelV3 {
  readonly specificationVersion = "v3";
  readonly provider = "acme.chat";
  readonly modelId = "old";
  readonly supportedUrls = {};
  readonly asked: V3Call[] = [];
  readonly #script: Scripted<V3Answer>;

  constructor(script: Scripted<V3Answer>) {
    this.#script = script;
  }

  async doGenerate(call: V3Call): Promise<V3Answer> {
    this.asked.push(call);
    const answer = await play(this.#script);
    return { content: [], finishReason: { unified: "stop", raw: "stop" }, usage: KNOWN_USAGE, warnings: [], ...answer };
  }

  doStream(): never {
    throw new Error("not asked for in these tests");
  }
}

type V2Answer = Awaited<ReturnType<LanguageModelV2["doGenerate"]>>;
type V2Call = Parameters<LanguageModelV2["doGenerate"]>[0];

/** The same for v2. */
export class ModelOfV2 implements LanguageModelV2 {
  readonly specificationVersion = "v2";
  readonly provider = "acme.chat";
  readonly modelId = "older";
  readonly supportedUrls = {};
  readonly asked: V2Call[] = [];
  readonly #script: Scripted<V2Answer>;

  constructor(script: Scripted<V2Answer>) {
    this.#script = script;
  }

  async doGenerate(call: V2Call): Promise<V2Answer> {
    this.asked.push(call);
    const usage = { inputTokens: 12, outputTokens: 7, totalTokens: 19, cachedInputTokens: 4, reasoningTokens: 2 };
    return { content: [], finishReason: "stop", usage, warnings: [], ...(await play(this.#script)) };
  }

  doStream(): never {
    throw new Error("not asked for in these tests");
  }
}

async function play<Answer>(
  script: Scripted<Answer>,
): Promise<Partial<Answer> | { content: { type: "text"; text: string }[] }> {
  if (typeof script === "string") return { content: [{ type: "text", text: script }] };
  return typeof script === "function" ? await script() : script;
}
