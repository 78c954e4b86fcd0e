import type { JsonObject } from "../model/json-value.ts";
import { toPico } from "./decimal.ts";
import { fields, isRecord } from "./json-fields.ts";

/** xAI counts in ticks, of which 10¹⁰ are a dollar. */
const PICO_PER_TICK = 100n;

/**
 * What a provider says that the call cost, in pico-dollars: in its usage, or in what it adds to the answer under its name.
 *
 * Source: OpenRouter's usage accounting, xAI's cost tracking, Perplexity's `usage.cost`, Vercel's AI gateway
 */
export function reportedCost(raw: JsonObject | undefined, providerMetadata: unknown): bigint | undefined {
  return costIn(raw) ?? ofProviders(providerMetadata);
}

function ofProviders(metadata: unknown): bigint | undefined {
  if (!isRecord(metadata)) return undefined;
  for (const said of Object.values(metadata)) {
    const cost = costIn(fields(said, "usage")) ?? costIn(said);
    if (cost !== undefined) return cost;
  }
  return undefined;
}

function costIn(usage: unknown): bigint | undefined {
  const ticks = fields(usage, "cost_in_usd_ticks") ?? fields(usage, "costInUsdTicks");
  if (typeof ticks === "number" && Number.isSafeInteger(ticks) && ticks >= 0) return BigInt(ticks) * PICO_PER_TICK;
  const cost = fields(usage, "cost");
  if (isRecord(cost)) return (cost["currency"] ?? "USD") === "USD" ? toPico(cost["total_cost"]) : undefined;
  const pico = toPico(cost);
  if (pico === undefined || !(fields(usage, "is_byok") === true || fields(usage, "isByok") === true)) return pico;
  // With a key of one's own, this is the router's fee alone: the model's provider sends a bill of its own.
  const upstream = toPico(
    fields(usage, "cost_details", "upstream_inference_cost") ?? fields(usage, "costDetails", "upstreamInferenceCost"),
  );
  return upstream === undefined ? undefined : pico + upstream;
}
