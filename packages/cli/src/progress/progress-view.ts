import type { RunEvent } from "@flujo/core/protocols";

/** Shows runs to somebody while they go on. */
export interface ProgressView extends Disposable {
  /** Events of one run come in order; those of several runs may be mixed. */
  onEvent(event: RunEvent): void;
}
