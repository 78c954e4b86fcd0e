import type { ModelPrice, PriceCatalog, PricedModel, TokenRate } from "@flujo/core/protocols";
import { checkKeys, InvalidOptionError } from "@flujo/dsl";
import { toPico } from "./decimal.ts";
import type { Amount, PriceOverride, PriceOverrides, RateOverride, TierOverride } from "./price-overrides.ts";

/** A price of the user's, and when it is one. */
interface DatedPrice {
  readonly price: ModelPrice;
  readonly serviceTier: string | undefined;
  /** In milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
}

/** The prices that a user gives, as a list like any other. */
export class OverridePriceCatalog implements PriceCatalog {
  readonly #prices: ReadonlyMap<string, readonly DatedPrice[]>;

  /** @throws `InvalidOptionError` naming the first that can't be a price. */
  constructor(overrides: PriceOverrides) {
    if (typeof overrides !== "object" || overrides === null) {
      throw new InvalidOptionError("overrides", overrides, "an object that has a price for each model");
    }
    this.#prices = new Map(
      Object.entries(overrides).map(([name, given]) => {
        const several: readonly PriceOverride[] = Array.isArray(given) ? given : [given as PriceOverride];
        return [name, several.map((each) => datedPrice(`overrides["${name}"]`, each))];
      }),
    );
  }

  find({ provider, model, time, serviceTier }: PricedModel): ModelPrice | undefined {
    // A model's id may have a slash in it, as at OpenRouter: then it is not another's `provider/model`.
    const names = [`${provider}/${model}`, ...(model.includes("/") ? [] : [model]), `${provider}/*`];
    for (const name of names) {
      const valid = (this.#prices.get(name) ?? []).filter(
        (each) => each.serviceTier === serviceTier && each.from <= time && time < each.until,
      );
      const latest = valid.reduce<DatedPrice | undefined>(
        (a, b) => (a === undefined || b.from >= a.from ? b : a),
        undefined,
      );
      if (latest !== undefined) return latest.price;
    }
    return undefined;
  }
}

const RATES = [
  "input",
  "cacheRead",
  "cacheWrite",
  "cacheWrite1h",
  "inputAudio",
  "cacheReadAudio",
  "inputImage",
  "cacheReadImage",
  "output",
  "reasoning",
  "outputAudio",
  "outputImage",
] as const satisfies readonly (keyof PriceOverride)[];

/** Kinds that are two things at once are told from one of these first. */
const NEEDS: readonly (readonly [keyof PriceOverride, keyof PriceOverride])[] = [
  ["cacheReadAudio", "inputAudio"],
  ["cacheReadImage", "inputImage"],
];

function datedPrice(option: string, given: PriceOverride): DatedPrice {
  checkKeys(option, given, [...RATES, "perRequest", "perWebSearch", "from", "until", "serviceTier"]);
  if (given.input === undefined && given.output === undefined && given.perRequest === undefined) {
    throw new InvalidOptionError(option, given, "a price with at least one of input, output, perRequest");
  }
  for (const [kind, needed] of NEEDS) {
    if (given[kind] !== undefined && given[needed] === undefined) {
      throw new InvalidOptionError(`${option}.${needed}`, undefined, `a price, since ${kind} has one`);
    }
  }
  const rates: Record<string, TokenRate> = {};
  for (const kind of RATES) {
    const rate = given[kind];
    if (rate !== undefined) rates[kind] = toRate(`${option}.${kind}`, rate);
  }
  const { from, until, perRequest, perWebSearch } = given;
  const price: ModelPrice = {
    ...rates,
    ...(perRequest === undefined ? {} : { requestPico: checkPrice(`${option}.perRequest`, perRequest) }),
    ...(perWebSearch === undefined ? {} : { webSearchPico: checkPrice(`${option}.perWebSearch`, perWebSearch) }),
    catalog: "overrides",
    ...(from === undefined ? {} : { since: from }),
  };
  const { serviceTier } = given;
  if (serviceTier !== undefined && typeof serviceTier !== "string") {
    throw new InvalidOptionError(`${option}.serviceTier`, serviceTier, "a string");
  }
  return {
    price,
    serviceTier,
    from: from === undefined ? -Infinity : checkDate(`${option}.from`, from),
    until: until === undefined ? Infinity : checkDate(`${option}.until`, until),
  };
}

function toRate(option: string, given: RateOverride): TokenRate {
  if (typeof given !== "object" || given === null) return { picoPerMillion: checkPrice(option, given) };
  checkKeys(option, given, ["base", "tiers"]);
  const picoPerMillion = checkPrice(`${option}.base`, given.base);
  if (!Array.isArray(given.tiers)) throw new InvalidOptionError(`${option}.tiers`, given.tiers, "a list of tiers");
  const tiers = (given.tiers as readonly TierOverride[]).map((tier, index) => {
    const at = `${option}.tiers[${index}]`;
    checkKeys(at, tier, ["above", "price"]);
    if (!Number.isSafeInteger(tier.above) || tier.above < 0) {
      throw new InvalidOptionError(`${at}.above`, tier.above, "a whole number from 0");
    }
    return { aboveInputTokens: tier.above, picoPerMillion: checkPrice(`${at}.price`, tier.price) };
  });
  return { picoPerMillion, tiers: tiers.toSorted((a, b) => a.aboveInputTokens - b.aboveInputTokens) };
}

function checkPrice(option: string, amount: Amount): bigint {
  const pico = toPico(amount);
  if (pico === undefined) {
    throw new InvalidOptionError(
      option,
      amount,
      'US dollars of at least 0, as a decimal text such as "0.075" or a number',
    );
  }
  return pico;
}

function checkDate(option: string, date: string): number {
  const time =
    typeof date === "string" && /^\d{4}-\d{2}-\d{2}(T.*(Z|[+-]\d{2}:\d{2}))?$/.test(date)
      ? Date.parse(date)
      : Number.NaN;
  if (Number.isNaN(time))
    throw new InvalidOptionError(option, date, "a date such as 2026-01-01, or a time with its zone");
  return time;
}
