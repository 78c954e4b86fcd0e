import type { ModelPrice, PriceCatalog, PricedModel } from "@flujo/core/protocols";
import type { PriceCatalogHarness } from "@flujo/testing";

const DOLLAR = 1_000_000_000_000n;

const CHANGED = Date.UTC(2026, 0, 1);

export const LISTED: PricedModel = { provider: "acme", model: "nano", time: CHANGED };
export const BEFORE: PricedModel = { ...LISTED, time: CHANGED - 1 };

/** A list of one model, with everything that a list may have. */
class OneModelCatalog implements PriceCatalog {
  find(asked: PricedModel): ModelPrice | undefined {
    if (asked.provider !== "acme" || asked.model !== "nano" || asked.serviceTier !== undefined) return undefined;
    return priceAt(asked.time);
  }
}

function priceAt(time: number): ModelPrice {
  const tiers = [
    { aboveInputTokens: 1_000, picoPerMillion: 3n * DOLLAR },
    { aboveInputTokens: 2_000, picoPerMillion: 4n * DOLLAR },
  ];
  const output = { picoPerMillion: (time < CHANGED ? 9n : 8n) * DOLLAR };
  return { catalog: "test 1", input: { picoPerMillion: 2n * DOLLAR, tiers }, output };
}

/** A list that does it right, for a mutant that changes one thing. */
const RIGHT = new OneModelCatalog();

/** Price catalogs that each break one promise, by the title (in part) of a test that has to notice. */
export const PRICE_CATALOGS: Readonly<Record<string, PriceCatalogHarness["open"]>> = {
  "knows what a listed model costs": () => ({ find: () => ({ catalog: "test 1" }) }),

  "has no price for a model that it does not list": () => ({
    find: (asked) => RIGHT.find(asked) ?? { catalog: "test 1", input: { picoPerMillion: 0n } },
  }),

  "has no price for a tariff": () => ({ find: ({ serviceTier: _, ...asked }) => RIGHT.find(asked) }),

  "counts in whole pico-dollars": () => ({
    find: (asked) => {
      const price = RIGHT.find(asked);
      return price && { ...price, output: { picoPerMillion: -1n } };
    },
  }),

  "lists tiers from the smallest call": () => ({
    find: (asked) => {
      const price = RIGHT.find(asked);
      if (price?.input?.tiers === undefined) return price;
      return { ...price, input: { ...price.input, tiers: price.input.tiers.toReversed() } };
    },
  }),

  "names the edition": () => ({
    find: (asked) => {
      const price = RIGHT.find(asked);
      return price && { ...price, catalog: "" };
    },
  }),

  "gives the same price to all who ask at once": () => {
    let asked = 0;
    return { find: (model) => (asked++ === 0 ? RIGHT.find(model) : undefined) };
  },

  "gives the price of the time of the call": () => ({ find: (asked) => RIGHT.find({ ...asked, time: CHANGED }) }),
};
