import { describeCostCalculator, describePriceCatalog } from "@flujo/testing";
import { GenaiPriceCatalog, LayeredCostCalculator, OverridePriceCatalog } from "../../src/index.ts";

describePriceCatalog({
  name: "genai",
  open: () => new GenaiPriceCatalog(),
  listed: { provider: "openai", model: "o3", time: Date.UTC(2026, 0, 1) },
  before: { provider: "openai", model: "o3", time: Date.UTC(2025, 4, 1) },
});

describePriceCatalog({
  name: "genai (tiers)",
  open: () => new GenaiPriceCatalog(),
  listed: { provider: "google", model: "gemini-2.5-pro", time: Date.UTC(2026, 0, 1) },
});

describePriceCatalog({
  name: "override",
  open: () =>
    new OverridePriceCatalog({
      "acme/nano": [
        { input: "0.5", output: "1", from: "2026-01-01" },
        {
          input: {
            base: "0.7",
            tiers: [
              { above: 200_000, price: "1.4" },
              { above: 1_000, price: "1" },
            ],
          },
          output: 2,
        },
      ],
    }),
  listed: { provider: "acme", model: "nano", time: Date.UTC(2026, 0, 1) - 1 },
  before: { provider: "acme", model: "nano", time: Date.UTC(2026, 0, 1) },
});

describeCostCalculator({ name: "layered", open: (catalog) => new LayeredCostCalculator({ catalog }) });
