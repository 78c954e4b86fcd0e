import type { FlujoModule } from "@flujo/core/protocols";
import { expectTypeOf, test } from "vitest";
import { type PriceOverrides, prices } from "../../src/index.ts";

test("prices() makes a module of overrides, written down where they are used or apart", () => {
  const overrides = {
    "acme/nano": { input: "0.25", output: { base: 2, tiers: [{ above: 200_000, price: "4" }] } },
    "acme/micro": [
      { input: 1, until: "2027-01-01" },
      { input: 2, from: "2027-01-01" },
    ],
  } as const;
  expectTypeOf(overrides).toExtend<PriceOverrides>();
  expectTypeOf(prices({ overrides, strict: true })).toEqualTypeOf<FlujoModule>();
});

test("a misspelt kind of token is a mistake", () => {
  // @ts-expect-error there is no such kind
  prices({ overrides: { "acme/nano": { inptu: 1 } } });
  // @ts-expect-error a tier has a price
  prices({ overrides: { "acme/nano": { input: { base: 1, tiers: [{ above: 1 }] } } } });
});
