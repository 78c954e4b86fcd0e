import { STATUS_CODES } from "node:http";
import { checkKeys, InvalidOptionError } from "@flujo/dsl";
import { checkAmount, checkChoice, checkCount, checkName } from "./check-option.ts";
import { countUsage, NO_USAGE } from "./count-usage.ts";
import type { ModelRequest } from "./model-request.ts";
import type { AnswerPart, ResolvedAnswer, ResolvedBody, ResolvedFailure, ResolvedReply } from "./resolved-reply.ts";
import type {
  Break,
  Reply,
  ScriptedAnswer,
  ScriptedBody,
  ScriptedFailure,
  ScriptedToolCall,
} from "./scripted-answer.ts";
import { splitText } from "./split-text.ts";

/**
 * Fills in what a reply leaves open, and checks it.
 *
 * @throws InvalidOptionError naming what makes no sense: a defect of the script
 */
export function resolveReply(reply: Reply, request: ModelRequest): ResolvedReply {
  if (typeof reply === "string") return resolveAnswer({ text: reply }, request);
  if (typeof reply !== "object" || reply === null)
    throw new InvalidOptionError("reply", reply, "a string or an object");
  if ("body" in reply) return resolveBody(reply, request);
  return "status" in reply ? resolveFailure(reply, request) : resolveAnswer(reply, request);
}

function resolveAnswer(answer: ScriptedAnswer, request: ModelRequest): ResolvedAnswer {
  checkKeys("reply", answer, ANSWER_KEYS);
  const parts = partsOf(answer, request);
  const { finishReason, usage, model = request.model, pieceDelayMs = 0, breaks } = answer;
  return {
    type: "answer",
    model: checkName("reply.model", model),
    parts,
    finish: finishReason === undefined ? finishOf(answer) : checkChoice("reply.finishReason", finishReason, FINISHES),
    usage: countUsage(usage, request, parts),
    pieceDelayMs: checkAmount("reply.pieceDelayMs", pieceDelayMs),
    breaks: breaks === undefined ? undefined : checkBreak(breaks),
    ...timing(answer),
  };
}

function resolveFailure(failure: ScriptedFailure, request: ModelRequest): ResolvedFailure {
  checkKeys("reply", failure, FAILURE_KEYS);
  const {
    status,
    message = STATUS_CODES[status] ?? `Status ${status}`,
    code,
    retryAfter,
    headers = {},
    usage,
  } = failure;
  if (!Number.isInteger(status) || status < 400 || status > 599) {
    throw new InvalidOptionError("reply.status", status, "a whole number from 400 to 599");
  }
  return {
    type: "failure",
    status,
    message,
    code,
    headers: { ...headers, ...(retryAfter === undefined ? {} : { "retry-after": retryAfterHeader(retryAfter) }) },
    usage: usage === undefined ? NO_USAGE : countUsage(usage, request, []),
    ...timing(failure),
  };
}

function resolveBody(reply: ScriptedBody, request: ModelRequest): ResolvedBody {
  checkKeys("reply", reply, BODY_KEYS);
  const { body, status = 200, headers = {}, usage } = reply;
  return {
    type: "body",
    status: checkCount("reply.status", status, 200),
    headers: { "content-type": "application/json", ...headers },
    body,
    usage: usage === undefined ? NO_USAGE : countUsage(usage, request, []),
    ...timing(reply),
  };
}

const TIMING_KEYS = ["usage", "when", "delayMs"];
const ANSWER_KEYS = [
  ...TIMING_KEYS,
  ...["text", "json", "toolCalls", "reasoning", "refusal", "finishReason", "model", "pieceDelayMs", "breaks"],
];
const FAILURE_KEYS = [...TIMING_KEYS, "status", "message", "code", "retryAfter", "headers"];
const BODY_KEYS = [...TIMING_KEYS, "body", "status", "headers"];
const FINISHES = ["stop", "length", "content-filter", "tool-calls", "other"] as const;

function timing({
  when,
  delayMs = 0,
}: Pick<ScriptedAnswer, "when" | "delayMs">): Pick<ResolvedReply, "when" | "delayMs"> {
  return { when, delayMs: checkAmount("reply.delayMs", delayMs) };
}

function partsOf(answer: ScriptedAnswer, request: ModelRequest): readonly AnswerPart[] {
  const { text, json, reasoning, refusal, toolCalls = [] } = answer;
  const said = Object.entries({ text, json, refusal }).filter(([, value]) => value !== undefined);
  if (said.length > 1) {
    const names = said.map(([name]) => name).join(" and ");
    throw new InvalidOptionError("reply", answer, `one of text, json and refusal, not ${names}`);
  }
  const parts: AnswerPart[] = [];
  if (reasoning !== undefined) parts.push({ type: "reasoning", ...inPieces(reasoning) });
  if (text !== undefined) parts.push({ type: "text", ...inPieces(text) });
  if (json !== undefined) parts.push({ type: "text", ...inPieces(toJson("reply.json", json)) });
  if (refusal !== undefined) parts.push({ type: "refusal", ...inPieces(refusal) });
  return [...parts, ...toolCalls.map((call, index) => toolCallPart(call, index, request))];
}

function toolCallPart(call: ScriptedToolCall, index: number, { hash, nth }: ModelRequest): AnswerPart {
  checkKeys(`reply.toolCalls[${index}]`, call, ["name", "input", "id"]);
  const { name, input = {}, id = `call_${hash.slice(0, 12)}_${nth}_${index}` } = call;
  const text = typeof input === "string" ? input : toJson(`reply.toolCalls[${index}].input`, input);
  return { type: "tool-call", id, name: checkName(`reply.toolCalls[${index}].name`, name), ...inPieces(text) };
}

function toJson(option: string, value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new InvalidOptionError(option, value, "a value that JSON has");
  return text;
}

function inPieces(text: string | readonly string[]): { readonly text: string; readonly pieces: readonly string[] } {
  return typeof text === "string" ? { text, pieces: splitText(text) } : { text: text.join(""), pieces: text };
}

function finishOf({ toolCalls = [], refusal }: ScriptedAnswer): ResolvedAnswer["finish"] {
  if (refusal !== undefined) return "refusal";
  return toolCalls.length > 0 ? "tool-calls" : "stop";
}

function checkBreak(breaks: Break): Break {
  checkKeys("reply.breaks", breaks, ["afterPieces", "by"]);
  checkCount("reply.breaks.afterPieces", breaks.afterPieces, 0);
  checkChoice("reply.breaks.by", breaks.by, ["cut", "end", "stall", "error"] as const);
  return breaks;
}

function retryAfterHeader(retryAfter: number | Date): string {
  if (typeof retryAfter !== "number") return retryAfter.toUTCString();
  return String(checkAmount("reply.retryAfter", retryAfter));
}
