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
  /** What of a stream had arrived: text, reasoning and arguments of tools together. */
  readonly output?: string;
  /** As far as the provider said. */
  readonly usage?: CallToBook["usage"];
}

/**
 * Books what a failed call used. What its provider refused, or never received, is not charged, and not booked. What was cut
 * off is charged, as a rule, but not said: then an estimate is booked, and marked as one.
 *
 * May be called when the step's signal has aborted.
 */
export async function bookFailedCall(scope: StepScope, call: FailedCall): Promise<UsageReport | undefined> {
  const { error, prompt, tools, responseFormat, output = "", usage, ...booked } = call;
  const said = usage ?? usageOfError(error);
  if (said !== undefined) return bookCall(scope, { ...booked, usage: said });
  if (wasRefused(scope, error) || wasNeverSent(error)) return undefined;
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

function wasRefused(scope: StepScope, error: unknown): boolean {
  const { statusCode } = scope.resolve(ErrorClassifier).classify(error);
  return statusCode !== undefined && statusCode >= 400;
}

/** The system's own words for a connection that did not come about. */
const NEVER_SENT: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

function wasNeverSent(error: unknown): boolean {
  for (let at = error, depth = 0; depth < 8 && typeof at === "object" && at !== null; depth++) {
    const { code, cause } = at as { readonly code?: unknown; readonly cause?: unknown };
    if (NEVER_SENT.has(code)) return true;
    at = cause;
  }
  return false;
}
