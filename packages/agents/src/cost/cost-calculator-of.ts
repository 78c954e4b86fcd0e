import { CostCalculator, MissingServiceError, PriceCatalog } from "@flujo/core/protocols";
import type { ServiceToken, StepScope } from "@flujo/dsl";
import { GenaiPriceCatalog } from "./genai-price-catalog.ts";
import { LayeredCostCalculator } from "./layered-cost-calculator.ts";

/** Stateless but for the list that it has read. */
const LIST_PRICES = new GenaiPriceCatalog();

/** The calculator that is registered with the runner; without one, that which needs none: list prices, nothing strict. */
export function costCalculatorOf(scope: Pick<StepScope, "resolve">): CostCalculator {
  return (
    registered(scope, CostCalculator) ??
    new LayeredCostCalculator({ catalog: registered(scope, PriceCatalog) ?? LIST_PRICES })
  );
}

function registered<Service>(scope: Pick<StepScope, "resolve">, token: ServiceToken<Service>): Service | undefined {
  try {
    return scope.resolve(token);
  } catch (error) {
    if (error instanceof MissingServiceError && error.token === token) return undefined;
    throw error;
  }
}
