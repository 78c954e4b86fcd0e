import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serverBinaries, serverUser } from "./binaries.ts";

const READY = "database system is ready to accept connections";

/** A PostgreSQL server of our own, on the loopback interface, with all that it has in a temporary folder. It waits for the disk. */
export class PostgresServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #binaries: string;
  #server: ChildProcess | undefined;

  private constructor(port: number, folder: string, binaries: string) {
    this.port = port;
    this.#folder = folder;
    this.#binaries = binaries;
  }

  static async start(settings: readonly string[] = []): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), "flujo-postgres-"));
    try {
      const binaries = serverBinaries(join(folder, "native"));
      const data = join(folder, "data");
      mkdirSync(data);
      chmodSync(folder, 0o711);
      const { uid, gid } = serverUser();
      if (uid !== undefined && gid !== undefined) chownSync(data, uid, gid);
      execFileSync(
        join(binaries, "bin", "initdb"),
        [`--pgdata=${data}`, "--username=flujo", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
        { stdio: ["ignore", "ignore", "pipe"], cwd: data, ...serverUser() },
      );
      const server = new PostgresServer(await freePort(), folder, binaries);
      await server.run(settings);
      return server;
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get connectionString(): string {
    return `postgres://flujo@127.0.0.1:${this.port}/postgres`;
  }

  /** Starts it again after {@link stop}, with what it had. @param settings - `name=value` */
  async run(settings: readonly string[] = []): Promise<void> {
    const data = join(this.#folder, "data");
    const all = [`port=${this.port}`, "listen_addresses=127.0.0.1", "unix_socket_directories=", ...settings];
    const server = spawn(
      join(this.#binaries, "bin", "postgres"),
      ["-D", data, ...all.flatMap((setting) => ["-c", setting])],
      { stdio: ["ignore", "ignore", "pipe"], cwd: data, env: { ...process.env, LC_ALL: "C" }, ...serverUser() },
    );
    this.#server = server;
    let log = "";
    await new Promise<void>((resolve, reject) => {
      server.on("error", reject);
      server.on("exit", () => reject(new Error(`The server did not start:\n${log}`)));
      server.stderr.on("data", (chunk) => {
        // What it says later is read all the same: a pipe that is full would stop it.
        if (!log.includes(READY)) log += chunk;
        if (log.includes(READY)) resolve();
      });
    });
  }

  /** @param how - `fast`: it closes all connections and ends in good order. `immediate`: it ends as in a crash, and recovers when it is started again */
  async stop(how: "fast" | "immediate" = "fast"): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill(how === "fast" ? "SIGINT" : "SIGQUIT");
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("immediate");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port");
  return address.port;
}
