import type { Break, ScriptedFinish } from "./scripted-answer.ts";

/** A reply with nothing left open: what the interfaces put into words. */
export type ResolvedReply = ResolvedAnswer | ResolvedFailure | ResolvedBody;

interface Timed {
  readonly usage: CountedUsage;
  readonly when: PromiseLike<unknown> | undefined;
  readonly delayMs: number;
}

export interface ResolvedAnswer extends Timed {
  readonly type: "answer";
  readonly model: string;
  /** In the order in which they come: reasoning, then a text or a refusal, then tool calls. */
  readonly parts: readonly AnswerPart[];
  readonly finish: ScriptedFinish | "refusal";
  readonly pieceDelayMs: number;
  readonly breaks: Break | undefined;
}

export interface ResolvedFailure extends Timed {
  readonly type: "failure";
  readonly status: number;
  readonly message: string;
  readonly code: string | undefined;
  /** With `retry-after`, where there is one. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface ResolvedBody extends Timed {
  readonly type: "body";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type AnswerPart = SpokenPart | CallPart;

/** `pieces` are what a stream brings one after the other; together they are `text`. */
export interface SpokenPart {
  readonly type: "reasoning" | "text" | "refusal";
  readonly text: string;
  readonly pieces: readonly string[];
}

/** `text` is the tool's input, as JSON if the script wants it so. */
export interface CallPart {
  readonly type: "tool-call";
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly pieces: readonly string[];
}

/** Tokens. Cached ones are part of the input, and reasoning of the output. */
export interface CountedUsage {
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** Whether the answer says so. */
  readonly isReported: boolean;
}
