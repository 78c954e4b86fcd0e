import { describeCostCalculator, describePriceCatalog } from "@flujo/testing";
import { COST_CALCULATORS } from "./cost-calculators.ts";
import { BEFORE, LISTED, PRICE_CATALOGS } from "./price-catalogs.ts";

for (const [name, open] of Object.entries(PRICE_CATALOGS)) {
  describePriceCatalog({ name, open, listed: LISTED, before: BEFORE });
}
for (const [name, open] of Object.entries(COST_CALCULATORS)) describeCostCalculator({ name, open });
