import { CANCELLED } from "../errors/failure.ts";
import type { Enough, Outcome } from "../protocols/step-handler.ts";

/** What the lanes of a fan-out have come to so far, and whether that is enough. */
export class Tally {
  readonly #outcomes: Outcome[];
  readonly #settled: (Outcome | undefined)[];
  readonly #isEnough: Enough["reached"] | undefined;
  #reached = false;

  /** @param isEnough - left out: there is never enough before all lanes have ended */
  constructor(lanes: number, isEnough: Enough["reached"] | undefined) {
    this.#outcomes = new Array<Outcome>(lanes).fill(CANCELLED);
    this.#settled = new Array<Outcome | undefined>(lanes).fill(undefined);
    this.#isEnough = isEnough;
  }

  /** Takes a lane's outcome down. What ends after there was enough comes too late to count. */
  add(index: number, outcome: Outcome): void {
    if (this.#reached) return;
    this.#outcomes[index] = outcome;
    if (outcome.status !== "completed" && outcome.status !== "failed") return;
    this.#settled[index] = outcome;
    this.#reached = this.#isEnough?.(this.#settled) ?? false;
  }

  /** Whether there was enough before all lanes had ended. */
  get reached(): boolean {
    return this.#reached;
  }

  /** One for each lane. A lane that did not settle before there was enough has none to tell of. */
  get outcomes(): readonly Outcome[] {
    return this.#reached ? this.#settled.map((outcome) => outcome ?? CANCELLED) : this.#outcomes;
  }

  has(index: number, status: "completed" | "failed"): boolean {
    return this.#settled[index]?.status === status;
  }

  isSettled(index: number): boolean {
    return this.#settled[index] !== undefined;
  }
}
