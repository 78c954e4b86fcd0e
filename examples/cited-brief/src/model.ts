import type { LanguageModel } from "@flujo/agents";
import { Problem } from "./input/problem.ts";
import { LocalModel } from "./local-model/local-model.ts";

/** Used when FLUJO_MODEL does not name another. */
const DEFAULT_MODEL = "gpt-5-mini";

export interface ChosenModel {
  readonly model: LanguageModel;
  /** Tells one model from another. */
  readonly id: string;
  /** For people. */
  readonly description: string;
}

/**
 * OpenAI's model if there is a key for it, or that of a compatible server; else the one that runs here.
 *
 * @throws {@link Problem} if OPENAI_BASE_URL is no web address.
 */
export async function chooseModel(env: NodeJS.ProcessEnv): Promise<ChosenModel> {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseURL, FLUJO_MODEL: name = DEFAULT_MODEL } = env;
  if (!apiKey) {
    const model = new LocalModel();
    return {
      model,
      id: `${model.provider}/${model.modelId}`,
      description:
        "No OPENAI_API_KEY is set, so no AI model is at work: a program on this computer ranks and picks sentences.",
    };
  }
  if (baseURL && !/^https?:$/.test(URL.parse(baseURL)?.protocol ?? "")) {
    throw new Problem(`OPENAI_BASE_URL is "${baseURL}", which is not an http or https address.`);
  }
  const { createOpenAI } = await import("@ai-sdk/openai");
  const openai = createOpenAI({ apiKey, ...(baseURL ? { baseURL } : {}) });
  // Compatible servers speak chat completions; OpenAI itself offers more under its default.
  const model = baseURL ? openai.chat(name) : openai(name);
  return {
    model,
    id: `openai/${name}${baseURL ? `@${baseURL}` : ""}`,
    description: `The model is ${name}, at ${baseURL ? new URL(baseURL).host : "OpenAI"}.`,
  };
}
