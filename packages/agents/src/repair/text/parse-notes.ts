import type { Fork, ParseOptions, Unreadable } from "./parse.ts";
import type { SyntaxChange } from "./reading.ts";

/** Most of each that are remembered. */
const MOST_FORKS = 64;
const MOST_CLOSERS = 12;

/** Thrown to leave the parse from wherever it is, and caught where it began. No error: nobody needs its stack. */
export class GaveUp {
  readonly at: number;
  readonly problem: Unreadable["problem"];

  constructor(at: number, problem: Unreadable["problem"] = "not-json") {
    this.at = at;
    this.problem = problem;
  }
}

/** What one parse has to say of its text: what it took for slips, where it might have gone another way, what it doubts. */
export class ParseNotes {
  readonly changes: SyntaxChange[] = [];
  readonly forks: Fork[] = [];
  readonly siblingClosers: number[] = [];
  edits = 0;
  readonly #options: ParseOptions;
  #doubt: string | undefined;
  #doubtWithoutSchema: string | undefined;

  constructor(options: ParseOptions) {
    this.#options = options;
  }

  get doubt(): string | undefined {
    return this.#doubt;
  }

  get doubtWithoutSchema(): string | undefined {
    return this.#doubtWithoutSchema;
  }

  /** @throws {@link GaveUp} when there are more edits than there may be */
  change(kind: SyntaxChange["kind"], at: number, edits: number): void {
    this.changes.push({ kind, at });
    this.edits += edits;
    if (this.edits > (this.#options.maxEdits ?? Infinity)) throw new GaveUp(at, "too-many-edits");
  }

  /** The first reason counts. */
  doubtThat(reason: string | undefined): void {
    this.#doubt ??= reason;
  }

  /** The same, where no schema says what is to be an array, and what a number. */
  doubtWithoutSchemaThat(reason: string): void {
    this.#doubtWithoutSchema ??= reason;
  }

  /** Whether the less likely reading is to be taken. */
  turns(kind: Fork["kind"], at: number): boolean {
    if (this.forks.length < MOST_FORKS) this.forks.push({ kind, at });
    return this.#options.turns?.({ kind, at }) === true;
  }

  rememberCloser(at: number): void {
    if (at < 0) return;
    if (this.siblingClosers.length === MOST_CLOSERS) this.siblingClosers.splice(MOST_CLOSERS / 2, 1);
    this.siblingClosers.push(at);
  }
}
