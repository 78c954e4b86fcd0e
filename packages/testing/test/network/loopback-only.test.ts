import dgram from "node:dgram";
import { lookup, Resolver, resolve4 } from "node:dns";
import { lookup as lookUp, Resolver as PromiseResolver, resolveMx } from "node:dns/promises";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import net, { type AddressInfo, type ListenOptions } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { loopbackOnly, NetworkRefusedError } from "@flujo/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/** Kept for documentation, so that nobody is there if it should be reached after all (RFC 5737 and 3849). */
const ELSEWHERE = "192.0.2.1";
const ELSEWHERE_6 = "2001:db8::1";

const failureOf = async (emitter: NodeJS.EventEmitter): Promise<unknown> => (await once(emitter, "error"))[0];
const thrownBy = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown");
};

/** Every way out, each with what it fails by. */
const WAYS: [string, (host: string) => Promise<unknown>][] = [
  ["fetch", async (host) => ((await thrownBy(() => fetch(`http://${at(host)}:81/`))) as Error).cause],
  ["fetch over TLS", async (host) => ((await thrownBy(() => fetch(`https://${at(host)}:81/`))) as Error).cause],
  ["http", (host) => failureOf(http.get({ host, port: 81 }))],
  ["https", (host) => failureOf(https.get({ host, port: 81 }))],
  ["http2", (host) => failureOf(http2.connect(`http://${at(host)}:81`))],
  ["http2 over TLS", (host) => failureOf(http2.connect(`https://${at(host)}:81`))],
  ["a socket, by options", (host) => failureOf(net.connect({ host, port: 81 }))],
  ["a socket, by port and host", (host) => failureOf(net.connect(81, host))],
  ["a socket of one's own", (host) => failureOf(new net.Socket().connect(81, host))],
  ["TLS", (host) => failureOf(tls.connect({ host, port: 81 }))],
  ["UDP", (host) => sendUdp(host, (socket) => socket.send("x", 81, host))],
  ["UDP, by parts of a buffer", (host) => sendUdp(host, (socket) => socket.send(Buffer.from("x"), 0, 1, 81, host))],
  ["connected UDP", (host) => sendUdp(host, (socket) => socket.connect(81, host))],
  ["a lookup", (host) => new Promise((resolve) => lookup(host, (error) => resolve(error)))],
  ["a lookup by promise", (host) => thrownBy(() => lookUp(host))],
  ["a query", (host) => new Promise((resolve) => resolve4(host, (error) => resolve(error)))],
  ["a query by promise", (host) => thrownBy(() => resolveMx(host))],
  ["a resolver", (host) => new Promise((resolve) => new Resolver().resolveTxt(host, (error) => resolve(error)))],
  ["a resolver by promise", (host) => thrownBy(() => new PromiseResolver().resolve(host, "NS"))],
];

const at = (host: string): string => (net.isIPv6(host) ? `[${host}]` : host);

async function sendUdp(host: string, send: (socket: dgram.Socket) => void): Promise<unknown> {
  const socket = dgram.createSocket(net.isIPv6(host) ? "udp6" : "udp4");
  try {
    return await thrownBy(() => send(socket));
  } finally {
    socket.close();
  }
}

describe.each([ELSEWHERE, ELSEWHERE_6, "model.example"])("with a guard, %s", (host) => {
  test.each(WAYS)("is not reached by %s", async (_, way) => {
    using guard = loopbackOnly();
    const error = await way(host);
    expect(error).toBeInstanceOf(NetworkRefusedError);
    expect(error).toMatchObject({ code: "network_refused", host, retryable: false });
    expect((error as Error).message).toMatch(/was not (connected to|looked up): this test keeps to loopback/);
    expect((error as Error).message).toContain(`loopbackOnly({ allow: ["${host}"] })`);
    expect(guard.refused).toEqual([error]);
  });
});

describe("with a guard, this machine", () => {
  const answer = (listen: ListenOptions) => {
    const server = http.createServer((_, response) => response.end("here")).listen(listen);
    return once(server, "listening").then(() => server);
  };

  test.each(["127.0.0.1", "127.8.8.8", "localhost", "LOCALHOST", "::1", "::ffff:127.0.0.1"])(
    "is reached by %s",
    async (host) => {
      using guard = loopbackOnly();
      const server = await answer({ host: net.isIPv6(host) && host.length < 5 ? "::1" : "0.0.0.0", port: 0 });
      const { port } = server.address() as AddressInfo;
      expect(await (await fetch(`http://${at(host)}:${port}/`)).text()).toBe("here");
      server.close();
      expect(guard.refused).toEqual([]);
    },
  );

  test("is reached by a socket in the file system", async () => {
    using guard = loopbackOnly();
    const folder = mkdtempSync(join(tmpdir(), "guard-"));
    const path = join(folder, "socket");
    const server = await answer({ path });
    for (const socket of [net.connect(path), net.connect({ path })]) {
      await once(socket, "connect");
      socket.destroy();
    }
    server.close();
    rmSync(folder, { recursive: true });
    expect(guard.refused).toEqual([]);
  });

  test("is reached by UDP", async () => {
    using guard = loopbackOnly();
    const receiver = dgram.createSocket("udp4").bind(0, "127.0.0.1");
    await once(receiver, "listening");
    const received = once(receiver, "message");
    const sender = dgram.createSocket("udp4");
    sender.send("here", receiver.address().port, "127.0.0.1");
    expect(String((await received)[0])).toBe("here");
    sender.close();
    receiver.close();
    expect(guard.refused).toEqual([]);
  });
});

describe("a guard", () => {
  const passed = new Error("passed");
  const { connect } = net.Socket.prototype;
  /** Stands below the guards, so that what they let through goes nowhere either. */
  function fail(this: net.Socket): net.Socket {
    return this.destroy(passed);
  }
  beforeEach(() => {
    net.Socket.prototype.connect = fail;
  });
  afterEach(() => {
    net.Socket.prototype.connect = connect;
  });
  const isLetThrough = async (host: string, port: number): Promise<boolean> =>
    (await failureOf(new net.Socket().connect(port, host))) === passed;

  test("lets through what it is told to", async () => {
    using _guard = loopbackOnly({ allow: [ELSEWHERE, `${ELSEWHERE_6}:81`] });
    expect(await isLetThrough(ELSEWHERE, 81)).toBe(true);
    expect(await isLetThrough(ELSEWHERE_6, 81)).toBe(true);
    expect(await isLetThrough(ELSEWHERE_6, 82)).toBe(false);
    expect(await isLetThrough("192.0.2.2", 81)).toBe(false);
  });

  test("is one of many, all of which have to agree, and ends when it is disposed of", async () => {
    const strict = loopbackOnly();
    const lax = loopbackOnly({ allow: [ELSEWHERE] });
    expect(await isLetThrough(ELSEWHERE, 81)).toBe(false);
    strict[Symbol.dispose]();
    strict[Symbol.dispose]();
    expect(await isLetThrough(ELSEWHERE, 81)).toBe(true);
    expect(await isLetThrough("192.0.2.2", 81)).toBe(false);
    lax[Symbol.dispose]();
    expect(await isLetThrough("192.0.2.2", 81)).toBe(true);
    expect(net.Socket.prototype.connect).toBe(fail);
  });

  test.each([[[""]], [["https://a.example/"]], [[7]]])("can't allow %j", (allow) => {
    expect(() => loopbackOnly({ allow: allow as string[] })).toThrow("options.allow[0]");
  });
});
