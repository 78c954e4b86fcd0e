/** What a model says to one request: a text, an answer with more to it, a failure, or a body as it stands. */
export type Reply = string | ScriptedAnswer | ScriptedFailure | ScriptedBody;

/** An answer of a model, in the words of no provider: each interface says it in its own. */
export interface ScriptedAnswer {
  /** In a stream, a list comes in these pieces, and a string in pieces of 16 characters. */
  readonly text?: string | readonly string[];
  /** Takes the place of `text`: the value, as JSON. */
  readonly json?: unknown;
  readonly toolCalls?: readonly ScriptedToolCall[];
  /** What the model thought before it spoke. OpenAI's chat has no place for it, and counts its tokens only. */
  readonly reasoning?: string;
  /** Takes the place of `text`: the model says that it won't, and ends as its interface has it then. */
  readonly refusal?: string;
  /** Why it ends there. Default: `tool-calls` if it has some, else `stop`. */
  readonly finishReason?: ScriptedFinish;
  /** What is left out is counted, by {@link countTokens}. */
  readonly usage?: ScriptedUsage;
  /** The model that says so. Default: the one that was asked for. */
  readonly model?: string;
  /** The answer is sent once this is over. Default: at once. */
  readonly when?: PromiseLike<unknown>;
  /** How long the answer takes to begin, in milliseconds. Default 0. */
  readonly delayMs?: number;
  /** How long a stream waits before each piece, in milliseconds. Default 0. */
  readonly pieceDelayMs?: number;
  /** The answer never gets to its end. */
  readonly breaks?: Break;
}

export type ScriptedFinish = "stop" | "length" | "content-filter" | "tool-calls" | "other";

export interface ScriptedToolCall {
  readonly name: string;
  /** A string is sent as it is, be it JSON or not; anything else as JSON. Default `{}`. */
  readonly input?: unknown;
  /** Default: one that is the same for the same request. */
  readonly id?: string;
}

/** Tokens. Cached ones are part of the input, and reasoning of the output. */
export interface ScriptedUsage {
  readonly inputTokens?: number;
  /** Default 0. */
  readonly cacheReadTokens?: number;
  /** Default 0. */
  readonly cacheWriteTokens?: number;
  readonly outputTokens?: number;
  readonly reasoningTokens?: number;
  /** Whether the answer says what it used. It is used either way. Default true. */
  readonly reported?: boolean;
}

/** Where an answer breaks off, and what its reader sees of that. */
export interface Break {
  /**
   * How many pieces of text, tool input or reasoning a stream has by then. An answer in one body has half of its bytes,
   * or with 0 none.
   */
  readonly afterPieces: number;
  /**
   * `cut`: the connection is gone. `end`: it ends as if all were well. `stall`: nothing comes any more, until the reader
   * gives up. `error`: a stream tells of an error that the server has; of an answer in one body it is `cut`.
   */
  readonly by: "cut" | "end" | "stall" | "error";
}

/** A refusal by the service, as HTTP has them. It uses no tokens unless `usage` says so. */
export interface ScriptedFailure {
  /** From 400 to 599. */
  readonly status: number;
  /** Default: the status in words. */
  readonly message?: string;
  /** The service's name for it: `insufficient_quota`. */
  readonly code?: string;
  /** What `Retry-After` says: seconds as a number, a moment as a date. Default: nothing. */
  readonly retryAfter?: number | Date;
  readonly headers?: Readonly<Record<string, string>>;
  readonly usage?: ScriptedUsage;
  readonly when?: PromiseLike<unknown>;
  readonly delayMs?: number;
}

/** Bytes that no provider would send. Of a model in process, it is what an SDK makes of them: an answer that can't be read. */
export interface ScriptedBody {
  readonly body: string;
  /** Default 200. */
  readonly status?: number;
  /** Default `content-type: application/json`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly usage?: ScriptedUsage;
  readonly when?: PromiseLike<unknown>;
  readonly delayMs?: number;
}
