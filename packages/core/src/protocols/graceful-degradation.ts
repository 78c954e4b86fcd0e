import { type ServiceToken, token } from "./token.ts";

/** How much load there is, from none that matters to too much. In this order. */
export type DegradationLevel = "normal" | "minor" | "moderate" | "severe";

/**
 * What can be done without for a while. Never a required step's result.
 *
 * - `payload-capture`, `detailed-spans`: off from `minor` on
 * - `speculation` (work that may turn out not to be needed), `optional-steps`: off from `moderate` on
 * - `admission` of new runs: off from `severe` on
 */
export type BuiltInFeature = "payload-capture" | "detailed-spans" | "speculation" | "optional-steps" | "admission";

/** Watches the load of this process and says which features are worth it. */
export interface GracefulDegradation {
  readonly level: DegradationLevel;
  /** Unknown features are enabled. */
  isEnabled(feature: BuiltInFeature | (string & {})): boolean;
  /** Makes a feature known. A second time: with this level from now on. */
  register(feature: { readonly name: string; readonly disableAt: DegradationLevel }): void;
  /** Stays at a level, whatever the load, until {@link release}. */
  force(level: DegradationLevel): void;
  /** Goes by the load again. */
  release(): void;
  /** Calls back on each change; the returned function ends that. */
  onChange(listener: (change: DegradationChange) => void): () => void;
  /** Measures for as long as somebody has this; the returned function gives it back. */
  watch(queue: QueueDepth): () => void;
}

export const GracefulDegradation: ServiceToken<GracefulDegradation> = token<GracefulDegradation>("GracefulDegradation");

/** How much work waits for its turn. */
export interface QueueDepth {
  readonly queued: number;
}

export interface DegradationChange {
  readonly from: DegradationLevel;
  readonly to: DegradationLevel;
  /** What it was for: the measurement that decided, or `forced`. */
  readonly cause: "event-loop-delay" | "heap" | "queue" | "recovered" | "forced" | "released";
  /** Features that are off from now on, or on again. */
  readonly features: readonly string[];
}
