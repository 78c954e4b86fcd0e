import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4GenerateResult,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from "@ai-sdk/provider";
import { answerTo } from "./answer.ts";
import { taskIn } from "./task.ts";
import { countWords } from "./words.ts";

/**
 * A language model that runs here and needs no key. It understands the tasks of this example alone and does them
 * extractively: it ranks, picks and groups what the documents say, and writes nothing of its own.
 * The same prompt always gets the same answer. Its tokens are words, counted.
 */
export class LocalModel implements LanguageModelV4 {
  readonly specificationVersion = "v4";
  readonly provider = "local";
  readonly modelId = "extractive-1";
  readonly supportedUrls = {};

  async doGenerate({ prompt }: LanguageModelV4CallOptions): Promise<LanguageModelV4GenerateResult> {
    const task = taskIn(lastQuestion(prompt));
    if (task === undefined)
      throw new Error("The local model found no task in the prompt: it looks for a line such as `# Task: claims`.");
    const text = JSON.stringify(answerTo(task));
    const inputTokens = countWords(allText(prompt));
    const outputTokens = countWords(text);
    return {
      content: [{ type: "text", text }],
      finishReason: { unified: "stop", raw: undefined },
      usage: {
        inputTokens: { total: inputTokens, noCache: inputTokens, cacheRead: undefined, cacheWrite: undefined },
        outputTokens: { total: outputTokens, text: outputTokens, reasoning: undefined },
      },
      warnings: [],
    };
  }

  async doStream(options: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamResult> {
    const { content, finishReason, usage, warnings } = await this.doGenerate(options);
    const parts: LanguageModelV4StreamPart[] = [
      { type: "stream-start", warnings },
      { type: "text-start", id: "0" },
      ...content.flatMap((part): LanguageModelV4StreamPart[] =>
        part.type === "text" ? [{ type: "text-delta", id: "0", delta: part.text }] : [],
      ),
      { type: "text-end", id: "0" },
      { type: "finish", finishReason, usage },
    ];
    return { stream: ReadableStream.from(parts) };
  }
}

function lastQuestion(prompt: LanguageModelV4Prompt): string {
  const message = prompt.findLast(({ role }) => role === "user");
  return message === undefined ? "" : allText([message]);
}

function allText(prompt: LanguageModelV4Prompt): string {
  return prompt
    .flatMap(({ content }) =>
      typeof content === "string" ? [content] : content.map((part) => (part.type === "text" ? part.text : "")),
    )
    .join("\n");
}
