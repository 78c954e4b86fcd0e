import type { StepHandler } from "@flujo/core/protocols";
import { type CallPurpose, type StandardSchema, Step, type StepScope, type UsageReport } from "@flujo/dsl";
import { callModel } from "../model/call-model.ts";
import type { CallSettings, ContentPart, FinishReason, ModelCall, ToolChoice } from "../model/language-model.ts";
import type { Model } from "../model/model.ts";
import { withoutUndefined } from "../model/without-undefined.ts";
import type { AnswerFormat } from "../output/answer-format.ts";
import { checkEnd } from "../output/read-answer.ts";
import { buildPrompt, type PromptTemplate } from "../prompt/build-prompt.ts";
import type { ModelMessage } from "../prompt/prompt-message.ts";
import type { Asking } from "../prompt/prompt-scope.ts";
import { LeafHandler } from "./leaf-handler.ts";

/** What a call of the model is made of. */
export type Turn = FirstTurn | LaterTurn;

/** The prompt is yet to be built. */
export interface FirstTurn {
  readonly input: unknown;
  readonly asking: Asking;
  readonly messages?: undefined;
  readonly toolChoice?: ToolChoice | undefined;
}

export interface LaterTurn {
  readonly messages: readonly ModelMessage[];
  readonly toolChoice?: ToolChoice | undefined;
}

/** What a call of the model came to, as it is recorded. */
export interface ModelTurn {
  /** As it was built, of the first call: it is not built again. */
  readonly prompt?: readonly ModelMessage[];
  readonly content: readonly ContentPart[];
  readonly finishReason: FinishReason;
  readonly structuredOutputText?: string;
  readonly usage: UsageReport;
}

/** What the calls of one kind that an agent makes have in common. */
export interface ModelStepOptions {
  readonly model: Model;
  readonly purpose: CallPurpose;
  readonly settings: CallSettings;
  readonly format: AnswerFormat;
  readonly output: StandardSchema | undefined;
  readonly template: PromptTemplate;
  readonly tools: ModelCall["tools"];
  readonly stream: boolean;
  readonly promptVersion: string | undefined;
  /** The header in which the provider is given the call's idempotency key. */
  readonly idempotencyHeader: string | undefined;
}

const HANDLER = new LeafHandler("model");

/** A leaf that calls a language model once. Part of an agent. */
export class ModelStep extends Step<never, unknown, unknown> {
  readonly kind = "model";
  override readonly resource: string;
  readonly options: ModelStepOptions;

  constructor(name: string, options: ModelStepOptions) {
    super(name);
    this.resource = options.model.name;
    this.options = options;
    Object.freeze(this);
  }

  override get handler(): StepHandler<never> {
    return HANDLER as unknown as StepHandler<never>;
  }

  override details(): Readonly<Record<string, unknown>> {
    return { model: this.options.model.name };
  }

  /** Calls the model. @throws what {@link checkEnd} and a failed call throw */
  async work(turn: Turn, scope: StepScope): Promise<ModelTurn> {
    const { model, settings, format, template, tools, purpose, promptVersion, stream, output } = this.options;
    const { responseFormat, instruction } = format;
    const prompt =
      turn.messages === undefined
        ? await buildPrompt(template, instruction, turn.input, scope, turn.asking)
        : [...turn.messages];
    const headers = headersOf(this.options, scope);
    const call: ModelCall = {
      ...settings,
      ...(headers && { headers }),
      ...(responseFormat && { responseFormat }),
      ...(tools && { tools }),
      ...(tools && turn.toolChoice && { toolChoice: turn.toolChoice }),
      prompt,
      abortSignal: scope.signal,
    };
    const { generation, usage } = await callModel(model, call, { purpose, promptVersion, stream, output }, scope);
    checkEnd(generation, { model: model.name, path: scope.path });
    const { content, finishReason, structuredOutputText } = generation;
    return {
      ...(turn.messages === undefined ? { prompt } : {}),
      content: content.filter(({ type }) => KEPT.has(type)).map(withoutUndefined),
      finishReason: withoutUndefined(finishReason),
      ...(structuredOutputText === undefined ? {} : { structuredOutputText }),
      usage: withoutUndefined(usage),
    };
  }
}

/** What is needed to go on. Sources and the like are no part of a conversation. */
const KEPT: ReadonlySet<string> = new Set(["text", "reasoning", "file", "tool-call", "tool-result"]);

/** Those of the agent, with the call's idempotency key, if it is to be sent. */
function headersOf(
  { settings, idempotencyHeader }: ModelStepOptions,
  { idempotencyKey }: StepScope,
): Record<string, string> | undefined {
  return idempotencyHeader === undefined ? undefined : { ...settings.headers, [idempotencyHeader]: idempotencyKey };
}
