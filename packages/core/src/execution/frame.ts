import type { AnyStep } from "@flujo/dsl";
import type { ContextLine } from "../protocols/context-manager.ts";
import type { Outcome } from "../protocols/step-handler.ts";
import type { Ledger } from "../protocols/usage-governor.ts";
import type { PlanNode } from "./plan.ts";
import type { RunScope } from "./run-scope.ts";

/** What a node is executed in: all that changes lives here, never on a step or a plan. */
export interface Frame {
  readonly run: RunScope;
  /** The line of context that the node goes on with. */
  readonly line: ContextLine;
  readonly ledger: Ledger;
  readonly signal: AbortSignal;
  /** What was wrong with what the attempt before gave. */
  readonly feedback: string | undefined;
  /** The steps that a chain of redirects has been at. */
  readonly redirects: readonly AnyStep[];
  /** Where the node around decides, if the node is entered just there and has no name of its own. */
  readonly sharedBase?: string | undefined;
}

/** A frame that differs in what is given. Written out, since a spread costs several times as much on this path. */
export function within(frame: Frame, changes: Partial<Omit<Frame, "run" | "feedback">>): Frame {
  return {
    run: frame.run,
    line: changes.line ?? frame.line,
    ledger: changes.ledger ?? frame.ledger,
    signal: changes.signal ?? frame.signal,
    feedback: frame.feedback,
    redirects: changes.redirects ?? frame.redirects,
    sharedBase: changes.sharedBase ?? frame.sharedBase,
  };
}

/** The way through that every node takes; `base` is the path at which it is entered. */
export type Execute = (node: PlanNode, input: unknown, base: string, frame: Frame) => Promise<Outcome>;
