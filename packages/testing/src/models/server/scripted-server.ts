import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SystemClock } from "@flujo/core";
import { type Clock, FlujoError } from "@flujo/core/protocols";
import { checkKeys } from "@flujo/dsl";
import { NO_USAGE } from "../script/count-usage.ts";
import { type ModelRequest, modelRequest } from "../script/model-request.ts";
import { RequestIdentities } from "../script/request-identity.ts";
import type { ResolvedReply } from "../script/resolved-reply.ts";
import { type ModelScript, ScriptPlayer } from "../script/script.ts";
import { settled, wait } from "../script/wait.ts";
import { withoutQuerySecrets, withoutSecrets } from "../secrets.ts";
import { type FaultPlan, Faults } from "./fault-plan.ts";
import { Sender } from "./sender.ts";
import { type ServedCall, type ServedTotals, totalsOf } from "./served-call.ts";
import { priceOf, type TokenPrices } from "./token-prices.ts";
import { chatCompletions } from "./wire/chat-completions.ts";
import { messages } from "./wire/messages.ts";
import { BadRequest, type ModelApi } from "./wire/model-api.ts";
import { ResponsesApi } from "./wire/responses.ts";

export interface ScriptedServerOptions {
  /** What is charged for tokens, of every model or by the model's name. Default: nothing. */
  readonly prices?: TokenPrices | ((model: string) => TokenPrices);
  /** Whether chat completions say what they cost, as `usage.cost` in dollars. Default false. */
  readonly reportsCost?: boolean;
  /** How often the server fails by itself. Default: never. */
  readonly faults?: FaultPlan;
  /** What {@link ModelRequest.random} and the faults begin from. Default 0. */
  readonly seed?: number;
  /** Times the delays of the script. Default: the machine's clock. */
  readonly clock?: Clock;
}

/** Where a provider finds the server: `createOpenAI(server.settings)`. */
export interface ServerSettings {
  /** `http://127.0.0.1:40123/v1` */
  readonly baseURL: string;
  readonly apiKey: string;
}

/**
 * A model provider on this machine, that says what its script says: OpenAI's chat completions and responses, and Anthropic's messages,
 * in one body and as streams, over real HTTP. It keeps a journal of its own, against which a client's books can be checked.
 */
export class ScriptedServer implements AsyncDisposable {
  readonly #http = createServer((request, response) => void this.#serve(request, response));
  readonly #apis: readonly ModelApi[] = [chatCompletions, new ResponsesApi(), messages];
  readonly #player: ScriptPlayer;
  readonly #identities: RequestIdentities;
  readonly #faults: Faults;
  readonly #prices: (model: string) => TokenPrices;
  readonly #reportsCost: boolean;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  readonly #journal: Writable<ServedCall>[] = [];
  readonly #strangers: Error[] = [];
  #changed: (() => void)[] = [];
  #atWork = 0;
  #mostAtWork = 0;
  #port = 0;

  private constructor(script: ModelScript, options: ScriptedServerOptions) {
    checkKeys("options", options, ["prices", "reportsCost", "faults", "seed", "clock"]);
    const { prices = FREE, reportsCost = false, faults = {}, seed = 0, clock = new SystemClock() } = options;
    this.#player = new ScriptPlayer(script);
    this.#identities = new RequestIdentities(seed);
    this.#faults = new Faults(faults, seed);
    this.#prices = typeof prices === "function" ? prices : () => prices;
    this.#reportsCost = reportsCost;
    this.#clock = clock;
  }

