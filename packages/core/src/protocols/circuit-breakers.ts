import type { ResolvedCircuitBreakerPolicy } from "@flujo/dsl";
import { type ServiceToken, token } from "./token.ts";

/** `closed` lets calls through, `open` refuses them, `half-open` lets a few probes through to see. */
export type CircuitState = "closed" | "open" | "half-open";

/**
 * One breaker a resource, for all steps and runs that share this service: a runner of its own has its own; register one
 * service on a container that is parent to several runners' to have them share.
 */
export interface CircuitBreakers {
  /** The breaker of a resource. Made when first asked for, with the policy given then. */
  get(resource: string, policy?: ResolvedCircuitBreakerPolicy): CircuitBreaker;
  /** Those that there are. */
  readonly all: Iterable<CircuitBreaker>;
  /** Calls back on every change of state of any of them; the returned function ends that. */
  onTransition(listener: (transition: CircuitTransition) => void): () => void;
}

export const CircuitBreakers: ServiceToken<CircuitBreakers> = token<CircuitBreakers>("CircuitBreakers");

export interface CircuitBreaker {
  readonly resource: string;
  readonly state: CircuitState;
  /** Asks to make a call. @throws {@link CircuitOpenError} if it is not to be made: then nothing was counted. */
  admit(): CircuitPass;
  /** Keeps it in a state, whatever calls do, until {@link release}. */
  force(state: "open" | "closed"): void;
  /** Lets it go on by itself, closed and with nothing counted. */
  release(): void;
}

/** A call that was let through. Exactly one of these is to be said of it; more than one has no effect. */
export interface CircuitPass {
  succeeded(): void;
  failed(): void;
  /** It was called off, or says nothing of the resource. */
  neutral(): void;
}

export interface CircuitTransition {
  readonly resource: string;
  readonly from: CircuitState;
  readonly to: CircuitState;
  /** Whether somebody forced it. */
  readonly forced: boolean;
}
