import type { RunEvent } from "./run-event.ts";
import { type ServiceToken, token } from "./token.ts";

/**
 * Watches runs through their events: a tracer, an exporter, a progress view. Any number may be
 * registered. One that throws is reported once and does not disturb the run.
 */
export interface Telemetry {
  /** Called in order of `seq`, at once; must not block. */
  onEvent(event: RunEvent): void;
}

export const Telemetry: ServiceToken<Telemetry> = token<Telemetry>("Telemetry");
