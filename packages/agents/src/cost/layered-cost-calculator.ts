import type { CallCost, CostCalculator, ModelPrice, PriceCatalog, PricedCall } from "@flujo/core/protocols";
import { charge } from "./charge.ts";

export interface LayeredCostCalculatorOptions {
  /** The user's own prices, which are asked first. */
  readonly overrides?: PriceCatalog;
  readonly catalog: PriceCatalog;
  /** Default false. */
  readonly strict?: boolean;
}

/** Believes the provider first, then the user's own prices, then a price list; and says so where none of them knows. */
export class LayeredCostCalculator implements CostCalculator {
  readonly strict: boolean;
  readonly #overrides: PriceCatalog | undefined;
  readonly #catalog: PriceCatalog;

  constructor({ overrides, catalog, strict = false }: LayeredCostCalculatorOptions) {
    this.strict = strict;
    this.#overrides = overrides;
    this.#catalog = catalog;
  }

  async cost(call: PricedCall): Promise<CallCost> {
    const { reportedPico, suspect } = call;
    if (reportedPico !== undefined) return { costPico: reportedPico, source: "provider" };
    const found = await this.#find(call);
    if (found === undefined) return unknown("price", `no price is known of ${described(call)}`);
    if (suspect !== undefined) return unknown("usage", `the usage contradicts itself: ${suspect}`);
    const { price, source } = found;
    const charged = charge(call.usage, price);
    if (charged.costPico === undefined) return unknown(charged.missing, charged.why);
    const { catalog, since } = price;
    return {
      costPico: charged.costPico,
      source,
      ...(source === "catalog" ? { catalog } : {}),
      ...(since === undefined ? {} : { since }),
    };
  }

  async #find(
    call: PricedCall,
  ): Promise<{ readonly price: ModelPrice; readonly source: "override" | "catalog" } | undefined> {
    const own = await this.#overrides?.find(call);
    if (own !== undefined) return { price: own, source: "override" };
    const listed = await this.#catalog.find(call);
    return listed && { price: listed, source: "catalog" };
  }
}

function unknown(missing: "price" | "usage", why: string): CallCost {
  return { costPico: undefined, source: "unknown", missing, why };
}

function described({ provider, model, serviceTier }: PricedCall): string {
  const name = provider === "" ? model : `${provider}/${model}`;
  return serviceTier === undefined ? name : `${name} by the tariff "${serviceTier}"`;
}
