import "reflect-metadata/lite";
import { type FlujoModule, StateBackend } from "@flujo/core/protocols";
import { instanceCachingFactory } from "tsyringe";
import { PostgresStateBackend } from "./postgres-state-backend.ts";
import { type PostgresStateOptions, resolvePostgresStateOptions } from "./postgres-state-options.ts";

/**
 * Keeps a runner's runs in a PostgreSQL database: `new Flujo(pipeline, { modules: [postgresState({ connectionString })] })`.
 *
 * The server is connected to when the runner first needs it. Leases are timed by the server's clock, and not by
 * the container's `Clock`: hosts whose clocks differ agree on who drives a run.
 *
 * @throws {@link InvalidOptionError} naming the first option that can't be used
 */
export function postgresState(options: PostgresStateOptions): FlujoModule {
  resolvePostgresStateOptions(options);
  return (container) => {
    container.register<StateBackend>(StateBackend, {
      useFactory: instanceCachingFactory(() => new PostgresStateBackend(options)),
    });
  };
}
