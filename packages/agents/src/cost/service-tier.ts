import type { JsonObject } from "../model/json-value.ts";
import { fields, isRecord } from "./json-fields.ts";

/** Names for the tariff that price lists mean. */
const STANDARD = ["standard", "default", "auto", "on_demand", "global", "not_available"];

/** By what tariff a call was charged, where that was not the standard one: as OpenAI says it, and Anthropic in three ways. */
export function serviceTierOf(raw: JsonObject | undefined, providerMetadata: unknown): string | undefined {
  const metadata = isRecord(providerMetadata) ? Object.values(providerMetadata) : [];
  const said = [
    fields(raw, "service_tier"),
    fields(raw, "speed"),
    fields(raw, "inference_geo"),
    ...metadata.map((each) => fields(each, "serviceTier")),
  ];
  return said.find((tier) => typeof tier === "string" && !STANDARD.includes(tier.toLowerCase())) as string | undefined;
}
