import { CostCalculator, type FlujoModule, PriceCatalog } from "@flujo/core/protocols";
import { checkKeys, InvalidOptionError } from "@flujo/dsl";
import { GenaiPriceCatalog } from "./genai-price-catalog.ts";
import { LayeredCostCalculator } from "./layered-cost-calculator.ts";
import { OverridePriceCatalog } from "./override-price-catalog.ts";
import type { PriceOverrides } from "./price-overrides.ts";

/** How model calls are priced. */
export interface PricesOptions {
  /** Prices of your own, which stand before the list's. What a provider itself reports stands before both. */
  readonly overrides?: PriceOverrides;
  /** Whether a model that has no price is not called at all: the step fails with an `UnpricedModelError`. Default false. */
  readonly strict?: boolean;
  /** Where list prices come from. Default: what is registered as `PriceCatalog`, or else {@link GenaiPriceCatalog}. */
  readonly catalog?: PriceCatalog;
}

/**
 * How a runner prices its model calls: `new Flujo(pipeline, { modules: [prices({ strict: true })] })`. A runner without this
 * module has the same list prices.
 *
 * @throws `InvalidOptionError` naming the first option that can't be used.
 */
export function prices(options: PricesOptions = {}): FlujoModule {
  checkKeys("prices", options, ["overrides", "strict", "catalog"]);
  const { overrides = {}, strict = false, catalog } = options;
  if (typeof strict !== "boolean") throw new InvalidOptionError("prices.strict", strict, "true or false");
  if (catalog !== undefined && typeof catalog.find !== "function") {
    throw new InvalidOptionError("prices.catalog", catalog, "a PriceCatalog");
  }
  const own = new OverridePriceCatalog(overrides);
  return (container) => {
    if (catalog !== undefined || !container.isRegistered(PriceCatalog, true)) {
      container.register(PriceCatalog, { useValue: catalog ?? new GenaiPriceCatalog() });
    }
    let calculator: CostCalculator | undefined;
    container.register(CostCalculator, {
      // Not before it is asked for: a module that comes later may bring another list.
      useFactory: (at) =>
        (calculator ??= new LayeredCostCalculator({
          overrides: own,
          catalog: at.resolve<PriceCatalog>(PriceCatalog),
          strict,
        })),
    });
  };
}
