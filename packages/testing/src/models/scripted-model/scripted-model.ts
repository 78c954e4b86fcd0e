import { SystemClock } from "@flujo/core";
import type { Clock } from "@flujo/core/protocols";
import { checkKeys } from "@flujo/dsl";
import { type ModelRequest, modelRequest } from "../script/model-request.ts";
import { RequestIdentities } from "../script/request-identity.ts";
import type { CountedUsage, ResolvedAnswer, ResolvedReply } from "../script/resolved-reply.ts";
import { type ModelScript, ScriptPlayer } from "../script/script.ts";
import { settled, wait } from "../script/wait.ts";
import { contentOf, finishOf, usageOf } from "./answer-content.ts";
import { answerStream } from "./answer-stream.ts";
import type { ModelCallOptions, ModelResult, ModelStreamPart, ScriptedLanguageModel } from "./language-model.ts";
import { connectionLost, refused, unreadable } from "./model-failure.ts";
import { readCall } from "./read-call.ts";

export interface ScriptedModelOptions {
  /** Default `scripted`. */
  readonly provider?: string;
  /** Default `scripted-model`. */
  readonly modelId?: string;
  /** What {@link ModelRequest.random} begins from. Default 0. */
  readonly seed?: number;
  /** Times the delays of the script. Default: the machine's clock. */
  readonly clock?: Clock;
}

/** One call of a scripted model, as it came and as it went. */
export interface ScriptedCall {
  readonly request: ModelRequest;
  readonly options: ModelCallOptions;
  /**
   * `at work` until the model has said all it is going to say, `aborted` where the caller gave up before. `failed`: what the script
   * says is a failure, or breaks off, or there is nothing in it for this.
   */
  readonly state: "at work" | "answered" | "failed" | "aborted";
  /** What the answer uses, reported or not; from when it is known what the answer is. */
  readonly usage: CountedUsage | undefined;
}

/**
 * A language model of the AI SDK, in process, that says what its script says and keeps its calls.
 *
 * It takes everything that a call may ask for and heeds the abort signal, before the answer, in delays and between the pieces of a stream.
 */
export class ScriptedModel implements ScriptedLanguageModel {
  readonly specificationVersion = "v4";
  readonly provider: string;
  readonly modelId: string;
  readonly supportedUrls: Record<string, RegExp[]> = {};
  readonly #player: ScriptPlayer;
  readonly #identities: RequestIdentities;
  readonly #clock: Clock;
  readonly #calls: Writable<ScriptedCall>[] = [];

  constructor(script: ModelScript, options: ScriptedModelOptions = {}) {
    checkKeys("options", options, ["provider", "modelId", "seed", "clock"]);
    const { provider = "scripted", modelId = "scripted-model", seed = 0, clock = new SystemClock() } = options;
    this.#player = new ScriptPlayer(script);
    this.provider = provider;
    this.modelId = modelId;
    this.#identities = new RequestIdentities(seed);
    this.#clock = clock;
  }

  /** In the order in which they came. */
  get calls(): readonly ScriptedCall[] {
    return this.#calls;
  }

  /**
   * To be asked at the end of a test, for what it tests may have swallowed the error of a call.
   *
   * @throws the first error of the script's, such as an UnscriptedCallError; an error if replies of a list are left
   */
  verify(): void {
    this.#player.verify();
  }

