import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server does with one request. */
export interface Answer {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the request is billed, in pico-dollars. Default 0. */
  readonly costPico?: bigint;
  readonly totalTokens?: number;
  /** The answer is sent once this is over; a request whose client is gone by then is not answered. Default: at once. */
  readonly when?: Promise<unknown>;
}

/** What the server's own books say of one request. It is billed from its arrival on, whether its client stays or goes. */
export interface ServedCall {
  /** Names it; the client says it in the request's path. */
  readonly id: string;
  readonly costPico: bigint;
  state: "at work" | "answered" | "left";
}

/** A model behind HTTP, on loopback: it answers as its script says, and keeps books of its own. */
export class ModelServer implements AsyncDisposable {
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #script: (id: string) => Answer;
  readonly #calls: ServedCall[] = [];
  #changed: (() => void)[] = [];
  #atWork = 0;
  /** Most requests that were at work at a time. */
  mostAtWork = 0;
  #url = "";

  private constructor(script: (id: string) => Answer) {
    this.#script = script;
  }

  static async start(script: (id: string) => Answer): Promise<ModelServer> {
    const server = new ModelServer(script);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    server.#url = `http://127.0.0.1:${(server.#server.address() as AddressInfo).port}`;
    return server;
  }

  /** In the order in which they arrived. */
  get calls(): readonly ServedCall[] {
    return this.#calls;
  }

  /** Forgets all that was. Nothing may be at work. */
  clear(): void {
    this.#calls.length = 0;
    this.mostAtWork = 0;
  }

  /** Resolves once the books are such; asks again on each change of them. */
  async until(condition: (calls: readonly ServedCall[]) => boolean): Promise<void> {
    while (!condition(this.#calls)) {
      await new Promise<void>((resolve) => {
        this.#changed.push(resolve);
      });
    }
  }

  /** Asks the server, and gives what it billed. @throws an error with the `status` and `headers` of an answer that is none */
  async ask(id: string, signal?: AbortSignal): Promise<{ readonly costPico: bigint; readonly totalTokens: number }> {
    const response = await fetch(`${this.#url}/${id}`, signal === undefined ? {} : { signal });
    const { costPico, totalTokens } = (await response.json()) as { costPico: string; totalTokens: number };
    const billed = { costPico: BigInt(costPico), totalTokens };
    if (response.ok) return billed;
    const { status, headers } = response;
    throw Object.assign(new Error(`The model answered ${status}`), { status, headers, billed });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = (request.url ?? "/").slice(1);
    const { status = 200, headers = {}, costPico = 0n, totalTokens = 0, when } = this.#script(id);
    const call: ServedCall = { id, costPico, state: "at work" };
    this.#calls.push(call);
    this.mostAtWork = Math.max(this.mostAtWork, ++this.#atWork);
    const gone = once(response, "close");
    this.#tell();
    await Promise.race([when, gone]);
    this.#atWork--;
    if (response.destroyed || response.closed) {
      call.state = "left";
    } else {
      call.state = "answered";
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify({ costPico: String(costPico), totalTokens }));
    }
    this.#tell();
  }

  #tell(): void {
    const changed = this.#changed;
    this.#changed = [];
    for (const wake of changed) wake();
  }
}
