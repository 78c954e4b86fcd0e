import type { MergeStrategy } from "@flujo/dsl";
import { type ServiceToken, token } from "./token.ts";

/** Keeps the contexts of runs: immutable values, and the changes between them. */
export interface ContextManager {
  /** Begins a line of succession. @param value - what it begins with; it is frozen, with all in it */
  begin(value: unknown): ContextLine;
  /**
   * Brings what parallel branches changed into `target`, which still stands at the value that they all began with, in the
   * order given: the same branches give the same context, whatever the order in which they ended.
   *
   * @throws {@link ContextConflictError} under `errorOnConflict`
   */
  merge(target: ContextLine, branches: readonly BranchLine[], strategy: MergeStrategy<never>): void;
}

export const ContextManager: ServiceToken<ContextManager> = token<ContextManager>("ContextManager");

/**
 * One line of succession of a run's context: an immutable value, and the changes by which it came from
 * the value that the line began with. Steps in sequence share a line; an attempt works on a fork,
 * which is adopted if it succeeds and dropped if it fails; parallel branches each have one.
 */
export interface ContextLine {
  readonly current: unknown;
  /** What led from the first value to the current one, in order. */
  readonly patches: readonly ContextPatch[];
  /** Lets `recipe` edit a draft: all of what it does, or nothing if it throws. @throws `InvalidOptionError` if it is asynchronous */
  update(recipe: (draft: never) => unknown): void;
  /** Goes on from changes that were recorded. */
  replay(patches: readonly ContextPatch[]): void;
  /** Puts another value in the context's place. */
  replace(value: unknown): void;
  fork(): ContextLine;
  /** Goes on from where a fork of this line, as it stands, has arrived. */
  adopt(fork: ContextLine): void;
}

/** One change: what is at `path`, property names from the outside in, and what is there now. */
export interface ContextPatch {
  readonly op: "add" | "remove" | "replace";
  readonly path: string | readonly (string | number)[];
  readonly value?: unknown;
}

/** The line of one parallel branch. */
export interface BranchLine {
  readonly name: string;
  readonly line: ContextLine;
}
