/**
 * A server of the Model Context Protocol over its standard input and output, as another program would be: one JSON-RPC message a line.
 * Its tools are `add`, which adds, and `fail`, which can't.
 */
import { createInterface } from "node:readline";

interface Message {
  readonly id?: number;
  readonly method: string;
  readonly params?: { readonly protocolVersion?: string; readonly name?: string; readonly arguments?: Numbers };
}

type Numbers = Readonly<Record<string, number>>;

const TOOLS = [
  {
    name: "add",
    description: "Adds two numbers.",
    inputSchema: {
      type: "object",
      properties: { a: { type: "number" }, b: { type: "number" } },
      required: ["a", "b"],
    },
  },
  { name: "fail", description: "Never works.", inputSchema: { type: "object", properties: {} } },
];

function resultOf({ method, params = {} }: Message): unknown {
  switch (method) {
    case "initialize":
      return {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: "sums", version: "1.0.0" },
      };
    case "tools/list":
      return { tools: TOOLS };
    case "tools/call":
      return called(params.name, params.arguments ?? {});
    default:
      return {};
  }
}

function called(name: string | undefined, { a = 0, b = 0 }: Numbers): unknown {
  return name === "add"
    ? { content: [{ type: "text", text: `${a + b}` }] }
    : { content: [{ type: "text", text: "out of order" }], isError: true };
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as Message;
  // What has no id is a notification, and wants no answer.
  if (message.id === undefined) continue;
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id: message.id, result: resultOf(message) })}\n`);
}
