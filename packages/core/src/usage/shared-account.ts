import type { Clock } from "../protocols/clock.ts";
import { StateError } from "../protocols/errors/state-error.ts";
import type { StateBackend } from "../protocols/state-backend.ts";
import type { UsageBreach } from "../protocols/usage-governor.ts";
import { type Account, type Amount, BudgetAccount, minus, most, NOTHING, plus } from "./budget-account.ts";
import type { TimeSpan } from "./budget-period.ts";
import type { ResolvedSharedBudget } from "./shared-budget.ts";
import { StoredSpending } from "./stored-spending.ts";

/** How old what is known of the store may be when a run opens, in milliseconds. */
const FRESH_MS = 5_000;

export interface SharedAccountParts {
  readonly state: StateBackend;
  readonly clock: Pick<Clock, "now" | "monotonic">;
}

/**
 * A shared budget in one period: what this process's runs spend of it, exactly, and what all others have spent, as far as
 * that was in the store when it was last read.
 *
 * A run is either one of this process's (open, or closed since the last reading began) or one of the others, and never both.
 */
export class SharedAccount {
  readonly #name: string;
  readonly #account: BudgetAccount;
  readonly #spending: StoredSpending;
  readonly #clock: Pick<Clock, "now" | "monotonic">;
  /** This process's. */
  readonly #runs = new Map<string, RunShare>();
  #readAt = -Infinity;
  #reading: Promise<void> | undefined;
  /** The one that begins next. */
  #queued: Promise<void> | undefined;

  constructor({ name, tags, budget }: ResolvedSharedBudget, span: TimeSpan, { state, clock }: SharedAccountParts) {
    this.#name = name;
    this.#account = new BudgetAccount({ scope: name, shared: true }, budget);
    this.#spending = new StoredSpending(state, tags, span);
    this.#clock = clock;
  }

  /** Whether any run of this process has it open. */
  get inUse(): boolean {
    return [...this.#runs.values()].some(({ isOpen }) => isOpen);
  }

  /** How it is passed already, if it is. */
  get passed(): UsageBreach | undefined {
    return this.#account.passed;
  }

  /**
   * Opens a run's share. What the run has spent before is part of it from the start.
   *
   * @throws {@link StateError} if the store can't be read
   */
  async open(runId: string, resumed: boolean): Promise<RunShare> {
    const earlier = this.#runs.get(runId);
    const share = new RunShare(this.#account, earlier?.amount ?? NOTHING);
    this.#runs.set(runId, share);
    try {
      // A run that was driven before is among the others now, with as much as it had spent at the last reading.
      if (resumed && earlier === undefined) await this.#readAnew();
      else if (this.#clock.monotonic() - this.#readAt >= FRESH_MS) await (this.#reading ?? this.#readAnew());
      return share;
    } catch (cause) {
      if (earlier === undefined) this.#runs.delete(runId);
      else this.#runs.set(runId, earlier);
      throw new StateError(`What was spent of the shared budget "${this.#name}" can't be read`, { cause });
    }
  }

  /** A reading that begins from now on: one that is under way may have passed what is looked for. */
  #readAnew(): Promise<void> {
    this.#queued ??= this.#readAfter(this.#reading);
    return this.#queued;
  }

  /** One reading at a time: each goes on from what the one before has settled. */
  async #readAfter(before: Promise<void> | undefined): Promise<void> {
    await before?.catch(() => undefined);
    this.#queued = undefined;
    const reading = this.#readStore();
    this.#reading = reading;
    try {
      await reading;
    } finally {
      if (this.#reading === reading) this.#reading = undefined;
    }
  }

  async #readStore(): Promise<void> {
    const beganAt = this.#clock.monotonic();
    // Their last word is in the store: they are among the others from now on.
    const closed = new Set([...this.#runs.values()].filter(({ isOpen }) => !isOpen));
    const isOwn = (runId: string): boolean => {
      const share = this.#runs.get(runId);
      return share !== undefined && !closed.has(share);
    };
    const { others, leftOut } = await this.#spending.read(this.#clock.now(), isOwn);
    let spent = others;
    for (const [runId, share] of this.#runs) {
      if (closed.has(share)) {
        this.#runs.delete(runId);
        continue;
      }
      share.raise(leftOut.get(runId) ?? NOTHING);
      spent = plus(spent, share.amount);
    }
    this.#readAt = beganAt;
    this.#account.restate(spent);
  }
}

/**
 * One run's part in a shared account. What it spent before it was resumed is in from the start; what is replayed of that
 * is booked again, and counts once.
 */
export class RunShare implements Account {
  readonly #account: BudgetAccount;
  #before: Amount;
  #booked: Amount = NOTHING;
  #isOpen = true;

  constructor(account: BudgetAccount, before: Amount) {
    this.#account = account;
    this.#before = before;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get amount(): Amount {
    return most(this.#before, this.#booked);
  }

  get limitsCost(): boolean {
    return this.#account.limitsCost;
  }

  /** It has spent at least as much as the store says. What that makes of the account is for the caller to say. */
  raise(before: Amount): void {
    this.#before = most(this.#before, before);
  }

  close(): void {
    this.#isOpen = false;
  }

  spend(used: Amount): UsageBreach | undefined {
    const earlier = this.amount;
    this.#booked = plus(this.#booked, used);
    return this.#account.spend(minus(this.amount, earlier));
  }

  refuses(amount: Amount): UsageBreach | undefined {
    return this.#account.refuses(amount);
  }

  fits(amount: Amount): boolean {
    return this.#account.fits(amount);
  }

  hold(amount: Amount): void {
    this.#account.hold(amount);
  }

  giveBack(amount: Amount): void {
    this.#account.giveBack(amount);
  }

  whenGivenBack(wake: () => void): () => void {
    return this.#account.whenGivenBack(wake);
  }
}
