import "reflect-metadata/lite";
import { instanceCachingFactory } from "tsyringe";
import { Clock } from "../../protocols/clock.ts";
import type { FlujoModule } from "../../protocols/flujo-module.ts";
import { StateBackend } from "../../protocols/state-backend.ts";
import { FileStateBackend } from "./file-state-backend.ts";
import { type FileStateOptions, resolveFileStateOptions } from "./file-state-options.ts";

/**
 * Keeps a runner's runs in a folder: `new Flujo(pipeline, { modules: [fileState({ folder: "runs" })] })`.
 *
 * The folder is opened when the runner first needs it. Leases are timed by `options.clock`, else by the
 * `Clock` that the container holds, else by the machine's.
 *
 * @throws {@link InvalidOptionError} naming the first option that can't be used
 */
export function fileState(options: FileStateOptions): FlujoModule {
  const resolved = resolveFileStateOptions(options);
  return (container) => {
    container.register<StateBackend>(StateBackend, {
      useFactory: instanceCachingFactory((parts) => {
        const shared = parts.isRegistered(Clock, true) ? parts.resolve<Clock>(Clock) : undefined;
        return new FileStateBackend({ ...resolved, clock: options.clock ?? shared ?? resolved.clock });
      }),
    });
  };
}
