import type { ModelPrice, PriceCatalog, PricedModel, TokenRate } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";

/** How the suite gets at the price catalog under test. */
export interface PriceCatalogHarness {
  /** Of the implementation, as the suite's title shows it. */
  readonly name: string;
  /** A catalog that nothing was asked of yet. */
  readonly open: () => PriceCatalog | Promise<PriceCatalog>;
  /** A model that it lists, at a time when it does. */
  readonly listed: PricedModel;
  /** The same model, at a time when it had another price; left out if the catalog knows of no such change. */
  readonly before?: PricedModel;
}

/** The contract of {@link PriceCatalog} as a suite of tests. Call it at the top of a test file that Vitest runs. */
export function describePriceCatalog({ name, open, listed, before }: PriceCatalogHarness): void {
  async function find(model: PricedModel): Promise<ModelPrice | undefined> {
    return (await open()).find(model);
  }

  async function price(): Promise<ModelPrice> {
    const found = await find(listed);
    if (found === undefined) throw new Error(`${listed.provider}/${listed.model} is not listed`);
    return found;
  }

  describe(`The ${name} price catalog`, () => {
    test("knows what a listed model costs", async () => {
      expect(ratesOf(await price()).length).toBeGreaterThan(0);
    });

    test("has no price for a model that it does not list, not even a price of nothing", async () => {
      expect(await find({ ...listed, model: "a-model-that-nobody-makes" })).toBeUndefined();
      expect(await find({ ...listed, provider: "a-provider-that-nobody-knows" })).toBeUndefined();
    });

    test("has no price for a tariff that it does not list", async () => {
      expect(await find({ ...listed, serviceTier: "a-tariff-that-nobody-has" })).toBeUndefined();
    });

    test("counts in whole pico-dollars, of which there are not less than none", async () => {
      const found = await price();
      const rates = ratesOf(found).flatMap(({ picoPerMillion, tiers = [] }) => [
        picoPerMillion,
        ...tiers.map((tier) => tier.picoPerMillion),
      ]);
      for (const pico of [...rates, found.requestPico ?? 0n, found.webSearchPico ?? 0n]) {
        expect(typeof pico).toBe("bigint");
        expect(pico >= 0n).toBe(true);
      }
    });

    test("lists tiers from the smallest call to the largest", async () => {
      for (const { tiers = [] } of ratesOf(await price())) {
        const limits = tiers.map(({ aboveInputTokens }) => aboveInputTokens);
        expect(limits).toStrictEqual(limits.toSorted((a, b) => a - b));
      }
    });

    test("names the edition that says so", async () => {
      expect((await price()).catalog).toMatch(/\S/);
    });

    test("gives the same price to all who ask at once, and to who asks again", async () => {
      const catalog = await open();
      const found = await Promise.all([catalog.find(listed), catalog.find(listed)]);
      found.push(await catalog.find(listed));
      expect(found).toStrictEqual([found[0], found[0], found[0]]);
      expect(found[0]).toBeDefined();
    });

    if (before === undefined) return;
    test("gives the price of the time of the call, in whatever order it is asked", async () => {
      const catalog = await open();
      const now = await catalog.find(listed);
      const then = await catalog.find(before);
      expect(ratesOf(then as ModelPrice)).not.toStrictEqual(ratesOf(now as ModelPrice));
      expect(await catalog.find(listed)).toStrictEqual(now);
    });
  });
}

function ratesOf(price: ModelPrice): readonly TokenRate[] {
  const { requestPico: _, webSearchPico: __, catalog: ___, since: ____, ...rates } = price;
  return Object.values<TokenRate>(rates);
}
