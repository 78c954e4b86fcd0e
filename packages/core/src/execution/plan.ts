import {
  type AnyStep,
  type GraphPlace,
  graphPath,
  joinPath,
  placeOfFallback,
  placeOfRoot,
  placesOfChildren,
} from "@flujo/dsl";
import type { StepHandlerRegistry } from "../handlers/step-handler-registry.ts";
import type { PlannedStep, StepHandler } from "../protocols/step-handler.ts";

/** A step in its place in a pipeline, with all that can be known of it before it runs. Made once a runner. */
export interface PlanNode extends PlannedStep, GraphPlace {
  readonly handler: StepHandler;
  readonly children: readonly PlanNode[];
  readonly fallback: PlanNode | undefined;
  /** Whether it is nothing but its children: it passes no station, and has no entry of its own. */
  readonly transparent: boolean;
}

/** @throws {@link ConfigurationError} for a kind of step that no handler is registered for. */
export function compilePlan(root: AnyStep, handlers: StepHandlerRegistry): PlanNode {
  return compile(root, placeOfRoot(root), handlers);
}

function compile(step: AnyStep, place: GraphPlace, handlers: StepHandlerRegistry): PlanNode {
  const children = step.children();
  const { fallback } = step.policies;
  const places = placesOfChildren(children);
  return {
    step,
    handler: handlers.get(step.kind),
    ...place,
    transparent: place.segment === "" && Object.keys(step.policies).length === 0,
    fallback: fallback?.type === "step" ? compile(fallback.step, placeOfFallback(fallback.step), handlers) : undefined,
    children: children.map((child, index) => compile(child.step, places[index] as GraphPlace, handlers)),
  };
}

/** The path of a node that is entered at `base`. */
export function nodePath(node: PlanNode, base: string): string {
  return joinPath(base, node.segment);
}

/** The node that a path in a run leads to: the path with its iteration, item and attempt numbers left out. */
export function findNode(root: PlanNode, path: string): PlanNode | undefined {
  const target = graphPath(path);
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
