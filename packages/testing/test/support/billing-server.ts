import { type Reply, type ScriptedServer, type ServedCall, scriptedServer } from "@flujo/testing";

/** What the server does with one request. */
export interface Answer {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the request is billed, in pico-dollars. Default 0. */
  readonly costPico?: bigint;
  /** The answer is sent once this is over; a request whose client is gone by then is not answered. Default: at once. */
  readonly when?: Promise<unknown>;
}

/** A model behind HTTP whose every output token is a pico-dollar, so that a bill is exact and the client is told it. */
export function startBillingServer(script: (id: string) => Answer): Promise<ScriptedServer> {
  return scriptedServer(({ prompt }) => reply(script(prompt)), { prices: { inputPico: 0n, outputPico: 1n } });
}

function reply({ status = 200, headers = {}, costPico = 0n, when }: Answer): Reply {
  const common = {
    usage: { inputTokens: 0, outputTokens: Number(costPico) },
    ...(when === undefined ? {} : { when }),
  };
  return status === 200 ? common : { status, headers: { ...headers, "x-billed": String(costPico) }, ...common };
}

/** The id that the client gave a call. */
export function idOf({ headers }: ServedCall): string {
  return headers["x-id"] ?? "";
}

/** Asks the server, and gives what it billed. @throws an error with the `status` and `headers` of an answer that is none */
export async function ask(
  server: ScriptedServer,
  id: string,
  signal?: AbortSignal,
): Promise<{ readonly costPico: bigint }> {
  const response = await fetch(`${server.settings.baseURL}/chat/completions`, {
    method: "POST",
    headers: { "x-id": id },
    body: JSON.stringify({ model: "billed", messages: [{ role: "user", content: id }] }),
    ...(signal === undefined ? {} : { signal }),
  });
  const body = (await response.json()) as { readonly usage?: { readonly completion_tokens: number } };
  if (response.ok) return { costPico: BigInt(body.usage?.completion_tokens ?? Number.NaN) };
  const { status, headers } = response;
  const billed = { costPico: BigInt(headers.get("x-billed") ?? "0") };
  throw Object.assign(new Error(`The model answered ${status}`), { status, headers, billed });
}
