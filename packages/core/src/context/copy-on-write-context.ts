import type { MergeStrategy } from "@flujo/dsl";
import type { BranchLine, ContextLine, ContextManager } from "../protocols/context-manager.ts";
import { deepFreeze, PatchedContextLine } from "./context-line.ts";
import { mergeBranches } from "./merge.ts";

/** Contexts as frozen values that share what did not change: no step ever pays for a copy of the whole. */
export class CopyOnWriteContext implements ContextManager {
  begin(value: unknown): ContextLine {
    return new PatchedContextLine(deepFreeze(value));
  }

  merge(target: ContextLine, branches: readonly BranchLine[], strategy: MergeStrategy<never>): void {
    mergeBranches(target, branches, strategy);
  }
}
