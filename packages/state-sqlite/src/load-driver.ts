import { createRequire } from "node:module";
import { ConfigurationError } from "@flujo/core/protocols";
import type Driver from "better-sqlite3";

const OLDEST_NODE_MAJOR = 22;

/**
 * Loads better-sqlite3, whose binary ends the process at once, without a word, on a Node that is too old for it:
 * so it is loaded when a database is opened, once the version is known to be right, and not imported.
 *
 * @throws {@link ConfigurationError} if this Node is too old, or there is no binary for this platform
 */
export function loadDriver(nodeVersion: string = process.versions.node): typeof Driver {
  if (Number.parseInt(nodeVersion, 10) < OLDEST_NODE_MAJOR) {
    throw new ConfigurationError(
      `@flujo/state-sqlite needs Node ${OLDEST_NODE_MAJOR} or later, and this is Node ${nodeVersion}`,
    );
  }
  try {
    return createRequire(import.meta.url)("better-sqlite3") as typeof Driver;
  } catch (cause) {
    throw new ConfigurationError(
      `@flujo/state-sqlite can't load better-sqlite3 on ${process.platform} ${process.arch}: see the cause`,
      { cause },
    );
  }
}
