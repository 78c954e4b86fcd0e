import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";
import type { StepReport } from "../run-result.ts";
import type { Usage } from "../usage.ts";
import type { UsageBreach } from "../usage-governor.ts";

/** A budget was passed, or can't hold what comes next. It ends the run; no retry and no fallback keeps it. */
export class UsageLimitExceededError extends FlujoError {
  override readonly name = "UsageLimitExceededError";
  readonly code = "usage_limit_exceeded";
  readonly category: ErrorCategory = "budget";
  readonly retryable = false;

  constructor(
    readonly breach: UsageBreach,
    /** What the run used. */
    readonly usage: Usage,
    /** Every step that was finished, the one that passed the limit included. Not stored with the error: the result has them. */
    readonly steps: readonly StepReport[],
    options?: FlujoErrorOptions,
  ) {
    super(say(breach), { ...(breach.scope === "" || breach.shared ? {} : { path: breach.scope }), ...options });
    Object.defineProperty(this, "steps", { enumerable: false });
  }
}

function say({ scope, shared, limit, allowed, used, needed }: UsageBreach): string {
  const amount = limit === "costUsd" ? usd : tokens;
  const whose = scope === "" ? "the run" : shared ? `all that share "${scope}"` : `"${scope}"`;
  return needed === undefined
    ? `The budget of ${whose}, ${amount(allowed)}, is exceeded: ${amount(used)} used`
    : `The budget of ${whose}, ${amount(allowed)}, can't hold what comes next: ${amount(used)} used, ${amount(needed)} needed`;
}

function usd(dollars: number): string {
  // As many digits as there are, but not what adding up floats leaves behind.
  return `$${Number(dollars.toPrecision(15)).toLocaleString("en-US", { maximumFractionDigits: 12 })}`;
}

function tokens(count: number): string {
  return `${count.toLocaleString("en-US")} tokens`;
}