  /** Resolves once the server listens on a free port of 127.0.0.1. */
  static async start(script: ModelScript, options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
    const server = new ScriptedServer(script, options);
    server.#http.listen(0, "127.0.0.1");
    await once(server.#http, "listening");
    server.#port = (server.#http.address() as AddressInfo).port;
    return server;
  }

  /** `http://127.0.0.1:40123` */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** For the settings of any provider. The key is checked by nobody. */
  get settings(): ServerSettings {
    return { baseURL: `${this.url}/v1`, apiKey: "scripted-key" };
  }

  /** Every request, in the order in which they arrived. */
  get journal(): readonly ServedCall[] {
    return this.#journal;
  }

  /** What was charged for all requests. */
  get spentPico(): bigint {
    return this.totals().costPico;
  }

  /** Most requests that were at work at a time. */
  get mostAtWork(): number {
    return this.#mostAtWork;
  }

  /** Sums of the requests for which `counts` says yes. Default: of all. */
  totals(counts: (call: ServedCall) => boolean = () => true): ServedTotals {
    return totalsOf(this.#journal.filter(counts));
  }

  /** Resolves once the journal is such; asks again on each change of it. */
  async until(condition: (journal: readonly ServedCall[]) => boolean): Promise<void> {
    while (!condition(this.#journal)) {
      await new Promise<void>((resolve) => {
        this.#changed.push(resolve);
      });
    }
  }

  /** Forgets what was, and counts requests from the first again; a list of replies goes on where it is. Nothing may be at work. */
  clear(): void {
    this.#journal.length = 0;
    this.#strangers.length = 0;
    this.#identities.clear();
    this.#mostAtWork = 0;
  }

  /**
   * To be asked at the end of a test, for what it tests may have swallowed the error of a call.
   *
   * @throws the first error of the script's, such as an UnscriptedCallError; an error if there was a request that is none, or if
   * replies of a list are left
   */
  verify(): void {
    this.#player.verify();
    const [first] = this.#strangers;
    if (first !== undefined) throw first;
  }

  /** Ends what is at work, and listens no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#http.listening) return;
    const closed = once(this.#http, "close");
    this.#closing.abort();
    this.#http.close();
    this.#http.closeAllConnections();
    await closed;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = this.#open(incoming);
    const left = new AbortController();
    response.on("close", () => left.abort());
    const gone = AbortSignal.any([left.signal, this.#closing.signal]);
    const sender = new Sender(response, this.#clock, gone, (status, sent) => {
      call.status = status;
      call.sent += sent;
    });
    try {
      call.state = await this.#answer(incoming, call, sender, gone);
    } catch (error) {
      call.state = await this.#refuse(error, call, sender);
    }
    this.#atWork--;
    this.#tell();
  }

  #open({ url = "/", headers }: IncomingMessage): Writable<ServedCall> {
    const { pathname, search } = withoutQuerySecrets(new URL(url, this.url));
    const received = Object.entries(headers).map(([name, value]) => [name, String(value)]);
    const call: Writable<ServedCall> = {
      number: this.#journal.length + 1,
      path: pathname + search,
      headers: withoutSecrets(Object.fromEntries(received)),
      body: undefined,
      request: undefined,
      state: "at work",
      status: undefined,
      sent: "",
      fault: undefined,
      usage: NO_USAGE,
      costPico: 0n,
    };
    this.#journal.push(call);
    this.#mostAtWork = Math.max(this.#mostAtWork, ++this.#atWork);
    this.#tell();
    return call;
  }

  async #answer(
    incoming: IncomingMessage,
    call: Writable<ServedCall>,
    sender: Sender,
    gone: AbortSignal,
  ): Promise<ServedCall["state"]> {
    const api = this.#apiAt(call.path);
    if (incoming.method !== "POST" || api === undefined) {
      const known = this.#apis.map(({ path }) => `POST /v1${path}`).join(", ");
      throw new BadRequest(`There is no ${incoming.method} ${call.path}, only ${known}`);
    }
    const sent = await text(incoming);
    call.body = sent;
    call.body = readJson(sent);
    const identity = this.#identities.identify([api.path, call.body]);
    const request = modelRequest(api.read(call.body), identity);
    call.request = request;
    const reply = await this.#reply(request, call);
    this.#tell();
    if (reply.when !== undefined) await settled(reply.when, gone);
    await wait(reply.delayMs, this.#clock, gone);
    return this.#send(reply, request, api, call, sender);
  }

  /** What is said to the request, with what it is charged. */
  async #reply(request: ModelRequest, call: Writable<ServedCall>): Promise<ResolvedReply> {
    const scripted = await this.#player.replyTo(request);
    const { reply, fault } = scripted.type === "answer" ? this.#faults.meet(scripted, request) : { reply: scripted };
    call.fault = fault;
    call.usage = reply.usage;
    call.costPico = priceOf(reply.usage, this.#prices(request.model));
    return reply;
  }

  #send(
    reply: ResolvedReply,
    request: ModelRequest,
    api: ModelApi,
    call: ServedCall,
    sender: Sender,
  ): Promise<ServedCall["state"]> {
    if (reply.type === "body") return sender.whole(reply.status, reply.headers, reply.body);
    const headers = { "content-type": "application/json", "x-request-id": idOf(request) };
    if (reply.type === "failure") {
      return sender.whole(reply.status, { ...headers, ...reply.headers }, JSON.stringify(api.failure(reply)));
    }
    const costUsd = this.#reportsCost ? Number(call.costPico) / 1e12 : undefined;
    const context = { request, id: idOf(request), costUsd };
    if (request.isStream) {
      const error = (sequence: number): string => api.streamError(SERVER_ERROR, sequence);
      return sender.stream(reply, headers["x-request-id"], api.stream(reply, context), error);
    }
    const body = JSON.stringify(api.answer(reply, context));
    return reply.breaks === undefined ? sender.whole(200, headers, body) : sender.half(headers, body, reply.breaks);
  }

  /** A request that nobody can answer has a status at which no client tries again. */
  #refuse(error: unknown, call: ServedCall, sender: Sender): Promise<ServedCall["state"]> {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof BadRequest) {
      this.#strangers.push(
        new Error(`The server was sent what is no request: ${call.path}: ${message}`, { cause: error }),
      );
    }
    const code = FlujoError.is(error) ? error.code : undefined;
    const api = this.#apiAt(call.path) ?? chatCompletions;
    return sender.refuse(400, JSON.stringify(api.failure({ status: 400, message, code })));
  }

  #apiAt(path: string): ModelApi | undefined {
    return this.#apis.find((api) => path.split("?")[0] === `/v1${api.path}`);
  }

  #tell(): void {
    const changed = this.#changed;
    this.#changed = [];
    for (const wake of changed) wake();
  }
}

/**
 * Starts a server that says what its script says.
 *
 * @param script - replies in the order of arrival, or a function of what is asked; {@link replyRules} makes one of rules. Where requests
 * are made side by side, only a function has the same answers every time
 */
export function scriptedServer(script: ModelScript, options?: ScriptedServerOptions): Promise<ScriptedServer> {
  return ScriptedServer.start(script, options);
}

type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

const FREE: TokenPrices = { inputPico: 0n, outputPico: 0n };
const SERVER_ERROR = "The server had an error";

/** @throws {@link BadRequest} unless the text is JSON */
function readJson(sent: string): unknown {
  try {
    return JSON.parse(sent);
  } catch (error) {
    throw new BadRequest("The body is no JSON", { cause: error });
  }
}

function idOf({ hash, nth }: ModelRequest): string {
  return `${hash.slice(0, 12)}-${nth}`;
}
