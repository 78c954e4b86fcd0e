import type { MaybePromise } from "@flujo/dsl";
import type { PricedModel } from "./price-catalog.ts";
import { type ServiceToken, token } from "./token.ts";
import type { TokenUsage } from "./token-usage.ts";

/** Says what model calls cost. */
export interface CostCalculator {
  /** Whether a model that has no price must not be called. Default: it may, and what it costs is unknown. */
  readonly strict?: boolean;
  /** What a call cost, or one of this size would cost. Never guesses: a cost that does not follow from what it is given is unknown. */
  cost(call: PricedCall): MaybePromise<CallCost>;
}

export const CostCalculator: ServiceToken<CostCalculator> = token<CostCalculator>("CostCalculator", "@flujo/agents");

/** A model call that is over, or might be made. */
export interface PricedCall extends PricedModel {
  readonly usage: TokenUsage;
  /** What the provider itself says that the call cost, in pico-dollars (10⁻¹² USD). */
  readonly reportedPico?: bigint | undefined;
  /** What contradicts itself in the usage: then only what the provider says is believed. */
  readonly suspect?: string | undefined;
}

export type CallCost = KnownCost | UnknownCost;

export interface KnownCost {
  /** In pico-dollars (10⁻¹² USD). */
  readonly costPico: bigint;
  /** Who says so: the provider, the user's own prices, or a price list. */
  readonly source: "provider" | "override" | "catalog";
  /** Which edition of the price list. */
  readonly catalog?: string;
  /** The day from which the price applies, `2026-01-01`, where it has changed. */
  readonly since?: string;
}

export interface UnknownCost {
  readonly costPico: undefined;
  readonly source: "unknown";
  /** What is missing: a price for the model, or a usage that it can be applied to. */
  readonly missing: "price" | "usage";
  /** For people. */
  readonly why: string;
}
