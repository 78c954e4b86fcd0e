import type { CallCost, CostCalculator, PricedCall } from "@flujo/core/protocols";

/** What a call cost. A calculator that fails, for want of a list that it has to fetch, say, leaves it unknown: the call is booked all the same. */
export async function priceCall(calculator: CostCalculator, call: PricedCall): Promise<CallCost> {
  try {
    return await calculator.cost(call);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      costPico: undefined,
      source: "unknown",
      missing: "price",
      why: `its price could not be looked up: ${reason}`,
    };
  }
}
