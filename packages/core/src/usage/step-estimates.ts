import type { Usage } from "../protocols/usage.ts";
import { type Amount, most, NOTHING } from "./budget-account.ts";

/** How many attempts back a step's history goes. */
const REMEMBERED = 16;

/** What attempts at the steps of a pipeline used, by the step's address: the most of the last few is what the next may use. */
export class StepEstimates {
  readonly #histories = new Map<string, Amount[]>();

  learn(address: string, { known }: Usage): void {
    const history = this.#histories.get(address) ?? [];
    history.push({ costPico: known.costPico, totalTokens: known.totalTokens });
    if (history.length > REMEMBERED) history.shift();
    this.#histories.set(address, history);
  }

  /** `undefined` for a step that has no history. */
  of(address: string): Amount | undefined {
    return this.#histories.get(address)?.reduce(most, NOTHING);
  }
}
