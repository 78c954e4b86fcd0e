import type { FinishReason } from "../model/language-model.ts";
import { checkRepairBy, type RepairByOptions, repairText } from "./repair-text.ts";

/** How a model's answers are repaired. */
export interface RepairMiddlewareOptions extends RepairByOptions {
  /**
   * Hold the text of a streamed answer in JSON back until it is whole, so that it can be repaired too. There are no
   * partial objects then: what has been sent can't be taken back. Default false: streams pass as they are.
   */
  readonly holdStreams?: boolean;
}

/**
 * A middleware for the AI SDK's `wrapLanguageModel`.
 *
 * Only what is used of `LanguageModelV4Middleware` is restated, so that this package depends on no version of the SDK.
 */
export interface RepairMiddleware {
  readonly specificationVersion: "v4";
  wrapGenerate<Answer extends MiddlewareAnswer>(call: {
    readonly doGenerate: () => PromiseLike<Answer>;
    readonly params: MiddlewareParams;
    readonly model: MiddlewareModel;
  }): Promise<Answer>;
  wrapStream<Part extends MiddlewareStreamPart, Answer extends { stream: ReadableStream<Part> }>(call: {
    readonly doStream: () => PromiseLike<Answer>;
    readonly params: MiddlewareParams;
    readonly model: MiddlewareModel;
  }): Promise<Answer>;
}

export interface MiddlewareModel {
  readonly provider: string;
  readonly modelId: string;
}

export interface MiddlewareParams {
  readonly responseFormat?: { readonly type: string; readonly schema?: unknown };
  readonly abortSignal?: AbortSignal | undefined;
}

export interface MiddlewareAnswer {
  readonly content: readonly { readonly type: string; readonly text?: unknown }[];
  readonly finishReason: FinishReason;
  readonly structuredOutputText?: string;
}

export interface MiddlewareStreamPart {
  readonly type: string;
}

/**
 * Repairs answers in JSON before the AI SDK parses them, for `generateText` with an `output` and whatever else asks for
 * JSON. The schema is the one that the provider is given. The answer's text stays as it came: what is repaired is put beside it, as
 * its `structuredOutputText`. What can't be repaired, or stopped early, is left to the SDK.
 *
 * @throws InvalidOptionError naming the first option that can't be used or is not known.
 */
export function repairMiddleware(options: RepairMiddlewareOptions = {}): RepairMiddleware {
  checkRepairBy("options of repairMiddleware", options, ["holdStreams"]);
  const mend = async (
    text: string,
    finishReason: FinishReason,
    { responseFormat, abortSignal }: MiddlewareParams,
    { provider, modelId }: MiddlewareModel,
  ): Promise<string | undefined> => {
    // What comes with tool calls is talk.
    if (finishReason.unified === "tool-calls") return undefined;
    const asked = { schema: responseFormat?.schema, finishReason };
    const result = await repairText(`${provider}/${modelId}`, text, asked, options, abortSignal);
    return result?.ok === true && result.status === "repaired" ? JSON.stringify(result.json) : undefined;
  };
  return {
    specificationVersion: "v4",
    async wrapGenerate({ doGenerate, params, model }) {
      const answer = await doGenerate();
      if (params.responseFormat?.type !== "json") return answer;
      const text = answer.structuredOutputText ?? textOf(answer);
      const structuredOutputText = await mend(text, answer.finishReason, params, model);
      return structuredOutputText === undefined ? answer : { ...answer, structuredOutputText };
    },
    async wrapStream({ doStream, params, model }) {
      const answer = await doStream();
      if (params.responseFormat?.type !== "json" || options.holdStreams !== true) return answer;
      const held = holdText((text, finishReason) => mend(text, finishReason, params, model));
      return { ...answer, stream: answer.stream.pipeThrough(held) };
    },
  };
}

function textOf({ content }: MiddlewareAnswer): string {
  return content.map(({ type, text }) => (type === "text" && typeof text === "string" ? text : "")).join("");
}

/** The parts of a stream that matter here. */
interface TextPart extends MiddlewareStreamPart {
  readonly delta?: string;
  readonly finishReason?: FinishReason;
}

/** Keeps the parts of a text back until the answer has ended, and gives them as they came or as one that is mended. */
function holdText<Part extends TextPart>(
  mend: (text: string, finishReason: FinishReason) => Promise<string | undefined>,
): TransformStream<Part, Part> {
  let held: Part[] = [];
  return new TransformStream({
    async transform(part, controller) {
      if (part.type.startsWith("text-")) {
        held.push(part);
        return;
      }
      if (part.type === "finish" && part.finishReason !== undefined) {
        const text = held.map(({ delta = "" }) => delta).join("");
        const mended = await mend(text, part.finishReason);
        for (const one of mended === undefined ? held : inOne(held, mended)) controller.enqueue(one);
        held = [];
      }
      controller.enqueue(part);
    },
    flush(controller) {
      for (const part of held) controller.enqueue(part);
    },
  });
}

/** The first text of several, with all of what they say in its first part. */
function inOne<Part extends TextPart>(parts: readonly Part[], text: string): readonly Part[] {
  const first = (type: string): readonly Part[] => parts.filter((part) => part.type === type).slice(0, 1);
  return [
    ...first("text-start"),
    ...first("text-delta").map((part) => ({ ...part, delta: text })),
    ...first("text-end"),
  ];
}
