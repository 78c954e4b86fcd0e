import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Clock } from "@flujo/core/protocols";
import type { ResolvedAnswer } from "../script/resolved-reply.ts";
import type { Break } from "../script/scripted-answer.ts";
import { settled, wait } from "../script/wait.ts";
import type { StreamEvent } from "./wire/model-api.ts";

/** How an answer came to its end, from the server's side. */
export type Ending = "answered" | "broken" | "left";

/** Writes one answer. Whatever is written goes into `sent` too; a client that left is written nothing more. */
export class Sender {
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #gone: AbortSignal;
  readonly #note: (status: number, text: string) => void;

  /**
   * @param gone - aborts when the client leaves or the server closes
   * @param note - told of everything that is written
   */
  constructor(response: ServerResponse, clock: Clock, gone: AbortSignal, note: (status: number, text: string) => void) {
    this.#response = response;
    this.#clock = clock;
    this.#gone = gone;
    this.#note = note;
  }

  async whole(status: number, headers: Readonly<Record<string, string>>, body: string): Promise<Ending> {
    if (this.#gone.aborted) return "left";
    this.#begin(status, { ...headers, "content-length": Buffer.byteLength(body) });
    return (await this.#write(body)) ? this.#end() : "left";
  }

  /** Says that there is no answer; of one that has begun, nothing can be said but that it ends here. */
  async refuse(status: number, body: string): Promise<Ending> {
    if (!this.#response.headersSent) return this.whole(status, { "content-type": "application/json" }, body);
    this.#response.destroy();
    return "broken";
  }

  /** The first half of a body, and then what `breaks` says. */
  async half(headers: Readonly<Record<string, string>>, body: string, breaks: Break): Promise<Ending> {
    const bytes = Buffer.from(body);
    const sent = breaks.afterPieces === 0 ? bytes.subarray(0, 0) : bytes.subarray(0, bytes.length >> 1);
    // An end in the middle is none that `content-length` would give away.
    const length = breaks.by === "end" ? {} : { "content-length": bytes.length };
    if (this.#gone.aborted) return "left";
    this.#begin(200, { ...headers, ...length });
    if (!(await this.#write(sent))) return "left";
    return this.#breakOff(breaks);
  }

  /** @param error - what the stream says, having had so many events, where it breaks off by one */
  async stream(
    answer: ResolvedAnswer,
    requestId: string,
    events: Iterable<StreamEvent>,
    error: (sequence: number) => string,
  ): Promise<Ending> {
    const { breaks, pieceDelayMs } = answer;
    const pieces = answer.parts.reduce((count, part) => count + part.pieces.length, 0);
    let left = breaks === undefined ? Infinity : Math.min(breaks.afterPieces, pieces);
    if (this.#gone.aborted) return "left";
    this.#begin(200, { "content-type": "text/event-stream", "cache-control": "no-cache", "x-request-id": requestId });
    let sequence = 0;
    for (const { text, isPiece } of events) {
      if (breaks !== undefined && left === 0) {
        if (breaks.by === "error" && !(await this.#write(error(sequence)))) return "left";
        return this.#breakOff(breaks);
      }
      if (isPiece) await wait(pieceDelayMs, this.#clock, this.#gone);
      if (!(await this.#write(text))) return "left";
      if (isPiece) left--;
      sequence++;
    }
    return this.#end();
  }

  #begin(status: number, headers: OutgoingHttpHeaders): void {
    this.#response.writeHead(status, headers);
    this.#response.flushHeaders();
    this.#note(status, "");
  }

  async #breakOff({ by }: Break): Promise<Ending> {
    if (by === "stall") {
      await settled(new Promise(() => {}), this.#gone);
      return "left";
    }
    if (by === "cut") this.#response.socket?.destroy();
    else this.#response.end();
    return "broken";
  }

  /** Resolves once the bytes are on their way, with whether there is anyone to have them. */
  async #write(data: string | Uint8Array): Promise<boolean> {
    if (this.#gone.aborted) return false;
    this.#note(this.#response.statusCode, Buffer.from(data).toString());
    if (data.length === 0) return true;
    await settled(new Promise<void>((resolve) => this.#response.write(data, () => resolve())), this.#gone);
    return !this.#gone.aborted;
  }

  async #end(): Promise<Ending> {
    await settled(new Promise<void>((resolve) => this.#response.end(() => resolve())), this.#gone);
    return this.#response.writableFinished ? "answered" : "left";
  }
}
