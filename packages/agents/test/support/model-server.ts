import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What a client asked of the server. */
export interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Record<string, unknown>;
}

/** How the server answers one request. */
export type Reply = (response: ServerResponse, asked: Asked) => void;

/** A model provider's HTTP service on this machine, which answers each request with the next of `replies`. */
export interface ModelServer extends AsyncDisposable {
  /** Where OpenAI's API would begin: `http://127.0.0.1:40123/v1`. */
  readonly baseURL: string;
  readonly asked: readonly Asked[];
}

export async function startModelServer(...replies: Reply[]): Promise<ModelServer> {
  const asked: Asked[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = JSON.parse(await text(request)) as Record<string, unknown>;
    const question = { url: request.url ?? "", headers: request.headers, body };
    asked.push(question);
    const reply = replies[asked.length - 1] ?? json({ error: { message: "nothing more to say" } }, 500);
    reply(response, question);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export function json(body: unknown, status = 200): Reply {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
}

/** An answer in the shape of OpenAI's chat completions. */
export function chatAnswer(message: object, more: object = {}): Reply {
  return json({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1_760_000_000,
    model: "gpt-5-mini-2025-08-07",
    choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason: "stop" }],
    usage: {
      prompt_tokens: 30,
      completion_tokens: 9,
      total_tokens: 39,
      prompt_tokens_details: { cached_tokens: 10 },
      completion_tokens_details: { reasoning_tokens: 4 },
    },
    ...more,
  });
}

/** An answer in the shape of OpenAI's responses. */
export function responsesAnswer(text: string): Reply {
  return json({
    id: "resp_1",
    object: "response",
    created_at: 1_760_000_000,
    status: "completed",
    model: "gpt-5-mini-2025-08-07",
    output: [
      {
        type: "message",
        id: "msg_1",
        status: "completed",
        role: "assistant",
        content: [{ type: "output_text", text, annotations: [] }],
      },
    ],
    usage: {
      input_tokens: 30,
      input_tokens_details: { cached_tokens: 10 },
      output_tokens: 9,
      output_tokens_details: { reasoning_tokens: 4 },
      total_tokens: 39,
    },
  });
}

/** A stream in the shape of OpenAI's chat completions. */
export function chatStream(pieces: readonly string[], finishReason = "stop"): Reply {
  const chunk = (choices: readonly object[], more: object = {}): string =>
    `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_760_000_000, model: "gpt-5-mini", choices, ...more })}\n\n`;
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const content of pieces) response.write(chunk([{ index: 0, delta: { content }, finish_reason: null }]));
    response.write(chunk([{ index: 0, delta: {}, finish_reason: finishReason }]));
    response.write(chunk([], { usage: { prompt_tokens: 30, completion_tokens: 9, total_tokens: 39 } }));
    response.end("data: [DONE]\n\n");
  };
}
