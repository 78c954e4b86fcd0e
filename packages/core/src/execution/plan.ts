import type { AnyStep, Pipeline } from "@flujo/dsl";
import type { StepHandlerRegistry } from "../handlers/step-handler-registry.ts";
import { join, segment } from "../journal/path.ts";
import type { PlannedStep, StepHandler } from "../protocols/step-handler.ts";

/** A step in its place in a pipeline, with all that can be known of it before it runs. Made once a runner. */
export interface PlanNode extends PlannedStep {
  readonly handler: StepHandler;
  readonly children: readonly PlanNode[];
  readonly fallback: PlanNode | undefined;
  /** Where in the pipeline it is: the path of its runs, iteration, item and attempt numbers left out. After the pipeline's name. */
  readonly address: string;
  /** What its parent's path goes on with before its own segment, iteration and item numbers left out: `[branch]`. */
  readonly entrance: string;
  /** What it adds to a path. Empty for what is only a way of writing: an unnamed pipeline, and the outermost one. */
  readonly segment: string;
  /** Whether anything is to happen around its own work: more attempts than one, a deadline, a fallback. */
  readonly hasPolicies: boolean;
  /** Whether it is nothing but its children: it passes no station, and has no entry of its own. */
  readonly transparent: boolean;
}

/** A step that a plugin redirects to, which is in no pipeline: it has a path like any step in another. */
export function compileRedirectTarget(step: AnyStep, handlers: StepHandlerRegistry): PlanNode {
  return compile(step, { entrance: "", segment: childSegment(step) }, "!redirect:", handlers);
}

/** @throws {@link ConfigurationError} for a kind of step that no handler is registered for. */
export function compilePlan(root: AnyStep, handlers: StepHandlerRegistry): PlanNode {
  const place = { entrance: "", segment: root.kind === "pipeline" ? "" : segment(root.name) };
  return compile(root, place, `${segment(root.name)}:`, handlers);
}

function compile(
  step: AnyStep,
  place: Pick<PlanNode, "entrance" | "segment">,
  around: string,
  handlers: StepHandlerRegistry,
): PlanNode {
  const children = step.children();
  const { fallback } = step.policies;
  const hasPolicies = Object.keys(step.policies).length > 0;
  const address = nodePath(place, around + place.entrance);
  const met = new Map<string, number>();
  return {
    step,
    handler: handlers.get(step.kind),
    ...place,
    address,
    hasPolicies,
    transparent: place.segment === "" && !hasPolicies,
    fallback:
      fallback?.type === "step"
        ? compile(fallback.step, { entrance: "!fallback", segment: childSegment(fallback.step) }, address, handlers)
        : undefined,
    children: children.map((child) => {
      const entrance = child.role === "branch" ? `[${segment(child.label ?? "")}]` : "";
      // A step that stands twice in one sequence needs two paths.
      const times = child.role === "next" ? (met.get(child.step.name) ?? 0) + 1 : 1;
      if (child.role === "next") met.set(child.step.name, times);
      const suffix = times > 1 ? `~${times}` : "";
      return compile(child.step, { entrance, segment: childSegment(child.step) + suffix }, address, handlers);
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
export function nodePath(node: Pick<PlanNode, "segment">, base: string): string {
  return node.segment === "" ? base : join(base, node.segment);
}

/** The node that a path in a run leads to. */
export function findNode(root: PlanNode, path: string): PlanNode | undefined {
  // The second attempt at the outermost pipeline, which has no name in paths, is `!2/…`.
  const target = `${segment(root.step.name)}:/${path.replace(/[#@!]\d+/g, "").replace(/^\//, "")}`;
  const visit = (node: PlanNode): PlanNode | undefined => {
    if (node.address === target && node.segment !== "") return node;
    for (const child of node.fallback === undefined ? node.children : [...node.children, node.fallback]) {
      const found = visit(child);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return visit(root);
}
