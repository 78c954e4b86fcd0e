import type { Effects } from "./effects.ts";
import type { Happening } from "./happening.ts";

/** When a driver dies. */
export type CrashPoint =
  | {
      /** Which of its writes, from 1. */
      readonly write: number;
      /** Before it has reached the store, or after it was committed and before the driver hears of that. */
      readonly phase: "before" | "after";
    }
  | {
      /** So many milliseconds after its start. */
      readonly afterMs: number;
    };

/** One driver of a run under test, from its start to its death or its end. What it does once it is dead leaves no trace. */
export class Life {
  readonly number: number;
  readonly point: CrashPoint | undefined;
  readonly #witness: (happening: Happening) => void;
  readonly #mourners: (() => void)[] = [];
  #writes = 0;
  #over = false;
  /** The write that it died at, in words. */
  #lastWrite: string | undefined;

  /** @param witness - told what it does while it lives */
  constructor(number: number, point: CrashPoint | undefined, witness: (happening: Happening) => void) {
    this.number = number;
    this.point = point;
    this.#witness = witness;
  }

  get isOver(): boolean {
    return this.#over;
  }

  get writes(): number {
    return this.#writes;
  }

  /** Where it died, for people. */
  get death(): string {
    const { point } = this;
    if (point === undefined) return "not killed";
    if ("afterMs" in point) return `killed ${point.afterMs.toFixed(2)} ms after its start`;
    return `killed ${point.phase} write ${point.write}${this.#lastWrite === undefined ? "" : `: ${this.#lastWrite}`}`;
  }

  readonly effects: Effects = {
    record: ({ path, attempt, idempotencyKey }, what = "") => {
      this.note({ type: "effect", by: this.number, path, attempt, key: idempotencyKey, what });
    },
  };

  note(happening: Happening): void {
    if (!this.#over) this.#witness(happening);
  }

  /** Counts a write that is about to be made, and says when to die of it. */
  beginWrite(): "before" | "after" | undefined {
    this.#writes += 1;
    const { point } = this;
    return point !== undefined && "write" in point && point.write === this.#writes ? point.phase : undefined;
  }

  /** Calls back at once when it dies. */
  onDeath(mourner: () => void): void {
    this.#mourners.push(mourner);
  }

  die(write?: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#lastWrite = write;
    for (const mourner of this.#mourners) mourner();
  }
}
