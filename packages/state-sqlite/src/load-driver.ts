import { createRequire } from "node:module";
import { ConfigurationError } from "@flujo/core/protocols";
import type Driver from "better-sqlite3";

/** The version of Node's interface for binaries that the driver is built for: that of Node 22.14, and of 23.6. */
const NEEDED_INTERFACE = 10;

interface NodeVersions {
  readonly node: string;
  /** Of its interface for binaries. */
  readonly napi?: string;
}

/**
 * Loads better-sqlite3, whose binary ends the process at once, without a word, on a Node that is too old for it:
 * so it is loaded when a database is opened, once the version is known to be right, and not imported.
 *
 * @throws {@link ConfigurationError} if this Node is too old, or there is no binary for this platform
 */
export function loadDriver(versions: NodeVersions = process.versions): typeof Driver {
  if (Number.parseInt(versions.node, 10) < 22 || Number(versions.napi) < NEEDED_INTERFACE) {
    throw new ConfigurationError(
      `@flujo/state-sqlite needs Node 22.14 or later (of Node 23, 23.6), and this is Node ${versions.node}`,
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
