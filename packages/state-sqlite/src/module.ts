import "reflect-metadata/lite";
import { Clock, type FlujoModule, StateBackend } from "@flujo/core/protocols";
import { instanceCachingFactory } from "tsyringe";
import { SqliteStateBackend } from "./sqlite-state-backend.ts";
import { resolveSqliteStateOptions, type SqliteStateOptions } from "./sqlite-state-options.ts";

/**
 * Keeps a runner's runs in an SQLite database: `new Flujo(pipeline, { modules: [sqliteState({ file: "flujo.db" })] })`.
 *
 * The file is opened when the runner first needs it. Leases are timed by `options.clock`, else by the
 * `Clock` that the container holds, else by the machine's.
 *
 * @throws {@link InvalidOptionError} naming the first option that can't be used
 */
export function sqliteState(options: SqliteStateOptions): FlujoModule {
  const resolved = resolveSqliteStateOptions(options);
  return (container) => {
    container.register<StateBackend>(StateBackend, {
      useFactory: instanceCachingFactory((parts) => {
        const shared = parts.isRegistered(Clock, true) ? parts.resolve<Clock>(Clock) : undefined;
        return new SqliteStateBackend({ ...resolved, clock: options.clock ?? shared ?? resolved.clock });
      }),
    });
  };
}
