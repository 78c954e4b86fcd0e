import type { AnyStep } from "@flujo/dsl";
import type { ContextLine } from "../context/context-line.ts";
import type { Outcome } from "../protocols/step-handler.ts";
import type { UsageMeter } from "../usage/usage-meter.ts";
import type { PlanNode } from "./plan.ts";
import type { RunScope } from "./run-scope.ts";

/** What a node is executed in: all that changes lives here, never on a step or a plan. */
export interface Frame {
  readonly run: RunScope;
  /** The line of context that the node goes on with. */
  readonly line: ContextLine;
  readonly meter: UsageMeter;
  readonly signal: AbortSignal;
  /** What was wrong with what the attempt before gave. */
  readonly feedback?: string | undefined;
  /** The steps that a chain of redirects has been at. */
  readonly redirects?: readonly AnyStep[] | undefined;
}

/** The way through that every node takes; `base` is the path at which it is entered. */
export type Execute = (node: PlanNode, input: unknown, base: string, frame: Frame) => Promise<Outcome>;
