import { checkKeys, InvalidOptionError } from "@flujo/dsl";
import { isLoopback } from "./is-loopback.ts";
import { NetworkRefusedError } from "./network-refused-error.ts";
import { type Destination, watchConnections } from "./watch-connections.ts";

export interface LoopbackOnlyOptions {
  /** Hosts that may be reached all the same, as a client names them: `api.example.com`, `10.0.0.7`, `db.example.com:5432`. */
  readonly allow?: readonly string[];
}

/** Keeps this process's connections to this machine, until it is disposed of. */
export interface LoopbackGuard extends Disposable {
  /** Every connection that was refused: what is tested may have swallowed the error. */
  readonly refused: readonly NetworkRefusedError[];
}

/**
 * Refuses every connection to anything but loopback, for tests that are to need nobody: `fetch`, `http`, `https`, `http2`, sockets of
 * TCP, TLS and UDP, and the lookup of names. Unix sockets are this machine too.
 *
 * A client sees it as a connection that fails, by a {@link NetworkRefusedError}; `fetch` has that as the `cause` of its own. Of several
 * guards, each has to allow a connection. Other processes and worker threads are not guarded: there it has to be called again.
 *
 * @throws InvalidOptionError if `allow` is no list of hosts
 */
export function loopbackOnly(options: LoopbackOnlyOptions = {}): LoopbackGuard {
  checkKeys("options", options, ["allow"]);
  const allowed = (options.allow ?? []).map(checkHost);
  const refused: NetworkRefusedError[] = [];
  const unwatch = watchConnections(({ host, port }: Destination) => {
    const name = host.toLowerCase();
    if (isLoopback(name) || allowed.includes(name) || allowed.includes(`${name}:${port}`)) return undefined;
    // Its port is known only when it is connected to; whether that is allowed is seen then.
    if (port === undefined && allowed.some((entry) => entry.startsWith(`${name}:`))) return undefined;
    const error = new NetworkRefusedError(host, port);
    refused.push(error);
    return error;
  });
  return { refused, [Symbol.dispose]: unwatch };
}

function checkHost(host: string, index: number): string {
  if (typeof host === "string" && host !== "" && !host.includes("/")) return host.toLowerCase();
  throw new InvalidOptionError(`options.allow[${index}]`, host, "a host, such as api.example.com or 10.0.0.7:5432");
}
