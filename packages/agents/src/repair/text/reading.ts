import type { RepairKind } from "../repair-kinds.ts";
import type { SourceNode } from "./source-node.ts";

/** One thing that was not as JSON has it. */
export interface SyntaxChange {
  readonly kind: RepairKind;
  /** Index into the text. */
  readonly at: number;
}

/** One way to read a stretch of text. */
export interface Reading {
  readonly root: SourceNode;
  readonly start: number;
  /** Index after the last character that belongs to it. */
  readonly end: number;
  readonly changes: readonly SyntaxChange[];
  /** How many slips of the pen it takes for granted; the likelier of two readings has fewer. */
  readonly edits: number;
  /** Why it can't be trusted, if it can't. */
  readonly doubt: string | undefined;
  /** Why it can't be trusted where no schema says what is to be an array, and what a number. */
  readonly doubtWithoutSchema?: string | undefined;
}
