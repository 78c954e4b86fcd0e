import type { ModelRequest, RequestContent } from "../../script/model-request.ts";
import type { ResolvedAnswer, ResolvedFailure } from "../../script/resolved-reply.ts";

/** One interface of a model provider: how it asks, and how it answers. */
export interface ModelApi {
  readonly api: Exclude<ModelRequest["api"], "in-process">;
  /** What its URL ends with. */
  readonly path: string;
  /** @throws {@link BadRequest} unless the body is what this interface takes */
  read(body: unknown): RequestContent;
  /** The answer in one body. */
  answer(answer: ResolvedAnswer, context: AnswerContext): object;
  /** The answer as a stream of server-sent events. */
  stream(answer: ResolvedAnswer, context: AnswerContext): Iterable<StreamEvent>;
  failure(failure: Pick<ResolvedFailure, "status" | "message" | "code">): object;
  /**
   * What a stream says when the server has an error in the middle of it.
   *
   * @param sequence - how many events it had so far
   */
  streamError(message: string, sequence: number): string;
}

/** What an answer has to know beside itself. */
export interface AnswerContext {
  readonly request: ModelRequest;
  /** Names the answer: the same for the same request. */
  readonly id: string;
  /** What the answer says that it costs, in dollars; absent if it says nothing. */
  readonly costUsd: number | undefined;
}

export interface StreamEvent {
  /** As it is sent. */
  readonly text: string;
  /** Whether it brings a piece of the answer, and is none of the events around them. */
  readonly isPiece: boolean;
}

/** Seconds since the epoch when every answer says it was made: the same always, so that equal answers are equal byte for byte. */
export const CREATED_AT: number = Date.UTC(2026, 0) / 1000;

/** A request that no script is asked about, for it is none. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
}

/** An event that bears its type as a name too, as most interfaces have them. */
export function namedEvent(data: TypedData, isPiece = false): StreamEvent {
  return { text: `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`, isPiece };
}

interface TypedData {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** What errors of a status are called. */
export function errorType(status: number): string {
  return ERROR_TYPES[status] ?? (status >= 500 ? "server_error" : "invalid_request_error");
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  429: "rate_limit_error",
};