  async doGenerate(options: ModelCallOptions): Promise<ModelResult> {
    const { call, answer, signal } = await this.#begin(options, false);
    if (answer.breaks !== undefined) {
      if (answer.breaks.by === "stall") await settled(new Promise(() => {}), signal);
      throwIfAborted(call, signal);
      call.state = "failed";
      if (answer.breaks.by === "end") throw unreadable({ status: 200, headers: {}, body: "" }, this.#url, options);
      throw connectionLost(this.#url, options);
    }
    call.state = "answered";
    return {
      content: contentOf(answer),
      finishReason: finishOf(answer),
      usage: usageOf(answer.usage),
      response: { id: responseId(call.request), modelId: answer.model },
      warnings: [],
    };
  }

  async doStream(options: ModelCallOptions): Promise<{ stream: ReadableStream<ModelStreamPart> }> {
    const { call, answer, signal } = await this.#begin(options, true);
    const dropped = new AbortController();
    const parts = answerStream(answer, responseId(call.request), {
      clock: this.#clock,
      signal: AbortSignal.any([signal, dropped.signal]),
      lost: () => connectionLost(this.#url, options),
    });
    return { stream: streamOf(parts, call, signal, dropped) };
  }

  /** What both ways of calling have in common: everything up to the answer's beginning. */
  async #begin(options: ModelCallOptions, isStream: boolean): Promise<Begun> {
    const { abortSignal: signal = NEVER, ...content } = options;
    signal.throwIfAborted();
    const { headers: _, ...asked } = content as typeof content & { readonly headers?: unknown };
    const identity = this.#identities.identify({ ...asked, isStream });
    const request = modelRequest(readCall(this.modelId, options, isStream), identity);
    const call: Writable<ScriptedCall> = { request, options, state: "at work", usage: undefined };
    this.#calls.push(call);
    const replying = this.#reply(call);
    await settled(replying, signal);
    throwIfAborted(call, signal);
    const reply = await replying;
    if (reply.when !== undefined) await settled(reply.when, signal);
    await wait(reply.delayMs, this.#clock, signal);
    throwIfAborted(call, signal);
    if (reply.type === "answer") return { call, answer: reply, signal };
    call.state = "failed";
    throw reply.type === "body" ? unreadable(reply, this.#url, options) : refused(reply, this.#url, options);
  }

  async #reply(call: Writable<ScriptedCall>): Promise<ResolvedReply> {
    try {
      const reply = await this.#player.replyTo(call.request);
      call.usage = reply.usage;
      return reply;
    } catch (error) {
      if (call.state === "at work") call.state = "failed";
      throw error;
    }
  }

  get #url(): string {
    return `scripted:${this.provider}/${this.modelId}`;
  }
}

/**
 * A language model that says what its script says: for tests of one process, with no server.
 *
 * @param script - replies in the order of the calls, or a function of what is asked; {@link replyRules} makes one of rules
 */
export function scriptedModel(script: ModelScript, options?: ScriptedModelOptions): ScriptedModel {
  return new ScriptedModel(script, options);
}

interface Begun {
  readonly call: Writable<ScriptedCall>;
  readonly answer: ResolvedAnswer;
  readonly signal: AbortSignal;
}

type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/** For calls without a signal of their own. */
const NEVER: AbortSignal = new AbortController().signal;

function responseId({ hash, nth }: ModelRequest): string {
  return `scripted-${hash.slice(0, 12)}-${nth}`;
}

function throwIfAborted(call: Writable<ScriptedCall>, signal: AbortSignal): void {
  if (!signal.aborted) return;
  call.state = "aborted";
  throw signal.reason;
}

/** The parts as a stream, which ends its call however it ends itself. */
function streamOf(
  parts: AsyncGenerator<ModelStreamPart>,
  call: Writable<ScriptedCall>,
  signal: AbortSignal,
  dropped: AbortController,
): ReadableStream<ModelStreamPart> {
  return new ReadableStream<ModelStreamPart>({
    async pull(controller) {
      try {
        const { done, value } = await parts.next();
        throwIfAborted(call, signal);
        if (done !== true) {
          if (value.type === "error") call.state = "failed";
          controller.enqueue(value);
          return;
        }
        if (call.state === "at work") call.state = "answered";
        controller.close();
      } catch (error) {
        if (call.state === "at work") call.state = "failed";
        controller.error(error);
      }
    },
    cancel() {
      if (call.state === "at work") call.state = "aborted";
      dropped.abort();
    },
  });
}
