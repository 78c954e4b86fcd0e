import { type FlujoModule, StepHandler } from "@flujo/core/protocols";
import { EnsembleHandler } from "./ensemble/ensemble-handler.ts";
import { RaceHandler } from "./race/race-handler.ts";

/** What a runner needs to run the kinds of this package: `new Flujo(pipeline, { modules: [stepKinds()] })`. */
export function stepKinds(): FlujoModule {
  return (container) => {
    // Each handles steps of its own kind only, which is how the runner finds it.
    container.register(StepHandler, { useValue: new RaceHandler() as StepHandler });
    container.register(StepHandler, { useValue: new EnsembleHandler() as StepHandler });
  };
}
