import {
  type AnyStep,
  CIRCUIT_BREAKER_DEFAULTS,
  type GraphPlace,
  graphPath,
  isStandardSchema,
  joinPath,
  pathSegment,
  placeOfFallback,
  placeOfRedirect,
  placeOfRoot,
  placesOfChildren,
  type ResolvedBudget,
  type ResolvedCircuitBreakerPolicy,
  type ResolvedLimits,
  type StandardSchema,
} from "@flujo/dsl";
import type { PlannedStep, StepHandler } from "../protocols/step-handler.ts";
import type { StepHandlerRegistry } from "../protocols/step-handler-registry.ts";

/** A step in its place in a pipeline, with all that can be known of it before it runs. Made once a runner. */
export interface PlanNode extends PlannedStep, GraphPlace {
  readonly handler: StepHandler;
  readonly children: readonly PlanNode[];
  readonly fallback: PlanNode | undefined;
  /** Where its plugins declare to redirect to. */
  readonly redirects: readonly PlanNode[];
  /** Where in the pipeline it is: the pipeline's name, and the path of its runs without iteration, item and attempt numbers. */
  readonly address: string;
  readonly isLeaf: boolean;
  /** Whether an attempt at it is one piece: it goes on to no other step, and asks nobody. */
  readonly isAtomic: boolean;
  /** Whether anything is to happen around its own work: more attempts than one, a deadline, a fallback. */
  readonly hasPolicies: boolean;
  /** What it checks its input by, and what it gives. */
  readonly takes: StandardSchema | undefined;
  readonly gives: StandardSchema | undefined;
  /** Whether its input is checked or changed before it works. */
  readonly isPrepared: boolean;
  /** Whether anybody looks at what it gave. */
  readonly isExamined: boolean;
  readonly budget: ResolvedBudget | undefined;
  readonly guard: PlannedGuard | undefined;
  /** Whether it is nothing but its children: it passes no station, and has no entry of its own. */
  readonly transparent: boolean;
}

/** What calls of a node's to an outside service are held to. */
export interface PlannedGuard {
  readonly resource: string;
  readonly limits: ResolvedLimits | undefined;
  readonly circuitBreaker: ResolvedCircuitBreakerPolicy | undefined;
}

/** @throws {@link ConfigurationError} for a kind of step that no handler is registered for. */
export function compilePlan(root: AnyStep, handlers: StepHandlerRegistry): PlanNode {
  return compile(root, placeOfRoot(root), outside(root), handlers);
}

/** A step that a plugin redirects to without having declared it: it has a path like any step in a pipeline. */
export function compileRedirectTarget(target: AnyStep, from: PlanNode, handlers: StepHandlerRegistry): PlanNode {
  return compile(target, placeOfRedirect(target), from.address, handlers);
}

/** @param around - the address of the node that it is in */
function compile(step: AnyStep, place: GraphPlace, around: string, handlers: StepHandlerRegistry): PlanNode {
  const address = joinPath(around + place.entrance, place.segment);
  const children = step.children();
  const places = placesOfChildren(children);
  const { fallback, redirects = [], processors, plugins, validators, budget } = step.policies;
  const hasPolicies = Object.keys(step.policies).length > 0;
  const takes = schemaOf(step, "input");
  const gives = schemaOf(step, "output");
  const handler = handlers.get(step.kind, step.handler as StepHandler | undefined);
  return {
    step,
    handler,
    ...place,
    address,
    isLeaf: children.length === 0,
    isAtomic: children.length === 0 && handler.interacts !== true,
    hasPolicies,
    takes,
    gives,
    isPrepared: takes !== undefined || processors?.prompt !== undefined,
    isExamined:
      gives !== undefined || processors?.output !== undefined || plugins !== undefined || validators !== undefined,
    budget,
    guard: guardOf(step),
    transparent: place.segment === "" && !hasPolicies,
    fallback:
      fallback?.type === "step" ? compile(fallback.step, placeOfFallback(fallback.step), address, handlers) : undefined,
    redirects: redirects.map((target) => compile(target, placeOfRedirect(target), address, handlers)),
    children: children.map((child, index) => compile(child.step, places[index] as GraphPlace, address, handlers)),
  };
}

/** Of any kind of step: one that has a schema under this name is checked by it. */
function schemaOf(step: AnyStep, side: "input" | "output"): StandardSchema | undefined {
  const schema: unknown = (step as { readonly input?: unknown; readonly output?: unknown })[side];
  return isStandardSchema(schema) ? schema : undefined;
}

/** A step that names the resource it uses has that resource's breaker, unless it wants none. */
function guardOf({ name, resource, policies }: AnyStep): PlannedGuard | undefined {
  const { limits, circuitBreaker = resource === undefined ? false : CIRCUIT_BREAKER_DEFAULTS } = policies;
  if (limits === undefined && circuitBreaker === false) return undefined;
  const breaker = circuitBreaker === false ? undefined : circuitBreaker;
  return { resource: limits?.resource ?? breaker?.resource ?? resource ?? name, limits, circuitBreaker: breaker };
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
    const { children, redirects, fallback } = node;
    for (const child of [...children, ...redirects, ...(fallback === undefined ? [] : [fallback])]) {
      const found = visit(child);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return visit(root);
}
