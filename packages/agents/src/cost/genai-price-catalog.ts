import { createRequire } from "node:module";
import type { ModelPrice, PriceCatalog, PricedModel, TokenRate } from "@flujo/core/protocols";
import type {
  ConditionalPrice,
  ModelPrice as GenaiPrice,
  PriceCalculation,
  TieredPrices,
} from "@pydantic/genai-prices";
import { toPico } from "./decimal.ts";

const PACKAGE = "@pydantic/genai-prices";

/** What the list calls a provider for whom the AI SDK has another name. */
const LISTED_AS: Readonly<Record<string, string>> = {
  "amazon-bedrock": "aws",
  "azure-openai": "azure",
  bedrock: "aws",
  "google-vertex": "google",
  togetherai: "together",
  vertex: "google",
  xai: "x-ai",
  zhipu: "zhipuai",
};

/** Those that hand on to others, at their prices, and have their names in front of the models'. */
const ROUTERS: ReadonlySet<string> = new Set(["gateway", "litellm"]);

/** Which of the list's prices are which of ours. */
const RATES = {
  input: "input_mtok",
  cacheRead: "cache_read_mtok",
  cacheWrite: "cache_write_mtok",
  cacheWrite1h: "cache_write_1h_mtok",
  inputAudio: "input_audio_mtok",
  cacheReadAudio: "cache_audio_read_mtok",
  inputImage: "input_image_mtok",
  cacheReadImage: "cache_image_read_mtok",
  output: "output_mtok",
  reasoning: "output_reasoning_mtok",
  outputAudio: "output_audio_mtok",
  outputImage: "output_image_mtok",
} as const;

export interface GenaiPriceCatalogOptions {
  /**
   * Under which name the list has providers that go by another in your program, such as a proxy that charges what the provider
   * behind it does: `{ "our-proxy": "openai" }`.
   */
  readonly listedAs?: Readonly<Record<string, string>>;
}

/**
 * The list prices that `@pydantic/genai-prices` comes with, at the date of the call. It is read when it is first needed,
 * and asks nobody: a newer edition comes with a newer version of that package.
 */
export class GenaiPriceCatalog implements PriceCatalog {
  readonly #listedAs: Readonly<Record<string, string>>;
  #list: Promise<List> | undefined;

  constructor({ listedAs = {} }: GenaiPriceCatalogOptions = {}) {
    this.#listedAs = { ...LISTED_AS, ...listedAs };
  }

  async find({ provider, model, time, serviceTier }: PricedModel): Promise<ModelPrice | undefined> {
    // The list has the standard tariff only.
    if (serviceTier !== undefined) return undefined;
    this.#list ??= loadList();
    const { calcPrice, edition } = await this.#list;
    const listed = this.#listed(provider, model);
    const found = calcPrice({}, listed.model, {
      ...(listed.provider === "" ? {} : { providerId: listed.provider }),
      timestamp: new Date(time),
    });
    // A name that only looks like a provider's, such as that of somebody's proxy, says nothing of the price.
    if (found === null || (listed.provider !== "" && found.provider.id !== listed.provider)) return undefined;
    return toModelPrice(found, edition);
  }

  #listed(provider: string, model: string): { readonly provider: string; readonly model: string } {
    const name = provider.toLowerCase();
    const slash = model.indexOf("/");
    if (ROUTERS.has(name) && slash > 0) return this.#listed(model.slice(0, slash), model.slice(slash + 1));
    return { provider: this.#listedAs[provider] ?? this.#listedAs[name] ?? name, model };
  }
}

interface List {
  readonly calcPrice: typeof import("@pydantic/genai-prices").calcPrice;
  readonly edition: string;
}

async function loadList(): Promise<List> {
  const { calcPrice } = await import("@pydantic/genai-prices");
  return { calcPrice, edition: edition() };
}

/** The package does not say its version, but for its manifest. */
function edition(): string {
  try {
    const require = createRequire(import.meta.url);
    const manifest = require.resolve(PACKAGE).replace(/dist[\\/][^\\/]+$/, "package.json");
    return `genai-prices ${(require(manifest) as { version: string }).version}`;
  } catch {
    // Bundled with the program: then there is no manifest, and the prices are no worse for it.
    return "genai-prices";
  }
}

function toModelPrice({ model, model_price: prices }: PriceCalculation, catalog: string): ModelPrice | undefined {
  const rates: Record<string, TokenRate> = {};
  for (const [name, key] of Object.entries(RATES)) {
    const rate = toRate(prices[key]);
    if (rate !== undefined) rates[name] = rate;
  }
  if (Object.keys(rates).length === 0) return undefined;
  const requestPico = perThousand(prices["requests_kcount"]);
  const webSearchPico = perThousand(prices["web_searches_kcount"]);
  const since = startOf(model.prices, prices);
  return {
    ...rates,
    ...(requestPico === undefined ? {} : { requestPico }),
    ...(webSearchPico === undefined ? {} : { webSearchPico }),
    catalog,
    ...(since === undefined ? {} : { since }),
  };
}

function toRate(price: number | TieredPrices | undefined): TokenRate | undefined {
  if (price === undefined) return undefined;
  const { base, tiers } = typeof price === "number" ? { base: price, tiers: [] } : price;
  const picoPerMillion = toPico(base);
  if (picoPerMillion === undefined) return undefined;
  if (tiers.length === 0) return { picoPerMillion };
  const ascending = tiers.toSorted((a, b) => a.start - b.start);
  return {
    picoPerMillion,
    tiers: ascending.map(({ start, price: above }) => ({
      aboveInputTokens: start,
      picoPerMillion: toPico(above) ?? picoPerMillion,
    })),
  };
}

function perThousand(price: number | TieredPrices | undefined): bigint | undefined {
  const pico = typeof price === "number" ? toPico(price) : undefined;
  return pico === undefined ? undefined : pico / 1_000n;
}

function startOf(dated: readonly ConditionalPrice[] | GenaiPrice, prices: GenaiPrice): string | undefined {
  if (!Array.isArray(dated)) return undefined;
  const constraint = (dated as readonly ConditionalPrice[]).find((each) => each.prices === prices)?.constraint;
  return constraint?.type === "start_date" ? constraint.start_date : undefined;
}
