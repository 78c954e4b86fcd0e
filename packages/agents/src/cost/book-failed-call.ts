import { ErrorClassifier } from "@flujo/core/protocols";
import type { StepScope, UsageReport } from "@flujo/dsl";
import type { ModelUsage } from "../model/language-model.ts";
import { bookCall, type CallToBook } from "./book-call.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import { fields, isRecord } from "./json-fields.ts";

/** A model call that threw, was called off, or whose stream broke off. */
export interface FailedCall extends Omit<CallToBook, "usage" | "estimated"> {
  /** What was thrown, or why it was called off. */
  readonly error: unknown;
  /** The messages, as they were sent. */
  readonly prompt: string | readonly unknown[];
  readonly tools?: unknown;
  readonly responseFormat?: unknown;
  /** What of a stream had arrived: text, reasoning and arguments of tools together. Empty: it had begun. Left out: it had not. */
  readonly output?: string;
  /** As far as the provider said. */
  readonly usage?: CallToBook["usage"];
}

/**
 * Books what a failed call used. What a provider refused, or was never sent, is not charged, and not booked. An answer that was
 * cut off is charged, as a rule, but not said how much: then an estimate is booked, and marked as one.
 *
 * May be called when the step's signal has aborted.
 */
export async function bookFailedCall(scope: StepScope, call: FailedCall): Promise<UsageReport | undefined> {
  const { error, prompt, tools, responseFormat, output, usage, ...booked } = call;
  const said = usage ?? usageOfError(error);
  if (said !== undefined) return bookCall(scope, { ...booked, usage: said });
  if (!mayBeCharged(scope, call)) return undefined;
  const estimate: ModelUsage = {
    inputTokens: { total: estimateTokens([prompt, tools, responseFormat]), cacheRead: undefined },
    outputTokens: { total: estimateTokens(output), reasoning: undefined },
  };
  return bookCall(scope, { ...booked, usage: estimate, estimated: true });
}

/** Errors of the AI SDK for answers that are of no use bear what those used. */
function usageOfError(error: unknown): CallToBook["usage"] {
  const usage = fields(error, "usage");
  return isRecord(usage) ? (usage as unknown as ModelUsage) : undefined;
}

/** Names and codes, of the DOM, Node and undici, for an exchange that broke off when the request was under way or done. */
const CUT_OFF: ReadonlySet<unknown> = new Set([
  "AbortError",
  "TimeoutError",
  "ECONNABORTED",
  "ECONNRESET",
  "EPIPE",
  "UND_ERR_ABORTED",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_SOCKET",
]);

/** Longest chain of causes that is followed: a chain may lead back to itself. */
const MAX_CAUSES = 8;

function mayBeCharged(scope: StepScope, { error, output }: FailedCall): boolean {
  // What had come was made, whatever the service says in the middle of it.
  if (output !== undefined && output !== "") return true;
  const { statusCode } = scope.resolve(ErrorClassifier).classify(error);
  // Below 400 there was an answer, which could not be read.
  if (statusCode !== undefined) return statusCode < 400;
  if (scope.signal.aborted || output !== undefined) return true;
  for (let at = error, depth = 0; isRecord(at) && depth < MAX_CAUSES; depth++) {
    if (CUT_OFF.has(at["name"]) || CUT_OFF.has(at["code"])) return true;
    at = at["cause"];
  }
  return false;
}
