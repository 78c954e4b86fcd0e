import { LoadDegradation } from "@flujo/core";
import { type FlujoModule, GracefulDegradation } from "@flujo/core/protocols";

const NEVER = { minor: Infinity, moderate: Infinity, severe: Infinity };

/** A runner with this does the same on a busy machine as on an idle one, unless it is forced to a level. */
export const whateverTheLoad: FlujoModule = (container) => {
  const degradation = new LoadDegradation({ eventLoopDelayMs: NEVER, heapShare: NEVER, queued: NEVER });
  container.register(GracefulDegradation, { useValue: degradation as GracefulDegradation });
};
