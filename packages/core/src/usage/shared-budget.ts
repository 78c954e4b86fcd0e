import { checkKeys, InvalidOptionError, type ResolvedBudget, resolveBudget } from "@flujo/dsl";
import type { FlujoModule } from "../protocols/flujo-module.ts";
import { type BudgetPeriod, SharedBudget } from "../protocols/shared-budget.ts";

/** A shared budget, checked. */
export interface ResolvedSharedBudget {
  readonly name: string;
  readonly period: BudgetPeriod;
  readonly tags: Readonly<Record<string, string>>;
  readonly budget: ResolvedBudget;
}

/**
 * Holds all runs that bear certain tags to what they may use together in a period:
 * `new Flujo(pipeline, { modules: [sharedBudget({ name: "acme", period: "day", tags: { tenant: "acme" }, costUsd: 20 })] })`.
 *
 * @throws {@link InvalidOptionError} naming the first option that can't be used or is not known
 */
export function sharedBudget(options: SharedBudget): FlujoModule {
  resolveSharedBudget(options);
  const kept = { ...options };
  return (container) => {
    container.register<SharedBudget>(SharedBudget, { useValue: kept });
  };
}

const PERIODS: readonly BudgetPeriod[] = ["hour", "day", "month", "always"];
const KNOWN: readonly string[] = ["name", "period", "tags", "costUsd", "totalTokens"] satisfies (keyof SharedBudget)[];

/** @throws {@link InvalidOptionError} naming the first option that can't be used or is not known */
export function resolveSharedBudget(options: SharedBudget): ResolvedSharedBudget {
  checkKeys("options", options, KNOWN);
  const { name, period, tags = {}, costUsd, totalTokens } = options;
  if (typeof name !== "string" || name.trim() === "") {
    throw new InvalidOptionError("options.name", name, "a string that is not blank");
  }
  if (!PERIODS.includes(period)) {
    throw new InvalidOptionError("options.period", period, `one of ${PERIODS.map((one) => `"${one}"`).join(", ")}`);
  }
  if (typeof tags !== "object" || tags === null) throw new InvalidOptionError("options.tags", tags, "an object");
  for (const [tag, value] of Object.entries(tags)) {
    if (typeof value !== "string") throw new InvalidOptionError(`options.tags.${tag}`, value, "a string");
  }
  const limits = {
    ...(costUsd === undefined ? {} : { costUsd }),
    ...(totalTokens === undefined ? {} : { totalTokens }),
  };
  return { name, period, tags: { ...tags }, budget: resolveBudget(limits, "options") };
}
