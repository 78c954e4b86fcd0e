import { InvalidOptionError } from "@flujo/core/protocols";
import type { ModelRequest } from "./model-request.ts";
import { resolveReply } from "./resolve-reply.ts";
import type { ResolvedReply } from "./resolved-reply.ts";
import type { Reply } from "./scripted-answer.ts";
import { UnscriptedCallError } from "./unscripted-call-error.ts";

/** Decides by what is asked. `undefined` says that this was not to be asked. */
export type ReplyFunction = (request: ModelRequest) => Reply | undefined | PromiseLike<Reply | undefined>;

/** What is said to the first request, to the second and so on, in the order in which they come; or a function that decides. */
export type ModelScript = ReplyFunction | readonly (Reply | ReplyFunction)[];

/** A script as it is played. */
export class ScriptPlayer {
  readonly #script: ModelScript;
  readonly #errors: unknown[] = [];
  #asked = 0;

  constructor(script: ModelScript) {
    if (typeof script !== "function" && !Array.isArray(script)) {
      throw new InvalidOptionError("script", script, "a function, or a list of replies");
    }
    this.#script = script;
  }

  /**
   * What the script says to the request, with nothing left open.
   *
   * @throws {@link UnscriptedCallError} if that is nothing; whatever a function of the script throws; an error that names what makes no sense
   */
  async replyTo(request: ModelRequest): Promise<ResolvedReply> {
    // Counted before anything is waited for, so that lists follow the order of arrival.
    const index = this.#asked++;
    try {
      const next = typeof this.#script === "function" ? this.#script : this.#script[index];
      const reply = typeof next === "function" ? await next(request) : next;
      if (reply !== undefined) return resolveReply(reply, request);
      throw new UnscriptedCallError(index + 1, request, this.#length);
    } catch (error) {
      this.#errors.push(error);
      throw error;
    }
  }

  /** @throws the first error of {@link replyTo}, if there was any; an error if replies of a list are left */
  verify(): void {
    if (this.#errors.length > 0) throw this.#errors[0];
    const left = (this.#length ?? 0) - this.#asked;
    if (left > 0) throw new Error(`${left} of the script's ${this.#length} replies were never asked for`);
  }

  get #length(): number | undefined {
    return typeof this.#script === "function" ? undefined : this.#script.length;
  }
}
