import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { LanguageModelV4Message } from "@ai-sdk/provider";
import { LocalModel } from "../../src/local-model/local-model.ts";

/** A request for a chat completion, as far as the server looks at it. */
export interface ChatRequest {
  readonly authorization: string | undefined;
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly response_format?: { readonly type: string };
}

export interface ModelServerOptions {
  /** What an answer to this prompt has to wait for. */
  readonly hold?: (prompt: string) => Promise<void> | undefined;
  /** Answer every request with this status instead. */
  readonly status?: number;
}

/** A server on this computer that speaks OpenAI's chat completions; what it answers, the local model worked out. */
export class ModelServer implements AsyncDisposable {
  readonly requests: ChatRequest[] = [];
  /** What all answers together were said to have used. */
  totalTokens = 0;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #model = new LocalModel();
  readonly #options: ModelServerOptions;

  private constructor(options: ModelServerOptions) {
    this.#options = options;
  }

  static async open(options: ModelServerOptions = {}): Promise<ModelServer> {
    const server = new ModelServer(options);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  /** What was asked, in the order in which it came. */
  get prompts(): string[] {
    return this.requests.map(({ messages }) => messages.at(-1)?.content ?? "");
  }

  /** What leads the example here. */
  get env(): Record<string, string> {
    const { port } = this.#server.address() as AddressInfo;
    return { OPENAI_API_KEY: "test-key", OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, FLUJO_MODEL: "test-model" };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "POST" || request.url !== "/v1/chat/completions") {
      response.writeHead(404).end();
      return;
    }
    const body = JSON.parse(Buffer.concat(await Array.fromAsync(request)).toString()) as Omit<
      ChatRequest,
      "authorization"
    >;
    this.requests.push({ ...body, authorization: request.headers.authorization });
    await this.#options.hold?.(body.messages.at(-1)?.content ?? "");
    if (this.#options.status !== undefined) {
      response.writeHead(this.#options.status, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message: "Incorrect API key provided", type: "invalid_request_error" } }));
      return;
    }
    const { content, usage } = await this.#model.doGenerate({ prompt: body.messages.map(toMessage) });
    const [inputTokens, outputTokens] = [usage.inputTokens.total ?? 0, usage.outputTokens.total ?? 0];
    this.totalTokens += inputTokens + outputTokens;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(
      JSON.stringify({
        id: `chatcmpl-${this.requests.length}`,
        object: "chat.completion",
        created: 1_700_000_000,
        model: body.model,
        choices: [
          {
            index: 0,
            finish_reason: "stop",
            message: { role: "assistant", content: content[0]?.type === "text" ? content[0].text : "" },
          },
        ],
        usage: {
          prompt_tokens: inputTokens,
          completion_tokens: outputTokens,
          total_tokens: inputTokens + outputTokens,
        },
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function toMessage({ role, content }: ChatRequest["messages"][number]): LanguageModelV4Message {
  return role === "user" ? { role, content: [{ type: "text", text: content }] } : { role: "system", content };
}
