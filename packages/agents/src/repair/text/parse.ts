import type { Reading } from "./reading.ts";

/** Why a stretch of text can't be read, and where that shows. */
export interface Unreadable {
  readonly problem: "not-json" | "too-deep" | "escaped" | "too-many-edits";
  readonly at: number;
  /** Whether it began like JSON: an object's key with its colon, or an array's item with its comma. */
  readonly begun: boolean;
}

/** A place where two readings are possible. */
export interface Fork {
  readonly kind: "missing-quote" | "closer";
  readonly at: number;
}

/** How one parse is to go. */
export interface ParseOptions {
  readonly end: number;
  /** Most brackets open at a time. */
  readonly maxDepth: number;
  /** Where the less likely reading is taken. Default: nowhere. */
  readonly turns?: (fork: Fork) => boolean;
  /** A closing bracket that is not to count. */
  readonly ignored?: number;
  /** More edits than these end the parse. Default: none do. */
  readonly maxEdits?: number;
  /** Whether the object's first bracket is missing. Default false. */
  readonly withoutOpener?: boolean;
}

/** What a parse came to, and what it might have come to. */
export interface Parse {
  readonly result: Reading | Unreadable;
  readonly forks: readonly Fork[];
  /** Closing brackets after which their parent went on. */
  readonly siblingClosers: readonly number[];
  /** Whether there were too many closing brackets, or the text went on as if there had been. */
  readonly closedEarly: boolean;
}
