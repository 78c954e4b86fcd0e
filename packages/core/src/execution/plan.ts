import type { AnyStep, Pipeline } from "@flujo/dsl";
import type { StepHandlerRegistry } from "../handlers/step-handler-registry.ts";
import { join, segment } from "../journal/path.ts";
import type { PlannedStep, StepHandler } from "../protocols/step-handler.ts";

/** A step in its place in a pipeline, with all that can be known of it before it runs. Made once a runner. */
export interface PlanNode extends PlannedStep {
  readonly handler: StepHandler;
  readonly children: readonly PlanNode[];
  readonly fallback: PlanNode | undefined;
  /** What its parent's path goes on with before its own segment, iteration and item numbers left out: `[branch]`. */
  readonly entrance: string;
  /** What it adds to a path. Empty for what is only a way of writing: an unnamed pipeline, and the outermost one. */
  readonly segment: string;
  /** Whether it is nothing but its children: it passes no station, and has no entry of its own. */
  readonly transparent: boolean;
}

/** @throws {@link ConfigurationError} for a kind of step that no handler is registered for. */
export function compilePlan(root: AnyStep, handlers: StepHandlerRegistry): PlanNode {
  return compile(root, { entrance: "", segment: root.kind === "pipeline" ? "" : segment(root.name) }, handlers);
}

function compile(
  step: AnyStep,
  place: Pick<PlanNode, "entrance" | "segment">,
  handlers: StepHandlerRegistry,
): PlanNode {
  const children = step.children();
  const { fallback } = step.policies;
  const met = new Map<string, number>();
  return {
    step,
    handler: handlers.get(step.kind),
    ...place,
    transparent: place.segment === "" && Object.keys(step.policies).length === 0,
    fallback:
      fallback?.type === "step"
        ? compile(fallback.step, { entrance: "!fallback", segment: childSegment(fallback.step) }, handlers)
        : undefined,
    children: children.map((child) => {
      const entrance = child.role === "branch" ? `[${segment(child.label ?? "")}]` : "";
      // A step that stands twice in one sequence needs two paths.
      const times = child.role === "next" ? (met.get(child.step.name) ?? 0) + 1 : 1;
      if (child.role === "next") met.set(child.step.name, times);
      const suffix = times > 1 ? `~${times}` : "";
      return compile(child.step, { entrance, segment: childSegment(child.step) + suffix }, handlers);
    }),
  };
}

function childSegment(step: AnyStep): string {
  return isNotation(step) ? "" : segment(step.name);
}

/** An unnamed pipeline without policies is only a way of writing its steps one after another. */
function isNotation(step: AnyStep): boolean {
  return (
    step.kind === "pipeline" &&
    !(step as Pipeline<never, unknown, never>).named &&
    Object.keys(step.policies).length === 0
  );
}

/** The path of a node that is entered at `base`. */
export function nodePath(node: PlanNode, base: string): string {
  return node.segment === "" ? base : join(base, node.segment);
}

/** The node that a path in a run leads to: the path with its iteration, item and attempt numbers left out. */
export function findNode(root: PlanNode, path: string): PlanNode | undefined {
  // The second attempt at the outermost pipeline, which has no name in paths, is `!2/…`.
  const target = path.replace(/[#@!]\d+/g, "").replace(/^\//, "");
  const visit = (node: PlanNode, base: string): PlanNode | undefined => {
    const own = nodePath(node, base + node.entrance);
    if (own === target && node.segment !== "") return node;
    for (const child of node.fallback === undefined ? node.children : [...node.children, node.fallback]) {
      const found = visit(child, own);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return visit(root, "");
}
