import { checkKeys, InvalidOptionError } from "@flujo/dsl";
import { textSeededRandom } from "../../random/text-seeded-random.ts";
import { checkAmount, checkCount } from "../script/check-option.ts";
import { NO_USAGE } from "../script/count-usage.ts";
import type { ModelRequest } from "../script/model-request.ts";
import type { ResolvedAnswer, ResolvedReply } from "../script/resolved-reply.ts";

/**
 * How often the server fails where its script has an answer: shares of all requests, from 0 to 1, together no more than 1.
 *
 * Which requests those are is settled by the seed, their content and how often they came; so it is the same in every run,
 * whatever order they arrive in.
 */
export interface FaultPlan {
  /** 429, with `retryAfter` below. */
  readonly rateLimit?: number;
  /** 500. */
  readonly serverError?: number;
  /** 503. */
  readonly unavailable?: number;
  /** The connection is gone in the middle of the answer, which is charged. */
  readonly cut?: number;
  /** The answer stops in its middle, and the connection stays. It is charged. */
  readonly stall?: number;
  /** The answer ends in its middle as if all were well. It is charged. */
  readonly truncated?: number;
  /** 200 with a body that is no JSON. It is charged. */
  readonly malformed?: number;
  /** Requests of one content that fail, at most; whoever tries again once more has an answer. Default: Infinity. */
  readonly mostPerRequest?: number;
  /** Seconds that `Retry-After` says with a 429. Default 0. */
  readonly retryAfter?: number;
}

export type FaultKind = Exclude<keyof FaultPlan, "mostPerRequest" | "retryAfter">;

const KINDS = ["rateLimit", "serverError", "unavailable", "cut", "stall", "truncated", "malformed"] as const;

/** Which fault a request meets, if any. */
export class Faults {
  readonly #plan: FaultPlan;
  readonly #seed: number;

  constructor(plan: FaultPlan, seed: number) {
    checkKeys("faults", plan, [...KINDS, "mostPerRequest", "retryAfter"]);
    const sum = KINDS.reduce((total, kind) => total + checkAmount(`faults.${kind}`, plan[kind] ?? 0, 1), 0);
    // Shares such as 0.1 add up to a little more than they should.
    if (sum > 1 + 1e-9) throw new InvalidOptionError("faults", plan, "shares that are together no more than 1");
    if (plan.mostPerRequest !== undefined) checkCount("faults.mostPerRequest", plan.mostPerRequest, 0);
    checkAmount("faults.retryAfter", plan.retryAfter ?? 0);
    this.#plan = plan;
    this.#seed = seed;
  }

  /** The answer as it comes out: itself, or what the fault makes of it. */
  meet(
    answer: ResolvedAnswer,
    { hash, nth }: ModelRequest,
  ): { readonly reply: ResolvedReply; readonly fault?: FaultKind } {
    const { mostPerRequest = Infinity, retryAfter = 0 } = this.#plan;
    // A fault is drawn for each time up to this one, so that those that did fail are known without being remembered.
    let failed = 0;
    let fault: FaultKind | undefined;
    for (let time = 1; time <= nth; time++) {
      fault = failed < mostPerRequest ? this.#draw(hash, time) : undefined;
      if (fault !== undefined) failed++;
    }
    return fault === undefined ? { reply: answer } : { reply: spoil(answer, fault, retryAfter), fault };
  }

  #draw(hash: string, nth: number): FaultKind | undefined {
    let at = textSeededRandom(`fault ${this.#seed} ${hash} ${nth}`)();
    for (const kind of KINDS) {
      const share = this.#plan[kind] ?? 0;
      if (at < share) return kind;
      at -= share;
    }
    return undefined;
  }
}

function spoil(answer: ResolvedAnswer, fault: FaultKind, retryAfter: number): ResolvedReply {
  const { when, delayMs, usage } = answer;
  switch (fault) {
    case "rateLimit":
      return failure(answer, 429, "Too many requests", { "retry-after": String(retryAfter) });
    case "serverError":
      return failure(answer, 500, "The server had an error");
    case "unavailable":
      return failure(answer, 503, "The server is overloaded");
    case "malformed":
      return { type: "body", status: 200, headers: JSON_HEADERS, body: '{"id": "chatcmpl-', usage, when, delayMs };
    default: {
      const pieces = answer.parts.reduce((count, part) => count + part.pieces.length, 0);
      const by = fault === "truncated" ? "end" : fault;
      return { ...answer, breaks: { afterPieces: Math.ceil(pieces / 2), by } };
    }
  }
}

const JSON_HEADERS = { "content-type": "application/json" };

function failure(
  { when, delayMs }: ResolvedAnswer,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): ResolvedReply {
  return { type: "failure", status, message, code: undefined, headers, usage: NO_USAGE, when, delayMs };
}
