import { InvalidOptionError } from "@flujo/dsl";
import type {
  FinishReason,
  LanguageModel,
  ModelCall,
  ModelUsage,
  OlderMessage,
  StreamPart,
  V2FinishReason,
  V2Usage,
} from "./language-model.ts";
import type { Model } from "./model.ts";
import { toOlderPrompt } from "./older-prompt.ts";

/**
 * Brings a model of any supported version of the AI SDK's interface to one shape.
 *
 * @param option - what the value is called in an error
 * @throws {@link InvalidOptionError} if it is no such model, a model's id for instance.
 */
export function liftModel(model: LanguageModel, option = "model"): Model {
  if (!isModelObject(model)) {
    throw new InvalidOptionError(
      option,
      model,
      'a language model of the AI SDK, such as openai("gpt-5-mini") from @ai-sdk/openai',
    );
  }
  // Some models are classes that use `this`: doGenerate and doStream stay method calls.
  const name = modelName(model);
  switch (model.specificationVersion) {
    case "v4":
      return {
        name,
        generate: async (call) => model.doGenerate(call),
        ...(model.doStream && { stream: (call) => parts(model.doStream?.(call)) }),
      };
    case "v3":
      return {
        name,
        generate: async (call) => model.doGenerate(older(call, "v3")),
        ...(model.doStream && { stream: (call) => parts(model.doStream?.(older(call, "v3"))) }),
      };
    case "v2":
      return {
        name,
        generate: async (call) => {
          const answer = await model.doGenerate(older(call, "v2") as never);
          return { ...answer, finishReason: liftFinishReason(answer.finishReason), usage: liftUsage(answer.usage) };
        },
        ...(model.doStream && { stream: (call) => liftParts(parts(model.doStream?.(older(call, "v2") as never))) }),
      };
    default:
      throw new InvalidOptionError(
        `specificationVersion of ${option}`,
        (model as LanguageModel).specificationVersion,
        '"v4", "v3" or "v2": use a version of the provider\'s package that is made for AI SDK 5 or later',
      );
  }
}

/** `openai.responses` and `openai.chat` are two ways to one provider: what follows the dot is left out. */
function modelName({ provider, modelId }: LanguageModel): string {
  return `${provider.split(".", 1)[0]}/${modelId}`;
}

function isModelObject(value: unknown): value is LanguageModel {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const { provider, modelId, doGenerate } = value as Partial<Record<keyof LanguageModel, unknown>>;
  return typeof provider === "string" && typeof modelId === "string" && typeof doGenerate === "function";
}

function older(call: ModelCall, version: "v2" | "v3"): ModelCall<OlderMessage> {
  return { ...call, prompt: toOlderPrompt(call.prompt, version) };
}

/** The parts of a stream. Whoever stops reading lets the provider know. */
async function* parts(
  answer: PromiseLike<{ readonly stream: ReadableStream<StreamPart> }> | undefined,
): AsyncIterable<StreamPart> {
  if (answer === undefined) return;
  const reader = (await answer).stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
    ended = true;
  } catch (error) {
    ended = true;
    throw error;
  } finally {
    // What the provider makes of that is of no matter: nobody reads on.
    if (!ended) reader.cancel().catch(() => undefined);
  }
}

async function* liftParts(stream: AsyncIterable<StreamPart>): AsyncIterable<StreamPart> {
  for await (const part of stream) {
    yield part.type === "finish"
      ? {
          ...part,
          finishReason: liftFinishReason(part.finishReason as V2FinishReason),
          usage: liftUsage(part.usage as V2Usage | undefined),
        }
      : part;
  }
}

function liftFinishReason(reason: V2FinishReason): FinishReason {
  return { unified: reason === "unknown" ? "other" : reason, raw: undefined };
}

function liftUsage(usage: V2Usage | undefined): ModelUsage | undefined {
  return (
    usage && {
      inputTokens: { total: usage.inputTokens, cacheRead: usage.cachedInputTokens },
      outputTokens: { total: usage.outputTokens, reasoning: usage.reasoningTokens },
    }
  );
}
