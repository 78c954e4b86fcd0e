import type { CallPurpose } from "@flujo/dsl";
import { type ServiceToken, token } from "./token.ts";

/**
 * Carries out calls of language models, one at a time. Stands between agents and their models: a gateway, a cache of answers or
 * a recording takes its place. Registered under its token; without one, each model is asked itself.
 *
 * Whatever it does, retries, budgets, books and the journal are around it: it is not asked for a call whose answer
 * is recorded.
 */
export interface AgentRunner {
  /** The model's answer. What it throws is the call's failure. */
  generate(call: AgentCall): Promise<AgentAnswer>;
  /**
   * The model's answer piece by piece, in the parts of the AI SDK's interface. Asked only for agents that stream.
   * An answer without its `finish` part is taken for one that was cut.
   */
  stream(call: AgentCall): AsyncIterable<AgentAnswerPart>;
}

export const AgentRunner: ServiceToken<AgentRunner> = token<AgentRunner>("AgentRunner");

/** One call of a language model. */
export interface AgentCall {
  /** `openai/gpt-5-mini` */
  readonly model: string;
  /** What it is asked: messages, tools, settings, in the shape of the AI SDK's interface. */
  readonly request: AgentRequest;
  readonly purpose: CallPurpose;
  readonly runId: string;
  /** Of the call, not of the agent: `critic#2/model`. */
  readonly path: string;
  /** The same whenever this call is made again in its run. */
  readonly idempotencyKey: string;
  /** Asks the model itself. */
  generate(request: AgentRequest): Promise<AgentAnswer>;
  /** Asks the model itself, for an answer piece by piece. */
  stream(request: AgentRequest): AsyncIterable<AgentAnswerPart>;
}

export interface AgentRequest {
  readonly prompt: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly object[];
  readonly abortSignal: AbortSignal;
  /** `temperature`, `responseFormat` and what else the interface has. */
  readonly [setting: string]: unknown;
}

export interface AgentAnswer {
  readonly content: readonly { readonly type: string }[];
  readonly finishReason: { readonly unified: string; readonly raw: string | undefined };
  /** As the provider gave it. Left out: unknown, which is not 0. */
  readonly usage?: unknown;
  readonly [more: string]: unknown;
}

export interface AgentAnswerPart {
  readonly type: string;
  readonly [more: string]: unknown;
}
