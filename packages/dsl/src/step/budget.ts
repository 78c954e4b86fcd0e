import { checkKeys, checkSome } from "../errors/check-keys.ts";
import { checkAmount, checkCount } from "../errors/check-option.ts";
import type { BudgetPolicy, ResolvedBudget } from "./policies.ts";

/** 1 USD is 10 to this power of pico-dollars. */
const PICO_DIGITS = 12;

/**
 * Checks a budget, or an estimate, and turns its dollars into pico-dollars.
 *
 * @param owner - what the messages call it: `budget`
 * @throws {@link InvalidOptionError} naming the first option that is out of range or not known, or where there is none.
 */
export function resolveBudget(policy: BudgetPolicy, owner = "budget"): ResolvedBudget {
  checkKeys(owner, policy, ["costUsd", "totalTokens"]);
  const { costUsd, totalTokens } = policy;
  checkSome(owner, { costUsd, totalTokens });
  return Object.freeze({
    ...(costUsd === undefined ? {} : { costPico: picoOf(checkAmount(`${owner}.costUsd`, costUsd, 0, true)) }),
    ...(totalTokens === undefined ? {} : { totalTokens: checkCount(`${owner}.totalTokens`, totalTokens, 0) }),
  });
}

/** A budget as it is written: its dollars as a number, the nearest there is. */
export function writtenBudget({ costPico, totalTokens }: ResolvedBudget): BudgetPolicy {
  return {
    ...(costPico === undefined ? {} : { costUsd: Number(`${costPico}e-${PICO_DIGITS}`) }),
    ...(totalTokens === undefined ? {} : { totalTokens }),
  };
}

/** By its decimal digits: 0.1 is not a tenth as a number, and is as a text. Less than half a pico-dollar is lost. */
function picoOf(usd: number): bigint {
  const [digits = "", exponent = "0"] = String(usd).split("e");
  const [whole = "", fraction = ""] = digits.split(".");
  const zeros = Number(exponent) + PICO_DIGITS - fraction.length;
  const all = BigInt(whole + fraction);
  if (zeros >= 0) return all * 10n ** BigInt(zeros);
  const unit = 10n ** BigInt(-zeros);
  return (all + unit / 2n) / unit;
}
