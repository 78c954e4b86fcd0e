import type { StateBackend } from "@flujo/core/protocols";
import type { ManualClock } from "../../clock/manual-clock.ts";

/** A fresh backend, with the clock that it tells time by. */
export interface OpenedBackend {
  readonly backend: StateBackend;
  readonly clock: ManualClock;
}

export type OpenBackend = () => Promise<OpenedBackend>;

/** Opens a backend, lets `fill` write to it, closes it, and opens what it stored again. */
export type ReopenBackend = (fill: (first: OpenedBackend) => Promise<void>) => Promise<OpenedBackend>;

/** Opens two backends on one store that is empty, each with a clock of its own; the clocks show the same time. */
export type ShareBackend = () => Promise<readonly [OpenedBackend, OpenedBackend]>;
