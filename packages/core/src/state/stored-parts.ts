import type { Clock } from "../protocols/clock.ts";
import type { Serializer } from "../protocols/serializer.ts";
import type { StateBackend } from "../protocols/state-backend.ts";

/** What it takes to keep values in a state backend. */
export interface StoredParts {
  readonly state: StateBackend;
  readonly serializer: Serializer;
  readonly clock: Clock;
}
