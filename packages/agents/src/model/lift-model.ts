import { InvalidOptionError } from "@flujo/dsl";
import type {
  FinishReason,
  LanguageModel,
  ModelCall,
  ModelUsage,
  OlderMessage,
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
  // Some models are classes that use `this`: doGenerate stays a method call.
  const name = modelName(model);
  switch (model.specificationVersion) {
    case "v4":
      return { name, generate: async (call) => model.doGenerate(call) };
    case "v3":
      return { name, generate: async (call) => model.doGenerate({ ...call, prompt: toOlderPrompt(call.prompt) }) };
    case "v2":
      return {
        name,
        generate: async (call) => {
          const asked: ModelCall<OlderMessage> = { ...call, prompt: toOlderPrompt(call.prompt) };
          const answer = await model.doGenerate(asked as never);
          return { ...answer, finishReason: liftFinishReason(answer.finishReason), usage: liftUsage(answer.usage) };
        },
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
