import { InvalidOptionError } from "@flujo/core/protocols";
import type { ModelRequest } from "./model-request.ts";
import type { Reply } from "./scripted-answer.ts";
import { UnscriptedCallError } from "./unscripted-call-error.ts";

/** Decides by what is asked. `undefined` says that this was not to be asked. */
export type ReplyFunction = (request: ModelRequest) => Reply | undefined | PromiseLike<Reply | undefined>;

/** What is said to the first request, to the second and so on, in the order in which they come; or a function that decides. */
export type ModelScript = ReplyFunction | readonly (Reply | ReplyFunction)[];

/** A script as it is played. */
export class ScriptPlayer {
  readonly #script: ModelScript;
  readonly #unscripted: UnscriptedCallError[] = [];
  #asked = 0;

  constructor(script: ModelScript) {
    if (typeof script !== "function" && !Array.isArray(script)) {
      throw new InvalidOptionError("script", script, "a function, or a list of replies");
    }
    this.#script = script;
  }

  /** @throws {@link UnscriptedCallError} if the script has nothing for the request */
  async replyTo(request: ModelRequest): Promise<Reply> {
    // Counted before anything is waited for, so that lists follow the order of arrival.
    const index = this.#asked++;
    const next = typeof this.#script === "function" ? this.#script : this.#script[index];
    const reply = typeof next === "function" ? await next(request) : next;
    if (reply !== undefined) return reply;
    const error = new UnscriptedCallError(index + 1, request, this.#length);
    this.#unscripted.push(error);
    throw error;
  }

  /** @throws {@link UnscriptedCallError} the first one, if there was any; an error if replies of a list are left */
  verify(): void {
    const [first] = this.#unscripted;
    if (first !== undefined) throw first;
    const left = (this.#length ?? 0) - this.#asked;
    if (left > 0) throw new Error(`${left} of the script's ${this.#length} replies were never asked for`);
  }

  get #length(): number | undefined {
    return typeof this.#script === "function" ? undefined : this.#script.length;
  }
}
