import { Clock } from "@flujo/core/protocols";
import type { CallPurpose, StepScope, UsageReport } from "@flujo/dsl";
import type { ModelUsage, V2Usage } from "../model/language-model.ts";
import { usageReport } from "../model/usage-report.ts";
import { costCalculatorOf } from "./cost-calculator-of.ts";
import { extractUsage } from "./extract-usage.ts";
import { splitModelName } from "./model-name.ts";
import { priceCall } from "./price-call.ts";

/** A model call that was answered. */
export interface CallToBook {
  /** `openai/gpt-5-mini` */
  readonly model: string;
  /** As the model gave it. */
  readonly usage: ModelUsage | V2Usage | undefined;
  /** Of the answer, as it is. */
  readonly providerMetadata?: unknown;
  /** Default `step`. */
  readonly purpose?: CallPurpose | undefined;
  readonly promptVersion?: string | undefined;
  /** Milliseconds since the epoch: says which price applied. Default: now. */
  readonly calledAt?: number | undefined;
  /** Whether the usage is a guess. */
  readonly estimated?: boolean;
}

/**
 * Books what a call used and cost, in full, as the run's books take it. Call it directly after each answer, before anyone
 * looks at that: an answer that turns out to be useless was paid for like any other.
 */
export async function bookCall(scope: StepScope, call: CallToBook): Promise<UsageReport> {
  const { tokens, reportedPico, serviceTier, suspect } = extractUsage(call.usage, call.providerMetadata);
  const time = call.calledAt ?? scope.resolve(Clock).now();
  const model = splitModelName(call.model);
  const cost = await priceCall(costCalculatorOf(scope), {
    ...model,
    time,
    usage: tokens,
    reportedPico,
    serviceTier,
    suspect,
  });
  const report = usageReport(tokens, cost, {
    model: call.model,
    purpose: call.purpose ?? "step",
    ...(call.promptVersion === undefined ? {} : { promptVersion: call.promptVersion }),
    ...(call.estimated === true ? { estimated: true } : {}),
    ...(suspect === undefined ? {} : { suspect }),
  });
  scope.reportUsage(report);
  return report;
}
