import { InvalidOptionError } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { OverridePriceCatalog, type PriceOverrides, prices } from "../../src/index.ts";

const time = Date.UTC(2026, 5, 1);

function inputOf(overrides: PriceOverrides, provider: string, model: string, at = time): bigint | undefined {
  return new OverridePriceCatalog(overrides).find({ provider, model, time: at })?.input?.picoPerMillion;
}

describe("an override", () => {
  test("is of one provider's model, of a model everywhere, or of all of a provider's, in this order", () => {
    const all = { "acme/*": { input: 3 }, nano: { input: 2 }, "acme/nano": { input: 1 } };
    expect(inputOf(all, "acme", "nano")).toBe(1_000_000_000_000n);
    expect(inputOf(all, "other", "nano")).toBe(2_000_000_000_000n);
    expect(inputOf(all, "acme", "micro")).toBe(3_000_000_000_000n);
    expect(inputOf(all, "other", "micro")).toBeUndefined();
  });

  test("of a provider's model is not that of a router which has the same name for it", () => {
    expect(inputOf({ "openai/gpt-5-mini": { input: 1 } }, "openrouter", "openai/gpt-5-mini")).toBeUndefined();
    expect(inputOf({ "openrouter/openai/gpt-5-mini": { input: 1 } }, "openrouter", "openai/gpt-5-mini")).toBeDefined();
  });

  test("counts from the moment that it is dated, in whatever zone, to the one before the other", () => {
    const dated = { nano: { input: 1, from: "2026-01-01", until: "2026-02-01T00:00:00+01:00" } };
    expect(inputOf(dated, "", "nano", Date.UTC(2026, 0, 1) - 1)).toBeUndefined();
    expect(inputOf(dated, "", "nano", Date.UTC(2026, 0, 1))).toBeDefined();
    expect(inputOf(dated, "", "nano", Date.UTC(2026, 0, 31, 23) - 1)).toBeDefined();
    expect(inputOf(dated, "", "nano", Date.UTC(2026, 0, 31, 23))).toBeUndefined();
  });

  test("is of the standard tariff, unless it names another", () => {
    const catalog = new OverridePriceCatalog({ nano: [{ input: 1 }, { input: 2, serviceTier: "flex" }] });
    const model = { provider: "acme", model: "nano", time };
    expect(catalog.find(model)?.input?.picoPerMillion).toBe(1_000_000_000_000n);
    expect(catalog.find({ ...model, serviceTier: "flex" })?.input?.picoPerMillion).toBe(2_000_000_000_000n);
    expect(catalog.find({ ...model, serviceTier: "priority" })).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['overrides["nano"]', {}],
    ['overrides["nano"]', 3],
    ['overrides["nano"].inptu', { inptu: 1 }],
    ['overrides["nano"].input', { input: -1 }],
    ['overrides["nano"].input', { input: "1,5" }],
    ['overrides["nano"].input', { input: "" }],
    ['overrides["nano"].input', { input: Number.NaN }],
    ['overrides["nano"].input.base', { input: { tiers: [] } }],
    ['overrides["nano"].input.tiers', { input: { base: 1 } }],
    ['overrides["nano"].input.tiers[0].above', { input: { base: 1, tiers: [{ above: -1, price: 1 }] } }],
    ['overrides["nano"].input.tiers[0].price', { input: { base: 1, tiers: [{ above: 1, price: "x" }] } }],
    ['overrides["nano"].perRequest', { perRequest: "x" }],
    ['overrides["nano"].inputAudio', { input: 1, cacheReadAudio: 1 }],
    ['overrides["nano"].from', { input: 1, from: "yesterday" }],
    ['overrides["nano"].from', { input: 1, from: "2026-13-01" }],
    ['overrides["nano"].until', { input: 1, until: "2026-01-01T00:00" }],
    ['overrides["nano"].serviceTier', { input: 1, serviceTier: 3 }],
  ])("that can't be one is refused at once: %s of %j", (option, override) => {
    expect(() => new OverridePriceCatalog({ nano: override as never })).toThrow(
      expect.objectContaining({ name: InvalidOptionError.name, message: expect.stringContaining(option) }),
    );
  });
});

test.each<[string, unknown]>([
  ["prices.strict", { strict: "yes" }],
  ["prices.catalog", { catalog: {} }],
  ["prices.override", { override: {} }],
  ["overrides", { overrides: 3 }],
])("prices() refuses what it can't use: %s of %j", (option, options) => {
  expect(() => prices(options as never)).toThrow(option);
});
