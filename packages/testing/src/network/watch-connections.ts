import dgram from "node:dgram";
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";

/** Where a connection is to go. */
export interface Destination {
  readonly host: string;
  /** Absent where a name is looked up. */
  readonly port: number | undefined;
}

/** The error with which a connection is to fail; `undefined` lets it be. */
export type Watch = (destination: Destination) => Error | undefined;

const watches = new Set<Watch>();

/**
 * Asks `watch` about every connection of this thread before it is made, until the returned function is called.
 *
 * Every client of Node's own and every npm package connects by `net.Socket.prototype.connect`: `fetch` and TLS too.
 */
export function watchConnections(watch: Watch): () => void {
  if (watches.size === 0) patch();
  watches.add(watch);
  return () => {
    if (watches.delete(watch) && watches.size === 0) unpatch();
  };
}

function refusal(destination: Destination): Error | undefined {
  for (const watch of watches) {
    const error = watch(destination);
    if (error !== undefined) return error;
  }
  return undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: stands in for functions of many signatures, and hands on what it is given
type AnyFunction = (this: any, ...args: any[]) => any;

/** What is replaced, and by what, given what was there. */
interface Patch {
  readonly on: object;
  readonly name: string;
  readonly by: (original: AnyFunction) => AnyFunction;
}

const PATCHES: readonly Patch[] = [
  {
    on: net.Socket.prototype,
    name: "connect",
    by: (connect) =>
      function (...args) {
        const destination = destinationOf(args);
        const error = destination === undefined ? undefined : refusal(destination);
        if (error === undefined) return connect.apply(this, args);
        // Fails as connections do: later, once whoever wants it has had time to listen.
        this.connecting = true;
        process.nextTick(() => this.destroy(error));
        return this;
      },
  },
  {
    on: dgram.Socket.prototype,
    name: "connect",
    by: (connect) =>
      function (port, host, ...rest) {
        const error = typeof host === "string" ? refusal({ host, port }) : undefined;
        if (error !== undefined) throw error;
        return connect.call(this, port, host, ...rest);
      },
  },
  {
    on: dgram.Socket.prototype,
    name: "send",
    by: (send) =>
      function (...args) {
        // The host is the last string that is no message.
        const index = args.findLastIndex((arg, at) => at > 0 && typeof arg === "string");
        const error = index < 0 ? undefined : refusal({ host: args[index], port: args[index - 1] });
        if (error !== undefined) throw error;
        return send.apply(this, args);
      },
  },
  ...[dns, dns.Resolver.prototype].flatMap((on) => lookups(on, refuseByCallback)),
  ...[dns.promises, dns.promises.Resolver.prototype].flatMap((on) => lookups(on, refuseByPromise)),
];

/** Every function of `on` that asks for what belongs to a name, or to an address. */
function lookups(on: object, by: Patch["by"]): readonly Patch[] {
  const names = Object.getOwnPropertyNames(on).filter((name) => /^(lookup|resolve|reverse)/.test(name));
  return names.map((name) => ({ on, name, by }));
}

function refuseByCallback(look: AnyFunction): AnyFunction {
  return function (host, ...rest) {
    const error = refusal({ host, port: undefined });
    if (error === undefined) return look.call(this, host, ...rest);
    return process.nextTick(rest.at(-1), error);
  };
}

function refuseByPromise(look: AnyFunction): AnyFunction {
  return async function (host, ...rest) {
    const error = refusal({ host, port: undefined });
    if (error !== undefined) throw error;
    return await look.call(this, host, ...rest);
  };
}

let restores: (() => void)[] = [];

function patch(): void {
  restores = PATCHES.map(({ on, name, by }) => {
    const methods = on as Record<string, AnyFunction>;
    const original = methods[name] as AnyFunction;
    const replacement = by(original);
    methods[name] = replacement;
    // Where somebody else has patched it since, that stays, and passes through here.
    return () => {
      if (methods[name] === replacement) methods[name] = original;
    };
  });
  syncBuiltinESMExports();
}

function unpatch(): void {
  for (const restore of restores) restore();
  restores = [];
  syncBuiltinESMExports();
}

/**
 * Where `socket.connect(…)` is to go, by each of the ways to say it: options, a port and a host, a path; or all of these in a list, as
 * `net` hands them on to itself. `undefined` is a socket of this machine's file system.
 */
function destinationOf(args: readonly unknown[]): Destination | undefined {
  const given = Array.isArray(args[0]) ? args[0] : args;
  const [first, second] = given as readonly unknown[];
  if (typeof first === "object" && first !== null) {
    const { path, host, port } = first as { readonly path?: string; readonly host?: string; readonly port?: number };
    return typeof path === "string" && port === undefined
      ? undefined
      : { host: host ?? "localhost", port: Number(port) };
  }
  const port = Number(first);
  if (Number.isNaN(port)) return undefined;
  return { host: typeof second === "string" ? second : "localhost", port };
}
