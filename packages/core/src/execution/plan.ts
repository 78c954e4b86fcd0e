import {
  type AnyStep,
  type GraphPlace,
  graphPath,
  joinPath,
  pathSegment,
  placeOfFallback,
  placeOfRedirect,
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
  /** Where in the pipeline it is: the pipeline's name, and the path of its runs without iteration, item and attempt numbers. */
  readonly address: string;
  /** Whether anything is to happen around its own work: more attempts than one, a deadline, a fallback. */
  readonly hasPolicies: boolean;
  /** Whether it is nothing but its children: it passes no station, and has no entry of its own. */
  readonly transparent: boolean;
}

/** @throws {@link ConfigurationError} for a kind of step that no handler is registered for. */
export function compilePlan(root: AnyStep, handlers: StepHandlerRegistry): PlanNode {
  return compile(root, placeOfRoot(root), outside(root), handlers);
}

/** A step that a plugin redirects to, which is in no pipeline: it has a path like any step in another. */
export function compileRedirectTarget(target: AnyStep, from: PlanNode, handlers: StepHandlerRegistry): PlanNode {
  return compile(target, placeOfRedirect(target), from.address, handlers);
}

/** @param around - the address of the node that it is in */
function compile(step: AnyStep, place: GraphPlace, around: string, handlers: StepHandlerRegistry): PlanNode {
  const address = joinPath(around + place.entrance, place.segment);
  const children = step.children();
  const places = placesOfChildren(children);
  const { fallback } = step.policies;
  const hasPolicies = Object.keys(step.policies).length > 0;
  return {
    step,
    handler: handlers.get(step.kind),
    ...place,
    address,
    hasPolicies,
    transparent: place.segment === "" && !hasPolicies,
    fallback:
      fallback?.type === "step" ? compile(fallback.step, placeOfFallback(fallback.step), address, handlers) : undefined,
    children: children.map((child, index) => compile(child.step, places[index] as GraphPlace, address, handlers)),
  };
}

/** What the addresses of a pipeline's nodes begin with. */
function outside(root: AnyStep): string {
  return `${pathSegment(root.name)}:`;
}

/** The path of a node that is entered at `base`. */
export function nodePath(node: PlanNode, base: string): string {
  return joinPath(base, node.segment);
}

/** The node that a path in a run leads to. */
export function findNode(root: PlanNode, path: string): PlanNode | undefined {
  const address = joinPath(outside(root.step), graphPath(path));
  const visit = (node: PlanNode): PlanNode | undefined => {
    if (node.address === address && node.segment !== "") return node;
    for (const child of node.fallback === undefined ? node.children : [...node.children, node.fallback]) {
      const found = visit(child);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return visit(root);
}
